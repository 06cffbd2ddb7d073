"""The people of a case acting on it, one after another, through the operations.

Each function is a generator: it yields the instant of its next act and goes on when the clock is
there. What lies in the future is never reached, so every case stands where it stands today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select

from adapters import clock
from demo import asking, auditing
from demo.case import Case
from demo.story import Turn
from demo.writing import write
from models import casework, reviews
from models.base import db
from models.scheme import Award
from models.voices import open_objections
from models.waivers import proposals_of
from operations import appeals, drafts, objections, waivers
from operations.drafts import Step, Written
from workflow.vocabulary import AUDITS, CLOSED, Action, RuleResult, Stage

Instants = Iterator[datetime]
PATIENCE = 200  # days that somebody waits for a case to come to them


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
    write(case)
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


def _judged(case: Case) -> Instants:
    """Through the audits and reviews; on some roads one of them comes after the tiering."""
    yield from _audited(case)
    if case.stage is Stage.TIERING and case.row.pathway.vets_the_shortlist:
        yield from _reached(case, Stage.POLICY_REVIEW)
        yield from _audited(case)


def _audited(case: Case) -> Instants:
    """From one audit or review to the next, with whatever leaves the road on the way."""
    story = case.story
    while case.stage in AUDITS:
        stage = case.stage
        if stage is story.stop:
            yield from _begun(case, stage)
            if stage is Stage.POLICY_REVIEW and story.waived:
                yield case.later(story.pace)
                _propose_waivers(case)
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


def _begun(case: Case, stage: Stage) -> Instants:
    """What has been done where the case still waits."""
    yield case.later(case.story.pace)
    if stage is Stage.INTERNAL_AUDIT:
        auditing.look_at_files(case)
        yield from auditing.opinions(case, case.story.opinions)
    elif stage is Stage.EXTERNAL_AUDIT and case.story.named:
        yield from asking.survey(case)


def _work(case: Case, stage: Stage) -> Instants:
    """What a stage asks before its decision."""
    yield case.later(case.story.pace)
    if stage is Stage.PERFORMANCE_REVIEW:
        yield from _frozen(case)
    if stage is Stage.INTERNAL_AUDIT:
        yield from auditing.find(case)
    elif stage is Stage.EXTERNAL_AUDIT:
        yield from asking.ask(case)
    elif stage is Stage.POLICY_REVIEW and case.story.waived:
        _propose_waivers(case)
        yield case.later(0.2)
        _answer_waivers(case)


def _frozen(case: Case) -> Instants:
    """Wait for the cycle to close and for its scores."""
    closes = case.row.cycle.closes_at
    if closes > clock.now():
        yield case.calendar.working(closes)
    while not casework.snapshot(case.row).scores_are_frozen:
        yield case.later(1)


def _propose_waivers(case: Case) -> None:
    for reading in list(reviews.rule_readings(case.row)):
        if reading.result is RuleResult.FAIL:
            waivers.propose(
                person_id=case.judge(),
                number=case.number,
                rule_key=reading.rule.key,
                nominee_id=reading.person.id,
                reason=case.story.waived,
                request=case.request,
            )


def _answer_waivers(case: Case) -> None:
    for proposal in proposals_of(case.row):
        answer = waivers.confirm
        if case.story.unwaived:
            answer = partial(waivers.refuse, reason=case.story.unwaived)
        answer(
            person_id=case.second(),
            number=case.number,
            proposal_id=proposal.id,
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
        references=turn.references,
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
