"""A database in mid-life: cases that went every way, made by the operations alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters import clock
from models import tierlists
from operations import clockwork, feedback, tiering
from operations.casework import Request
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
)
from tests.roads import (
    appeal,
    confirm,
    find,
    judge_appeal,
    let_the_notice_end,
    make_noticed,
    make_rejected,
    make_waiting,
    object_to,
    settle,
)
from workflow.vocabulary import Action, FeedbackState, Reason


@dataclass(frozen=True)
class History:
    """The case numbers, by what became of each."""

    cast: Cast
    draft: str
    submitted: str
    returned: str
    resubmitted: str
    withdrawn: str
    rejected: str
    noticed: str
    objected: str  # two objections: one dismissed, one open
    overturned: str  # an objection was upheld
    awarded: str
    revoked: str
    gold: str
    passed_over: str
    feedback: int


def make_history() -> History:
    """Cases on the instant road under "special", ranked ones under "quarterly"; time passes."""
    make_scheme()
    make_award(quotas=(1,))
    make_award("special", road="instant", quotas=(9,), closes_in=timedelta(days=400))
    cast = make_cast()
    gold, passed_over = _ranked(cast)
    special: dict[str, Any] = {"award_key": "special"}
    awarded, revoked = make_noticed(cast, **special), make_noticed(cast, **special)
    let_the_notice_end(awarded)
    let_the_notice_end(revoked)
    decide(cast.arbiter, revoked, Action.REVOKE, Reason.FOUND_FALSE, SENTENCE)
    returned, resubmitted = make_submitted(cast, **special), make_submitted(cast, **special)
    for number in (returned, resubmitted):
        decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    decide(cast.nominator, resubmitted, Action.RESUBMIT)
    find(cast.internal, resubmitted)
    withdrawn = make_submitted(cast, **special)
    decide(cast.nominator, withdrawn, Action.WITHDRAW)
    rejected = make_rejected(cast, **special)
    appeal(cast.nominee, rejected)
    judge_appeal(cast.arbiter, rejected, uphold=False)
    objected, overturned = make_noticed(cast, **special), make_noticed(cast, **special)
    object_to(cast.colleague, objected)
    object_to(make_person("Second objector"), objected)
    settle(cast.arbiter, objected, uphold=False)
    object_to(cast.colleague, overturned)
    settle(cast.arbiter, overturned, uphold=True)
    return History(
        cast=cast,
        draft=make_draft(cast.nominator, [cast.nominee], **special),
        submitted=make_submitted(cast, **special),
        returned=returned,
        resubmitted=resubmitted,
        withdrawn=withdrawn,
        rejected=rejected,
        noticed=make_noticed(cast, **special),
        objected=objected,
        overturned=overturned,
        awarded=awarded,
        revoked=revoked,
        gold=gold,
        passed_over=passed_over,
        feedback=_answered(cast),
    )


def _ranked(cast: Cast) -> tuple[str, str]:
    """Two confirmed cases for one place: who was submitted first has it."""
    first = make_waiting(cast)
    second = make_waiting(Cast(**{**vars(cast), "nominee": make_person("Second nominee")}))
    clock.set_offset(clock.offset() + timedelta(days=31))
    clockwork.tick()
    confirm(cast, first, second)
    cycle = tierlists.cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    proposal = tierlists.propose(cycle, clock.now())
    tiering.approve(
        person_id=cast.committee,
        award_key="quarterly",
        cycle_key="2026-Q4",
        input_hash=proposal.input_hash,
        request=Request(proposal.round),
    )
    return first, second


def _answered(cast: Cast) -> int:
    opinion = feedback.post(
        person_id=cast.colleague, award_id=None, subject="Nights", body="They are forgotten."
    )
    feedback.answer(
        person_id=cast.scheme_manager,
        feedback_id=opinion,
        state=FeedbackState.ADOPTED,
        body="Not any more.",
        request=Request(version=0),
    )
    return opinion
