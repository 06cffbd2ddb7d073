"""Writing a nomination: a draft, or a returned one that is being corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from models import acts, audit_files, drafting, scheme
from models.membership import members_on
from models.nominations import Claim, Evidence, Nomination
from models.people import Person, Team
from models.scheme import Award
from operations import casework
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Channel, EvidenceKind, Stage, Subject


@dataclass(frozen=True)
class Written:
    """The form as it is. What it did not ask (None, or an id left out) stays as it was."""

    award: str | None = None
    team: int | None = None
    title: str | None = None
    story: str | None = None
    happened_on: date | None = None
    channel: Channel | None = None
    claims: Mapping[int, str] = field(default_factory=dict)
    evidence: Mapping[int, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()  # of team, happened_on and channel, which may be emptied


class Step(StrEnum):
    """A change of the form's shape, done together with keeping its text."""

    ADD_CLAIM = "add_claim"
    REMOVE_CLAIM = "remove_claim"
    ADD_REFERENCE = "add_reference"
    ADD_NOTE = "add_note"
    REMOVE_EVIDENCE = "remove_evidence"
    ADD_NOMINEE = "add_nominee"
    REMOVE_NOMINEE = "remove_nominee"


@operation
def begin(tx: Transaction, *, person_id: int, award_key: str) -> str:
    """Open a draft in the award's open cycle, with one claim to fill; returns its number."""
    award = _award(tx, award_key)
    cycle = scheme.open_cycle(award, tx.now)
    if cycle is None:
        raise Refused("no_open_cycle")
    unused = tx.session.scalar(drafting.unused(person_id, cycle.id))
    if unused is not None:
        return unused.number
    year = scheme.day_at(tx.now).year
    nomination = Nomination(
        number=drafting.next_number(year),
        award=award,
        cycle=cycle,
        nominator_id=person_id,
        road=award.road,
        created_at=tx.now,
        stage_entered_at=tx.now,
        claims=[_blank_claim(tx, 1)],
    )
    tx.add(nomination)
    return nomination.number


@operation
def save(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    written: Written,
    step: Step | None = None,
    target: int | None = None,
) -> int:
    """Keep what is written, complete or not, then change the form's shape; returns the version."""
    nomination = writable(tx, person_id, number)
    _keep(tx, nomination, written)
    if step is not None:
        STEPS[step](tx, nomination, target)
    tx.session.flush()
    return nomination.version


def writable(tx: Transaction, person_id: int, number: str) -> Nomination:
    """The case, if this person may write in it now; raises NotVisible or Refused."""
    person, nomination = casework.load(tx, person_id, number)
    if nomination.nominator_id != person.id:
        raise Refused("not_your_part", stage=nomination.stage.value)
    if nomination.stage not in drafting.UNFINISHED:
        raise Refused("not_at_this_stage", stage=nomination.stage.value)
    return nomination


def claims_are_open(nomination: Nomination) -> bool:
    """Whether story, claims and nominees may change: what an audit confirmed stays."""
    return nomination.stage is Stage.DRAFT or nomination.came_from is Stage.INTERNAL_AUDIT


def tidy(tx: Transaction, nomination: Nomination) -> None:
    """Before it is handed in: drop what is blank, number the claims, name the team's members."""
    for claim in list(nomination.claims):
        for piece in list(claim.evidence):
            if piece.is_blank:
                claim.evidence.remove(piece)
        if claim.is_blank:
            _drop(tx, nomination, claim)
    if nomination.stage is Stage.DRAFT:
        _number(nomination)
    if nomination.team is not None and claims_are_open(nomination):
        _name_members(tx, nomination, nomination.team)
    tx.session.flush()


def touch(nomination: Nomination) -> None:
    """Count a change of the claims as one of the nomination: its version says what was read."""
    flag_modified(nomination, "title")


def changed(nomination: Nomination, claim: Claim) -> None:
    """What an auditor found was said of an earlier wording, unless it was settled for good."""
    if claims_are_open(nomination) and claim.finding is not None:
        claim.outdated_finding = claim.finding.id
    touch(nomination)


def told_anew(nomination: Nomination) -> None:
    """Whose doing it was, or when, has changed: what was found was said of something else."""
    for claim in nomination.claims:
        changed(nomination, claim)
    touch(nomination)


def is_settled(nomination: Nomination, piece: Evidence) -> bool:
    """Whether the evidence stood there when an audit confirmed its claim: it stays."""
    return not claims_are_open(nomination) and piece.added_at < nomination.stage_entered_at


def open_claim(nomination: Nomination, claim_id: int | None) -> Claim:
    """The claim of this id; raises NotVisible for another case's."""
    found = next((claim for claim in nomination.claims if claim.id == claim_id), None)
    if found is None:
        raise casework.NotVisible(nomination.number)
    return found


def _keep(tx: Transaction, nomination: Nomination, written: Written) -> None:
    if written.award and nomination.stage is Stage.DRAFT:
        _choose_award(tx, nomination, written.award)
    if "channel" in written.answered:
        nomination.channel = written.channel
    if claims_are_open(nomination):
        _keep_event(nomination, written)
        if "team" in written.answered:
            _choose_team(tx, nomination, written.team)
        _keep_claims(nomination, written)
    _keep_evidence(tx, nomination, written)


def _keep_event(nomination: Nomination, written: Written) -> None:
    """The story as it is told; the archive shows it as what the audit confirmed."""
    for name in ("title", "story"):
        text = getattr(written, name)
        if text is not None:
            setattr(nomination, name, text)
    if "happened_on" in written.answered and nomination.happened_on != written.happened_on:
        nomination.happened_on = written.happened_on
        told_anew(nomination)


def _keep_claims(nomination: Nomination, written: Written) -> None:
    for claim in nomination.claims:
        text = written.claims.get(claim.id)
        if text is not None and text != claim.text:
            claim.text = text
            changed(nomination, claim)


def _keep_evidence(tx: Transaction, nomination: Nomination, written: Written) -> None:
    """What is worded anew after an audit has seen the case counts as added then."""
    for claim in nomination.claims:
        for piece in claim.evidence:
            text = written.evidence.get(piece.id)
            if text is None or text == piece.text or piece.kind is EvidenceKind.FILE:
                continue
            if not is_settled(nomination, piece):
                piece.text = text
                if nomination.submitted_at is not None:
                    piece.added_at = tx.now
                changed(nomination, claim)


def _award(tx: Transaction, key: str) -> Award:
    award = tx.session.scalar(select(Award).where(Award.key == key, Award.active))
    if award is None:
        raise Refused("no_such_award")
    if not award.pathway.takes_nominations:
        raise Refused("results_decide")
    return award


def _choose_award(tx: Transaction, nomination: Nomination, key: str) -> None:
    if key == nomination.award.key:
        return
    award = _award(tx, key)
    cycle = scheme.open_cycle(award, tx.now)
    if cycle is None:
        raise Refused("no_open_cycle")
    if award.subject is not nomination.award.subject:
        nomination.team = None
        nomination.nominees.clear()
    nomination.award, nomination.cycle, nomination.road = award, cycle, award.road


def _choose_team(tx: Transaction, nomination: Nomination, team_id: int | None) -> None:
    if nomination.award.subject is not Subject.TEAM:
        return
    team = tx.session.get(Team, team_id) if team_id else None
    if team is None:
        nomination.team = None
        nomination.nominees.clear()
    elif team is not nomination.team:
        _name_members(tx, nomination, team)


def _name_members(tx: Transaction, nomination: Nomination, team: Team) -> None:
    """Those who were in it when it happened: later changes of the team change no case."""
    today = scheme.day_at(tx.now)
    nomination.team = team
    members = members_on(team, min(nomination.happened_on or today, today))
    if {person.id for person in members} != {person.id for person in nomination.nominees}:
        _need_unjudged_by(nomination, {person.id for person in members})
        nomination.nominees = members
        told_anew(nomination)


def _add_claim(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _need_open(nomination)
    nomination.claims.append(_blank_claim(tx, drafting.last_claim_number(nomination) + 1))
    touch(nomination)


def _blank_claim(tx: Transaction, position: int) -> Claim:
    """A claim as the form offers it: empty, with room for one reference."""
    reference = Evidence(kind=EvidenceKind.REFERENCE, added_at=tx.now)
    return Claim(position=position, evidence=[reference])


def _remove_claim(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _need_open(nomination)
    _drop(tx, nomination, open_claim(nomination, target))
    if nomination.stage is Stage.DRAFT:
        _number(nomination)
    touch(nomination)


def _drop(tx: Transaction, nomination: Nomination, claim: Claim) -> None:
    """A claim that was judged stays on record, as withdrawn; any other disappears."""
    if claim.findings or audit_files.has_files(claim):
        claim.withdrawn = True
        tx.session.flush()
        tx.session.expire(nomination, ["claims"])
    else:
        nomination.claims.remove(claim)


def _number(nomination: Nomination) -> None:
    for position, claim in enumerate(nomination.claims, start=1):
        claim.position = position


def _add_reference(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _add_evidence(tx, nomination, target, EvidenceKind.REFERENCE)


def _add_note(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _add_evidence(tx, nomination, target, EvidenceKind.NOTE)


def _add_evidence(
    tx: Transaction, nomination: Nomination, target: int | None, kind: EvidenceKind
) -> None:
    open_claim(nomination, target).evidence.append(Evidence(kind=kind, added_at=tx.now))
    touch(nomination)


def _remove_evidence(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    for claim in nomination.claims:
        for piece in list(claim.evidence):
            if piece.id == target:
                if is_settled(nomination, piece):
                    raise Refused("claims_are_confirmed")
                claim.evidence.remove(piece)
                changed(nomination, claim)
                return
    raise casework.NotVisible(nomination.number)


def _add_nominee(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _need_people(nomination)
    person = tx.session.get(Person, target) if target else None
    today = scheme.day_at(tx.now)
    if person is None or not person.works_on(today):
        raise Refused("no_such_colleague")
    if person.id == nomination.nominator_id:
        raise Refused("own_nomination")
    if person not in nomination.nominees:
        _need_unjudged_by(nomination, {person.id})
        nomination.nominees.append(person)
        told_anew(nomination)


def _need_unjudged_by(nomination: Nomination, people: set[int]) -> None:
    """Whoever has judged the case cannot become its nominee, or they had judged their own."""
    if people & acts.have_judged(nomination):
        raise Refused("nominee_has_judged")


def _remove_nominee(tx: Transaction, nomination: Nomination, target: int | None) -> None:
    _need_people(nomination)
    nomination.nominees = [person for person in nomination.nominees if person.id != target]
    told_anew(nomination)


def _need_people(nomination: Nomination) -> None:
    """Nominees are chosen one by one only where the award goes to a person."""
    _need_open(nomination)
    if nomination.award.subject is Subject.TEAM:
        raise Refused("team_award")


def _need_open(nomination: Nomination) -> None:
    if not claims_are_open(nomination):
        raise Refused("claims_are_confirmed")


STEPS: dict[Step, Callable[[Transaction, Nomination, int | None], None]] = {
    Step.ADD_CLAIM: _add_claim,
    Step.REMOVE_CLAIM: _remove_claim,
    Step.ADD_REFERENCE: _add_reference,
    Step.ADD_NOTE: _add_note,
    Step.REMOVE_EVIDENCE: _remove_evidence,
    Step.ADD_NOMINEE: _add_nominee,
    Step.REMOVE_NOMINEE: _remove_nominee,
}
