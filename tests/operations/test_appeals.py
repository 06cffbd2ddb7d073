"""An appeal is made once, by those it concerns, and judged by other people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.decisions import decisions_on
from models.nominations import by_number
from operations.casework import NotVisible
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    stage,
)
from tests.roads import appeal, judge_appeal, make_noticed, make_rejected, object_to, settle
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award(road="instant")
    return make_cast()


def test_the_nominator_or_a_nominee_appeals_and_nobody_else(cast: Cast) -> None:
    assert appeal(cast.nominator, make_rejected(cast)) is Stage.APPEAL
    assert appeal(cast.nominee, make_rejected(cast)) is Stage.APPEAL
    other = make_rejected(cast)
    with pytest.raises(NotVisible):
        appeal(cast.colleague, other)
    with pytest.raises(Refused, match="not_your_part"):
        appeal(cast.arbiter, other)


def test_upheld_the_contested_stage_judges_again_by_others(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    assert judge_appeal(cast.arbiter, number, uphold=True) is Stage.INTERNAL_AUDIT
    with pytest.raises(Refused, match="barred_as_appealed_against"):
        decide(cast.internal, number, Action.REJECT, Reason.OTHER, SENTENCE)
    fresh = make_person("Fresh", duties=(Duty.INTERNAL_AUDITOR,))
    assert decide(fresh, number, Action.REJECT, Reason.OTHER, SENTENCE) is Stage.REJECTED


def test_dismissed_the_rejection_stands_with_its_reason(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    assert judge_appeal(cast.arbiter, number, uphold=False) is Stage.REJECTED
    nomination = by_number(number)
    assert nomination is not None
    last = decisions_on(nomination)[-1]
    assert (last.action, last.reason) == (Action.DISMISS_APPEAL, Reason.EVENT_NOT_CONFIRMED)


def test_there_is_one_appeal(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    judge_appeal(cast.arbiter, number, uphold=False)
    with pytest.raises(Refused, match="appealed_once_already"):
        appeal(cast.nominee, number)


def test_an_appeal_comes_in_time_or_not_at_all(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_rejected(cast)
    pass_time(timedelta(days=15))
    with pytest.raises(Refused, match="appeal_too_late"):
        appeal(cast.nominator, number)


def test_an_arbiter_who_decided_on_the_case_does_not_judge_its_appeal(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=True)
    appeal(cast.nominee, number)
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        judge_appeal(cast.arbiter, number, uphold=True)
    other = make_person("Second arbiter", duties=(Duty.ARBITER,))
    assert judge_appeal(other, number, uphold=True) is Stage.PUBLIC_NOTICE
    assert stage(number) is Stage.PUBLIC_NOTICE


def test_an_answer_to_an_appeal_has_its_sentence(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    with pytest.raises(Refused, match="sentence_missing"):
        judge_appeal(cast.arbiter, number, uphold=False, sentence="")


def test_an_arbiter_whose_answer_was_overturned_judges_no_further_objection(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=True)
    appeal(cast.nominee, number)
    judge_appeal(make_person("Other", duties=(Duty.ARBITER,)), number, uphold=True)
    object_to(make_person("Somebody else"), number)
    with pytest.raises(Refused, match="barred_as_appealed_against"):
        settle(cast.arbiter, number, uphold=True)
    third = make_person("Third", duties=(Duty.ARBITER,))
    assert settle(third, number, uphold=False) is Stage.PUBLIC_NOTICE
