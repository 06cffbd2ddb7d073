"""What was handed over, and to whom."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.decisions import Decision
from models.nominations import Nominee
from models.rewards import Handover, RewardReceipt
from models.tributes import Tribute, TributeVersion
from workflow.rewards import promised
from workflow.vocabulary import Action


def what_was_handed_over_was_promised(session: Session) -> Iterator[str]:
    """Each reward handed over was promised by an award, to a winner of that case."""
    awards = {
        decision.ledger_seq: decision
        for decision in session.scalars(select(Decision).where(Decision.action == Action.AWARD))
    }
    winners = {(row.nomination_id, row.person_id) for row in session.scalars(select(Nominee))}
    for row in session.scalars(select(Handover).options(joinedload(Handover.nomination))):
        award = awards.get(row.award_seq)
        lines = promised(award.facts) if award else ()
        of_this_case = award is not None and award.nomination_id == row.nomination_id
        to_a_winner = (row.nomination_id, row.receiver_id) in winners
        if not (of_this_case and to_a_winner and 0 <= row.line < len(lines)):
            yield f"case {row.nomination.number}"


def each_reward_is_in_one_hand(session: Session) -> Iterator[str]:
    """A reward is handed over once to a winner, unless the time before was undone."""
    standing = select(Handover).where(~Handover.undoing.has())
    seen: set[tuple[int, int, int]] = set()
    for row in session.scalars(standing.options(joinedload(Handover.nomination))):
        key = (row.award_seq, row.line, row.receiver_id)
        if key in seen:
            yield f"case {row.nomination.number}"
        seen.add(key)


def whoever_signs_for_another_says_why(session: Session) -> Iterator[str]:
    """A signature that is not the receiver's own says on what it rests."""
    found = select(RewardReceipt).join(RewardReceipt.handover)
    for row in session.scalars(
        found.where(RewardReceipt.by_id != Handover.receiver_id, RewardReceipt.note_id.is_(None))
    ):
        yield f"case {row.handover.nomination.number}"


def nobody_approves_their_own_words(session: Session) -> Iterator[str]:
    """A letter or citation was approved by somebody who wrote none of it."""
    written = session.scalars(select(TributeVersion))
    authors = {(version.tribute_id, version.by_id) for version in written}
    for row in session.scalars(select(Tribute).options(joinedload(Tribute.approval))):
        if row.approval is not None and (row.id, row.approval.by_id) in authors:
            yield f"case {row.nomination.number}"


INVARIANTS = (
    what_was_handed_over_was_promised,
    each_reward_is_in_one_hand,
    whoever_signs_for_another_says_why,
    nobody_approves_their_own_words,
)
