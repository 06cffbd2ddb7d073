"""The people of a case acting on it, one after another, through the operations.

Each function is a generator: it yields the instant of its next act and goes on when the clock is
there. What lies in the future is never reached, so every case stands where it stands today.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from demo.story import Story, Turn
from models import casework, reviews
from models.base import db
from models.nominations import Nomination
from models.people import Team
from models.scheme import Award
from models.voices import open_objections
from operations import appeals, audits, drafts, nominations, objections
from operations import reviews as reviewing
from operations.audits import Found
from operations.casework import Request
from operations.drafts import Step, Written
from workflow import conflicts
from workflow.vocabulary import (
    AUDITS,
    CLOSED,
    Action,
    Channel,
    ContactOutcome,
    Duty,
    Language,
    RuleResult,
    Stage,
    Subject,
    Verdict,
)

Instants = Iterator[datetime]
JUDGES = {
    Stage.INTERNAL_AUDIT: Duty.INTERNAL_AUDITOR,
    Stage.EXTERNAL_AUDIT: Duty.EXTERNAL_AUDITOR,
    Stage.POLICY_REVIEW: Duty.POLICY_REVIEWER,
    Stage.PERFORMANCE_REVIEW: Duty.PERFORMANCE_REVIEWER,
    Stage.OBJECTION: Duty.ARBITER,
    Stage.APPEAL: Duty.ARBITER,
    Stage.AWARDED: Duty.ARBITER,
}
NO_ANSWER = {
    Language.EN: "Nobody picked up; left no message.",
    Language.ZH_HANS: "无人接听，未留言。",
    Language.ZH_HANT: "無人接聽，未留言。",
}
RESULTS_ARE_IN = timedelta(days=1.5)  # after the close of a cycle
PATIENCE = 200  # days that somebody waits for a case to come to them


@dataclass
class Case:
    """A case under way: its story, its number, and what acting on it takes."""

    story: Story
    calendar: Calendar
    ids: dict[str, int]
    number: str = ""

    @property
    def row(self) -> Nomination:
        return db.session.scalars(select(Nomination).where(Nomination.number == self.number)).one()

    @property
    def stage(self) -> Stage:
        return self.row.stage

    @property
    def request(self) -> Request:
        return Request(self.row.version)

    def later(self, days: float) -> datetime:
        return self.calendar.after(clock.now(), days)

    def judge(self, by: str = "") -> int:
        """The first colleague on duty whom nothing bars from the case."""
        if by:
            return self.ids[by]
        case = casework.snapshot(self.row)
        for number in DUTIES[JUDGES[case.stage]]:
            if conflicts.relation(case, self.ids[number]) is None:
                return self.ids[number]
        raise LookupError(f"nobody may judge {self.story.title!r} at {case.stage}")

    def decide(self, person_id: int, action: Action, turn: Turn | None = None) -> None:
        nominations.decide(
            person_id=person_id,
            number=self.number,
            action=action,
            request=self.request,
            reason=turn.reason if turn else None,
            sentence=turn.sentence if turn else "",
        )


def live(case: Case) -> Instants:
    """The whole life of a case, from its first word; what goes wrong names the story."""
    try:
        yield from _lived(case)
    except Exception as error:
        error.add_note(f"in the story {case.story.title!r}")
        raise


def _lived(case: Case) -> Instants:
    story = case.story
    yield _beginning(case)
    _write(case)
    if story.stop is Stage.DRAFT:
        return
    yield case.later(0.02)
    case.decide(case.ids[story.nominator], Action.SUBMIT)
    yield from _judged(case)
    if story.objected:
        yield from _objected(case)
    if story.revoked:
        yield from _reached(case, Stage.AWARDED)
        yield case.later(story.revoked.after)
        case.decide(case.judge(), Action.REVOKE, story.revoked)


def _beginning(case: Case) -> datetime:
    story, calendar = case.story, case.calendar
    if story.ago is not None:
        return calendar.ago(story.ago)
    award = db.session.scalars(select(Award).where(Award.key == story.award)).one()
    return calendar.in_cycle(award.cadence, story.cycle, story.day)


def _write(case: Case) -> None:
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
        for piece in told.evidence[1:]:
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


def _evidence(case: Case) -> dict[int, str]:
    """Each piece's text under its id: pieces of a kind in the order in which they are told."""
    texts: dict[int, str] = {}
    for claim, told in zip(case.row.claims, case.story.claims, strict=True):
        pieces = [piece.split(": ", 1) for piece in told.evidence]
        for kind in ("reference", "note"):
            rows = [row.id for row in claim.evidence if row.kind.value == kind]
            texts |= dict(zip(rows, [text for k, text in pieces if k == kind], strict=False))
    return texts


def _judged(case: Case) -> Instants:
    """Through the audits and reviews, with whatever leaves the road on the way."""
    story = case.story
    while case.stage in AUDITS:
        stage = case.stage
        if stage is story.stop:
            return
        if story.withdrawn and story.withdrawn.at is stage:
            yield case.later(story.withdrawn.after)
            case.decide(case.ids[story.nominator], Action.WITHDRAW)
            return
        yield from _work(case, stage)
        yield case.later(0.05)
        if story.returned and story.returned.at is stage and not case.row.came_from:
            yield from _returned(case, story.returned)
            if story.returned.corrected_after is None:
                return
        elif story.rejected and story.rejected.at is stage and not case.row.rejected_at:
            case.decide(case.judge(), Action.REJECT, story.rejected)
            if story.appealed is None:
                return
            yield from _appealed(case, story.appealed)
        else:
            case.decide(case.judge(), Action.APPROVE)


def _work(case: Case, stage: Stage) -> Instants:
    """What a stage asks before its decision."""
    yield case.later(case.story.pace)
    if stage is Stage.PERFORMANCE_REVIEW and not case.story.early:
        closes = case.row.cycle.closes_at + RESULTS_ARE_IN
        if closes > clock.now():
            yield case.calendar.working(closes)
    if stage is Stage.INTERNAL_AUDIT:
        _find(case)
    elif stage is Stage.EXTERNAL_AUDIT:
        yield from _ask(case)
    elif stage is Stage.POLICY_REVIEW and case.story.waived:
        _waive(case)


def _find(case: Case) -> None:
    """Judge each claim; after an upheld appeal, look once more at what was not confirmed."""
    again = case.story.appealed if case.row.rejected_at else None
    findings = [
        Found(claim.id, Verdict.CONFIRMED, again.found)
        if again
        else Found(claim.id, told.verdict, told.note)
        for claim, told in zip(case.row.claims, case.story.claims, strict=True)
        if claim.finding is None or (again and claim.finding.verdict is not Verdict.CONFIRMED)
    ]
    if findings:
        audits.record_findings(person_id=case.judge(), number=case.number, findings=findings)


def _ask(case: Case) -> Instants:
    story, auditor = case.story, case.judge()
    language = db.session.get_one(Nomination, case.row.id).nominees[0].language

    def log(outcome: ContactOutcome, marks: int | None, note: str) -> None:
        audits.log_contact(
            person_id=auditor,
            number=case.number,
            channel=Channel.PHONE,
            outcome=outcome,
            marks=marks,
            note=note,
            request=case.request,
        )

    for _ in range(story.unanswered):
        log(ContactOutcome.NO_ANSWER, None, NO_ANSWER[language])
        yield case.later(0.6)
    if story.contact:
        disagreed = story.rejected and story.rejected.at is Stage.EXTERNAL_AUDIT
        outcome = ContactOutcome.DISAGREED if disagreed else ContactOutcome.CONFIRMED
        log(outcome, story.marks, story.contact)


def _waive(case: Case) -> None:
    for reading in list(reviews.rule_readings(case.row)):
        if reading.result is RuleResult.FAIL:
            reviewing.waive(
                person_id=case.judge(),
                number=case.number,
                rule_key=reading.rule.key,
                nominee_id=reading.person.id,
                reason=case.story.waived,
                request=case.request,
            )


def _returned(case: Case, turn: Turn) -> Instants:
    case.decide(case.judge(), Action.RETURN, turn)
    if turn.corrected_after is None:
        return
    yield case.later(turn.corrected_after)
    claim = case.row.claims[-1]
    nominator = case.ids[case.story.nominator]
    drafts.save(
        person_id=nominator,
        number=case.number,
        written=Written(),
        step=Step.ADD_NOTE,
        target=claim.id,
    )
    piece = case.row.claims[-1].evidence[-1]
    drafts.save(
        person_id=nominator,
        number=case.number,
        written=Written(evidence={piece.id: turn.answer}),
    )
    case.decide(nominator, Action.RESUBMIT)


def _appealed(case: Case, turn: Turn) -> Instants:
    yield case.later(turn.after)
    appeals.lodge(
        person_id=case.ids[turn.by or case.story.nominator],
        number=case.number,
        grounds=turn.sentence,
        request=case.request,
    )
    if turn.upheld is None:
        return
    yield case.later(turn.answered_after)
    appeals.resolve(
        person_id=case.judge(),
        number=case.number,
        uphold=turn.upheld,
        sentence=turn.answer,
        request=case.request,
    )


def _objected(case: Case) -> Instants:
    for turn in case.story.objected:
        yield from _reached(case, Stage.PUBLIC_NOTICE)
        yield case.later(turn.after)
        objections.lodge(
            person_id=case.ids[turn.by],
            number=case.number,
            grounds=turn.sentence,
            request=case.request,
        )
        if turn.upheld is None:
            return
        yield case.later(turn.answered_after)
        objections.resolve(
            person_id=case.judge(),
            number=case.number,
            objection_id=open_objections(case.row)[0].id,
            uphold=turn.upheld,
            sentence=turn.answer,
            request=case.request,
        )


def _reached(case: Case, stage: Stage) -> Instants:
    """Wait until the case is at the stage; never, when it ended elsewhere."""
    for _ in range(PATIENCE):
        if case.stage is stage:
            return
        yield case.later(1)
    while case.stage in CLOSED:
        yield case.later(PATIENCE)
