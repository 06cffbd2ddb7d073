"""Words of a questionnaire's results go when two people say so, with the reason for all to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import db
from models.invariants import broken
from models.public_rounds import public_round
from models.questionnaires import Judgement
from models.removals import Removal
from operations import removals
from tests.builders import make_person, make_scheme
from tests.finding import catch_up
from tests.operations.test_search import found
from tests.questioning import DAYS, opened, take_part, turn
from workflow.refusal import Refused
from workflow.vocabulary import Duty

RUDE, REASON = "Zzyzx is a thief.", "It accuses somebody by name."

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def trusted() -> list[int]:
    make_scheme()
    duties = (Duty.SCHEME_MANAGER, Duty.ARBITER)
    return [make_person(duty.value, duties=(duty,)) for duty in duties]


@pytest.fixture
def round_id(trusted: list[int], pass_time: Callable[[timedelta], None]) -> int:
    made = opened(trusted[0])
    for number in range(5):
        words = RUDE if number == 2 else f"Words {number}"
        take_part(made, make_person(f"Colleague {number}"), fair="7", why=words)
    pass_time(timedelta(days=DAYS))
    turn()
    catch_up()
    return made


def rude() -> Judgement:
    return next(each for each in db.session.scalars(select(Judgement)) if each.wording.text == RUDE)


def test_what_one_asks_for_and_another_agrees_to_is_gone_everywhere(
    trusted: list[int], round_id: int
) -> None:
    asker, second = trusted
    assert found(RUDE) == [str(round_id)]
    judgement = rude().id
    removals.ask(person_id=asker, judgement_id=judgement, reason=REASON)
    removal = db.session.scalars(select(Removal.id)).one()
    with pytest.raises(Refused, match="own_motion"):
        removals.agree(person_id=asker, removal_id=removal)
    with pytest.raises(Refused, match="motion_waits_already"):
        removals.ask(person_id=second, judgement_id=judgement, reason=REASON)
    with pytest.raises(Refused, match="not_trusted"):
        removals.agree(person_id=make_person("Colleague"), removal_id=removal)
    assert rude().id == judgement
    removals.agree(person_id=second, removal_id=removal)
    catch_up()
    public = public_round(round_id)
    assert public is not None
    assert [text for _, text in public.words].count(None) == 1
    assert [each.reason for each in public.removals] == [REASON]
    assert found(RUDE) == []
    wording = db.session.get_one(Judgement, judgement).wording
    assert (wording.text, wording.salt) == (None, b"")
    with pytest.raises(Refused, match="motion_answered_already"):
        removals.agree(person_id=second, removal_id=removal)
    assert broken() == []


def test_what_the_second_person_declines_stays(trusted: list[int], round_id: int) -> None:
    asker, second = trusted
    removals.ask(person_id=asker, judgement_id=rude().id, reason=REASON)
    removal = db.session.scalars(select(Removal.id)).one()
    with pytest.raises(Refused, match="sentence_missing"):
        removals.decline(person_id=second, removal_id=removal, reason="no")
    removals.decline(person_id=second, removal_id=removal, reason="It names nobody at all.")
    removals.ask(person_id=second, judgement_id=rude().id, reason=REASON)
    public = public_round(round_id)
    assert public is not None
    assert public.removals == ()
    assert broken() == []
