"""The internal auditors of the demo: who has the case, what they look at, and what they find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import current_app

from adapters.evidence_store import store_of
from demo.case import Case
from demo.cast import DUTIES
from demo.story import Opinion, Told
from demo.writing import FILES
from models import casework
from operations import evidence, findings, judging
from operations.findings import Found
from workflow import conflicts
from workflow.vocabulary import Duty, Opening, Verdict

Instants = Iterator[datetime]


def find(case: Case) -> Instants:
    """Judge each claim, by as many auditors as the award asks for."""
    if case.story.recused:
        judging.step_aside(
            person_id=case.judge(),
            number=case.number,
            request=case.request,
            reason=case.story.recused,
        )
        yield case.later(0.3)
    if case.story.handed_over:
        _hand_over(case)
        yield case.later(0.3)
    look_at_files(case)
    _keep(case)
    if case.row.award.auditors_needed == 1:
        _find(case)
        return
    while missing := casework.snapshot(case.row).opinions.missing:
        yield from opinions(case, missing)


def opinions(case: Case, number: int) -> Instants:
    """So many auditors, who do not know what the others found."""
    for _ in range(number):
        facts = casework.snapshot(case.row)
        given = len(facts.opinions.by)
        person = min(facts.assigned - facts.opinions.by)
        found = [
            _opinion(claim.id, told, given)
            for claim, told in zip(case.row.claims, case.story.claims, strict=True)
        ]
        findings.record(person_id=person, number=case.number, findings=found)
        yield case.later(0.6)


def look_at_files(case: Case) -> None:
    """Open every file of the case that its page shows."""
    auditor = case.judge()
    for claim in case.row.claims:
        for digest in [piece.sha256 for piece in claim.evidence if piece.sha256]:
            evidence.note_opening(
                person_id=auditor, number=case.number, digest=digest, how=Opening.SHOWN
            )


def _find(case: Case) -> None:
    """One auditor; after an upheld appeal, a look once more at what was not confirmed."""
    again = case.story.appealed if case.row.rejected_at else None
    found = [
        Found(claim.id, Verdict.CONFIRMED, again.found, told.method)
        if again
        else _opinion(claim.id, told, 0)
        for claim, told in zip(case.row.claims, case.story.claims, strict=True)
        if claim.finding is None or (again and claim.finding.verdict is not Verdict.CONFIRMED)
    ]
    if found:
        findings.record(person_id=case.judge(), number=case.number, findings=found)


def _opinion(claim_id: int, told: Told, nth: int) -> Found:
    """What the first, second or third auditor says; the first one's where they agree."""
    first = Opinion(told.verdict, told.note)
    said = (first, *told.others)[min(nth, len(told.others))]
    return Found(claim_id, said.verdict, said.note, told.method, told.reference)


def _keep(case: Case) -> None:
    name = case.story.kept
    if not name:
        return
    settings = current_app.config["SETTINGS"]
    findings.attach(
        store_of(settings),
        person_id=case.judge(),
        number=case.number,
        claim_id=case.row.claims[0].id,
        name=name,
        data=(FILES / name).read_bytes(),
        megabytes=settings.max_file_mb,
    )


def _hand_over(case: Case) -> None:
    facts = casework.snapshot(case.row)
    others = (case.ids[number] for number in DUTIES[Duty.INTERNAL_AUDITOR])
    judging.hand_over(
        by_id=case.ids[DUTIES[Duty.SCHEME_MANAGER][0]],
        number=case.number,
        person_id=next(
            person
            for person in others
            if person not in facts.assigned and conflicts.relation(facts, person) is None
        ),
        instead_of=min(facts.assigned),
        request=case.request,
    )
