"""Rewards change hands: handed over by a scheme manager, signed for by whoever received them."""

from __future__ import annotations

from models import fulfilment
from models.fulfilment import Owed
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person
from models.rewards import Handover, HandoverUndoing, RewardReceipt
from operations import casework
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Duty, Stage


@operation
def hand_over(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    position: int,
    receiver_id: int,
    note: str = "",
    key: str | None = None,
) -> None:
    """Record that a reward is in the receiver's hands; they are asked to sign for it.

    Raises NotVisible, KeyReused or Refused.
    """
    manager, case = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "hand_over",
        "case": number,
        "line": position,
        "receiver": receiver_id,
        "note": note,
    }
    if casework.already_done(tx, person_id, Request(0, key), body):
        return
    _check_manager(tx, manager, case)
    owed = _owed(tx, case, position, receiver_id)
    if case.stage is not Stage.AWARDED:
        raise Refused("reward_lapsed")
    if owed.handover is not None:
        raise Refused("reward_given_already")
    if receiver_id == person_id:
        raise Refused("reward_to_oneself")
    tx.record(
        Handover(
            nomination=case,
            award_seq=owed.award_seq,
            line=position,
            receiver=next(each for each in owed.winners if each.id == receiver_id),
            by=manager,
            note=Wording.of(note.strip()) if note.strip() else None,
            at=tx.now,
        )
    )
    tx.tell(receiver_id, "reward_handed_over", case)


@operation
def sign(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    handover_seq: int,
    note: str = "",
    key: str | None = None,
) -> None:
    """Sign for a reward: the receiver, or a scheme manager who says on what it rests.

    Raises NotVisible, KeyReused or Refused.
    """
    person, case = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "sign",
        "case": number,
        "handover": handover_seq,
        "note": note,
    }
    if casework.already_done(tx, person_id, Request(0, key), body):
        return
    handover = _handover(tx, case, handover_seq)
    is_receiver = handover.receiver_id == person_id
    if not is_receiver:
        if Duty.SCHEME_MANAGER not in person.duties(tx.now, case.award_id):
            raise Refused("not_the_receiver")
        sentence_in(note)
    if handover.receipt is not None:
        raise Refused("reward_signed_already")
    tx.record(
        RewardReceipt(
            handover=handover,
            by=person,
            note=None if is_receiver else Wording.of(note.strip()),
            at=tx.now,
        )
    )


@operation
def undo(tx: Transaction, *, person_id: int, number: str, handover_seq: int, reason: str) -> None:
    """Take back a hand-over that was recorded by mistake; the reward is owed again.

    Raises NotVisible or Refused.
    """
    manager, case = casework.load(tx, person_id, number)
    _check_manager(tx, manager, case)
    sentence_in(reason)
    handover = _handover(tx, case, handover_seq)
    if handover.is_signed_by_receiver:
        raise Refused("reward_signed_already")
    if handover.receiver_id == person_id:
        raise Refused("reward_to_oneself")
    tx.record(
        HandoverUndoing(handover=handover, by=manager, reason=Wording.of(reason.strip()), at=tx.now)
    )
    tx.tell(handover.receiver_id, "reward_handover_undone", case)


def _handover(tx: Transaction, case: Nomination, seq: int) -> Handover:
    """The hand-over that stands in the ledger under this number; raises NotVisible."""
    for owed in fulfilment.of_case(case, tx.now):
        if owed.handover and owed.handover.ledger_seq == seq:
            return owed.handover
    raise NotVisible(case.number)


def _check_manager(tx: Transaction, person: Person, case: Nomination) -> None:
    if Duty.SCHEME_MANAGER not in person.duties(tx.now, case.award_id):
        raise Refused("not_reward_manager")


def _owed(tx: Transaction, case: Nomination, position: int, receiver_id: int) -> Owed:
    """The reward, if the award promised it to this colleague; raises NotVisible."""
    for owed in fulfilment.of_case(case, tx.now):
        if owed.position == position and receiver_id in {each.id for each in owed.winners}:
            return owed
    raise NotVisible(case.number)
