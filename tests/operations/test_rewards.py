"""What an award promised is handed over once, signed for by whoever has it, and kept on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import clock
from models import fulfilment
from models.base import db
from models.fulfilment import Owed
from models.nominations import by_number
from models.outbox import Message
from models.people import DutyGrant, Person
from models.rewards import rewards_of, rewards_state
from models.scheme import SchemeChange, Tier
from models.scheme_state import fingerprint
from operations import reward_terms, rewards
from operations.scheme_changes import Edit
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import SENTENCE, Cast, decide, make_award, make_cast, make_scheme
from tests.roads import make_awarded
from workflow.refusal import Refused
from workflow.rewards import Line, receivers
from workflow.vocabulary import Action, Duty, Reason, RewardKind, RewardState

NAMES = {"en": "A gift", "zh_Hans": "礼品", "zh_Hant": "禮品"}
GIFT = Line(RewardKind.GIFT, NAMES, Decimal(150))
MONEY = Line(RewardKind.MONEY, NAMES, Decimal("80.50"))
PAPER = Line(RewardKind.CERTIFICATE, NAMES, Decimal(0))


@dataclass(frozen=True)
class Won:
    cast: Cast
    number: str

    def owed(self) -> list[Owed]:
        case = by_number(self.number)
        assert case is not None
        return fulfilment.of_case(case, clock.now())

    def states(self) -> list[RewardState]:
        return [owed.state for owed in self.owed()]


def give(cast: Cast, *lines: Line, key: str | None = None) -> None:
    tier = db.session.scalars(select(Tier).where(Tier.position == 0)).one()
    before = rewards_state([row.line for row in rewards_of(tier.id)])
    seen = fingerprint(before | {"cost": f"{tier.cost.normalize():f}"})
    edit = Edit(cast.scheme_manager, "Agreed with the works council.", seen, key)
    reward_terms.change_rewards(edit=edit, award_key="special", tier_key=tier.key, lines=lines)


@pytest.fixture
def won(app: Flask) -> Iterator[Won]:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant", quotas=(1,))
        cast = make_cast()
        give(cast, GIFT, MONEY, PAPER)
        yield Won(cast, make_awarded(cast, award_key="special"))


def hand_over(won: Won, position: int = 0, *, by: int | None = None, to: int | None = None) -> None:
    rewards.hand_over(
        person_id=by or won.cast.scheme_manager,
        number=won.number,
        position=position,
        receiver_id=to or won.cast.nominee,
        note="Parcel 17",
    )


def sign(won: Won, by: int, note: str = "", key: str | None = None) -> None:
    handover = won.owed()[0].handover
    seq = handover.ledger_seq if handover else 0
    rewards.sign(person_id=by, number=won.number, handover_seq=seq, note=note, key=key)


@operation
def entrust(tx: Transaction, person_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    tx.record(DutyGrant(person=person, duty=Duty.SCHEME_MANAGER, starts_at=tx.now))


def is_sound() -> bool:
    reading = Verification()
    reading.begin()
    return not list(reading.faults())


def test_a_reward_is_owed_handed_over_and_signed_for_each_an_entry(won: Won) -> None:
    assert db.session.scalars(select(Tier.cost)).one() == Decimal("230.50"), "money and gifts"
    change = db.session.scalars(select(SchemeChange)).one()
    assert change.changes["cost"] == ["100", "230.5"]
    assert change.changes["reward_1.kind"] == ["", "gift"]
    assert won.states() == [RewardState.OWED] * 3
    hand_over(won)
    assert won.states()[0] is RewardState.HANDED_OVER
    told = db.session.scalars(select(Message.person_id).where(Message.kind == "reward_handed_over"))
    assert list(told) == [won.cast.nominee]
    for _twice in range(2):
        sign(won, won.cast.nominee, key="once")
    assert won.states()[0] is RewardState.RECEIVED
    give(won.cast)
    assert [owed.line for owed in won.owed()] == [GIFT, MONEY, PAPER], "as it was promised"
    assert is_sound()


def test_nothing_is_handed_over_twice_to_oneself_or_by_just_anybody(won: Won) -> None:
    with pytest.raises(Refused, match="not_reward_manager"):
        hand_over(won, by=won.cast.committee)
    entrust(won.cast.nominee)
    with pytest.raises(Refused, match="reward_to_oneself"):
        hand_over(won, by=won.cast.nominee)
    hand_over(won)
    with pytest.raises(Refused, match="reward_given_already"):
        hand_over(won)
    with pytest.raises(LookupError):
        hand_over(won, 3)
    with pytest.raises(LookupError):
        hand_over(won, 1, to=won.cast.colleague)
    with pytest.raises(Refused, match="not_the_receiver"):
        sign(won, won.cast.committee, SENTENCE)
    with pytest.raises(Refused, match="sentence_missing"):
        sign(won, won.cast.scheme_manager)
    sign(won, won.cast.scheme_manager, "Signed on the list of the front office.")
    with pytest.raises(Refused, match="reward_signed_already"):
        sign(won, won.cast.nominee)
    assert is_sound()


def test_a_hand_over_recorded_by_mistake_is_undone_and_given_again(won: Won) -> None:
    def undo(by: int, reason: str = SENTENCE) -> None:
        (handover,) = (owed.handover for owed in won.owed() if owed.handover)
        seq = handover.ledger_seq
        rewards.undo(person_id=by, number=won.number, handover_seq=seq, reason=reason)

    hand_over(won)
    entrust(won.cast.nominee)
    for by, reason, why in (
        (won.cast.committee, SENTENCE, "not_reward_manager"),
        (won.cast.nominee, SENTENCE, "reward_to_oneself"),  # who has it would get it twice
        (won.cast.scheme_manager, "Oops", "sentence_missing"),
    ):
        with pytest.raises(Refused, match=why):
            undo(by, reason)
    sign(won, won.cast.scheme_manager, "Signed on the list of the front office.")
    undo(won.cast.scheme_manager)
    assert won.states() == [RewardState.OWED] * 3
    (budget,) = fulfilment.budgets(won.owed())
    assert budget.spent == 0
    told = select(Message.person_id).where(Message.kind == "reward_handover_undone")
    assert list(db.session.scalars(told)) == [won.cast.nominee]
    hand_over(won)
    sign(won, won.cast.nominee)
    with pytest.raises(Refused, match="reward_signed_already"):
        undo(won.cast.scheme_manager)
    assert is_sound()


def test_what_is_late_is_overdue_and_a_revoked_award_wants_back_what_it_gave(won: Won) -> None:
    hand_over(won)
    (budget,) = fulfilment.budgets(won.owed())
    assert (budget.promised, budget.spent, budget.left) == (Decimal("230.50"), Decimal(150), None)
    clock.set_offset(clock.offset() + timedelta(days=31))
    assert won.states() == [RewardState.HANDED_OVER, RewardState.OVERDUE, RewardState.OVERDUE]
    decide(won.cast.arbiter, won.number, Action.REVOKE, Reason.FOUND_FALSE, SENTENCE)
    assert won.states() == [RewardState.TO_RETURN, RewardState.LAPSED, RewardState.LAPSED]
    with pytest.raises(Refused, match="reward_lapsed"):
        hand_over(won, 1)
    (budget,) = fulfilment.budgets(won.owed())
    assert (budget.promised, budget.spent) == (Decimal(0), Decimal(150))


def test_a_team_gets_once_what_is_not_for_each_member() -> None:
    once, each = replace(GIFT, each_member=False), PAPER
    assert receivers(once, (1, 2, 3), is_team=True) == ((1, 2, 3),)
    assert receivers(each, (1, 2, 3), is_team=True) == ((1,), (2,), (3,))
    assert receivers(once, (1,), is_team=False) == ((1,),)
