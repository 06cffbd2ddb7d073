"""Writing a nomination of the demo as its page does: draft, text, claims, evidence."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import select

from adapters import clock
from adapters.evidence_store import store_of
from demo.case import Case
from demo.story import Told
from models.base import db
from models.people import Team
from operations import drafts, evidence
from operations.drafts import Step, Written
from workflow.vocabulary import Subject

FILES = Path(__file__).parent / "files"


def write(case: Case) -> None:
    """Write the nomination as its page does: a draft, its text, its claims, its evidence."""
    story, nominator = case.story, case.ids[case.story.nominator]
    case.number = drafts.begin(person_id=nominator, award_key=story.award)

    def save(step: Step | None = None, target: int | None = None, **written: object) -> None:
        drafts.save(
            person_id=nominator,
            number=case.number,
            written=Written(**written),  # type: ignore[arg-type]  # as the callers below give it
            step=step,
            target=target,
        )

    for number in story.nominees:
        save(Step.ADD_NOMINEE, case.ids[number])
    for _ in story.claims[1:]:
        save(Step.ADD_CLAIM)
    for claim, told in zip(case.row.claims, story.claims, strict=True):
        for piece in _typed(told)[1:]:
            save(Step.ADD_NOTE if piece.startswith("note:") else Step.ADD_REFERENCE, claim.id)
        if told.evidence and told.evidence[0].startswith("note:"):
            save(Step.ADD_NOTE, claim.id)
    claims = {c.id: told.text for c, told in zip(case.row.claims, story.claims, strict=True)}
    answered = {"happened_on", "channel"}
    if case.row.award.subject is Subject.TEAM:
        answered.add("team")
    save(
        title=story.title,
        story=story.story,
        happened_on=case.calendar.day(clock.now()),
        channel=story.channel,
        team=db.session.scalar(select(Team.id).where(Team.name == story.team)),
        claims=claims,
        evidence=_evidence(case),
        answered=frozenset(answered),
    )
    _attach(case)


def _typed(told: Told) -> list[str]:
    return [piece for piece in told.evidence if not piece.startswith("file:")]


def _attach(case: Case) -> None:
    """The files that are told of, each as the form sends it."""
    settings = current_app.config["SETTINGS"]
    for claim, told in zip(case.row.claims, case.story.claims, strict=True):
        for name in (p.removeprefix("file: ") for p in told.evidence if p.startswith("file:")):
            evidence.attach(
                store_of(settings),
                person_id=case.ids[case.story.nominator],
                number=case.number,
                claim_id=claim.id,
                name=name,
                data=(FILES / name).read_bytes(),
                megabytes=settings.max_file_mb,
            )


def _evidence(case: Case) -> dict[int, str]:
    """Each piece's text under its id: pieces of a kind in the order in which they are told."""
    texts: dict[int, str] = {}
    for claim, told in zip(case.row.claims, case.story.claims, strict=True):
        pieces = [piece.split(": ", 1) for piece in told.evidence]
        for kind in ("reference", "note"):
            rows = [row.id for row in claim.evidence if row.kind.value == kind]
            texts |= dict(zip(rows, [text for k, text in pieces if k == kind], strict=False))
    return texts
