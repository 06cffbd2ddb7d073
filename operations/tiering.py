"""The committee approves a cycle's ranking: every case gets its tier, or is confirmed without.

As many members approve as the award asks for: the first proposes the list, the last decides it.

Where policy is reviewed for the shortlist alone, those without a tier wait as its reserve.
"""

from __future__ import annotations

from models import tierlists
from models.approvals import TierApproval
from models.casework import snapshot
from models.nominations import Nomination
from models.people import Person
from models.quorum import quorum_of
from models.scheme import Cycle
from models.tierlists import Proposal, TierList, TierPlace
from operations import casework
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow import conflicts
from workflow.case import Act
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage


@operation
def approve(
    tx: Transaction,
    *,
    person_id: int,
    award_key: str,
    cycle_key: str,
    input_hash: str,
    request: Request,
) -> int:
    """Approve the ranking as it was shown; returns the number that its list has or will have.

    Where the award asks for several members, all but the last are recorded one by one.

    `input_hash` seals what the ranking was computed from; `request.version` is the number that its
    list will have. Raises NotVisible, KeyReused or Refused; a refusal on account of one case names
    it in the value `case`. Then nothing has happened.
    """
    person, cycle = _load(tx, person_id, award_key, cycle_key)
    body: dict[str, object] = {"award": award_key, "cycle": cycle_key, "input": input_hash}
    if casework.already_done(tx, person_id, request, body):
        return request.version
    if tx.now < cycle.closes_at:
        raise Refused("cycle_still_open", closes=cycle.closes_at)
    proposal = tierlists.propose(cycle, tx.now)
    if (proposal.input_hash, proposal.round) != (input_hash, request.version):
        raise Refused("ranking_changed")
    if not proposal.cases:
        raise Refused("nothing_to_tier")
    if proposal.is_held:
        raise Refused("shortlist_on_review")
    quorum = quorum_of(proposal, tx.now)
    if quorum.has(person):
        raise Refused("approved_already")
    if quorum.missing > 1:
        _second(tx, proposal, person)
        return proposal.round
    _record(tx, proposal, person)
    for nomination in proposal.freed:
        nomination.tier = None  # its place goes to the next
    for place, nomination, _ in proposal.ranked:
        try:
            if place.tier is None and (
                nomination.stage is Stage.NOT_PLACED or proposal.stays(nomination)
            ):
                _keep_last(tx, nomination, person)
                continue
            action = Action.PLACE if place.tier else Action.PASS_OVER
            facts: dict[str, object] = {"list": proposal.round, "rank": place.rank}
            casework.move(tx, nomination, person, action, facts=facts | {"tier": place.tier})
        except Refused as refused:
            raise Refused(refused.message, case=nomination.number, **refused.values) from refused
    return proposal.round


def _second(tx: Transaction, proposal: Proposal, person: Person) -> None:
    """Record the approval of one member while others are still missing."""
    actor = person.actor(tx.now, proposal.cycle.award_id)
    for number, nomination in proposal.cases.items():
        refused = conflicts.refusal(snapshot(nomination), Act(Action.PLACE, actor, tx.now))
        if refused is not None:
            raise Refused(refused.message, case=number, **refused.values)
    tx.record(
        TierApproval(
            cycle=proposal.cycle,
            round=proposal.round,
            input_hash=proposal.input_hash,
            at=tx.now,
            by=person,
            needed=proposal.cycle.award.quorum,
        )
    )


def _keep_last(tx: Transaction, nomination: Nomination, person: Person) -> None:
    """It stays without a tier, or waits as reserve while the shortlist is reviewed, and as long
    again for the next list.

    To rank a case last is to judge it too: raises Refused for whoever is bound to it.
    """
    bar = conflicts.relation(snapshot(nomination), person.id)
    if bar is not None:
        raise Refused(f"barred_as_{bar}")
    if nomination.stage is Stage.NOT_PLACED:
        return
    days = tx.terms.stage_days
    nomination.due_at = tx.terms.due(tx.terms.due(tx.now, days), days)


def _load(tx: Transaction, person_id: int, award_key: str, cycle_key: str) -> tuple[Person, Cycle]:
    person = tx.session.get(Person, person_id)
    cycle = tierlists.cycle_of(award_key, cycle_key)
    if person is None or cycle is None:
        raise NotVisible(f"{award_key} {cycle_key}")
    if Duty.COMMITTEE not in person.duties(tx.now, cycle.award_id):
        raise Refused("not_your_part", stage=Stage.TIERING.value)
    return person, cycle


def _record(tx: Transaction, proposal: Proposal, person: Person) -> None:
    """Keep the list with the explanation of each place, and give the cases their tiers."""
    tiers = {tier.key: tier for tier in proposal.cycle.award.tiers}
    places = []
    for place, nomination, candidate in proposal.ranked:
        nomination.tier = tiers[place.tier] if place.tier else None
        places.append(
            TierPlace(
                nomination=nomination,
                rank=place.rank,
                tier=nomination.tier,
                score=candidate.score,
                explanation=[each.record() for each in place.explanation],
            )
        )
    tx.record(
        TierList(
            cycle=proposal.cycle,
            round=proposal.round,
            at=tx.now,
            by=person,
            sealed_input=proposal.sealed_input,
            input_hash=proposal.input_hash,
            places=places,
            quorum=proposal.cycle.award.quorum,
        )
    )
