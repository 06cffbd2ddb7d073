"""A failed policy rule set aside: one person proposes it with a reason, another one answers."""

from __future__ import annotations

from models import casework as facts
from models import reviews
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person, holders
from models.waivers import Waiver, WaiverProposal, WaiverRefusal, proposals_of
from operations import casework
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow import conflicts, pathway, waiving
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Role, RuleResult, Stage


@operation
def propose(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    rule_key: str,
    nominee_id: int,
    reason: str,
    request: Request,
) -> None:
    """Ask that one failed rule be set aside for one nominee of this case; the rule still fails.

    Raises NotVisible, Stale, KeyReused or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "case": number,
        "waive": rule_key,
        "nominee": nominee_id,
        "reason": reason,
    }
    if casework.already_done(tx, person_id, request, body):
        return
    casework.check_version(nomination, request.version)
    actor, case = person.actor(tx.now, nomination.award_id), facts.snapshot(nomination)
    refused = pathway.may_work(case, actor, tx.now, Stage.POLICY_REVIEW, Role.POLICY_REVIEWER)
    if refused is not None:
        raise refused
    words = sentence_in(reason)
    reading = _failing(nomination, rule_key, nominee_id)
    if any(_is_about(each, rule_key, nominee_id) for each in proposals_of(nomination)):
        raise Refused("waiver_proposed_already")
    tx.record(
        WaiverProposal(
            nomination=nomination,
            rule_key=rule_key,
            person=reading.person,
            reason=Wording.of(words),
            by=person,
            at=tx.now,
        )
    )
    for other in _second_people(tx, nomination, person):
        tx.tell(other, "waiver_waits", nomination)


@operation
def confirm(
    tx: Transaction, *, person_id: int, number: str, proposal_id: int, request: Request
) -> None:
    """Agree to a proposed waiver: from now on the rule does not stand in the case's way.

    Raises NotVisible, Stale, KeyReused or Refused (also when it is answered already, or when the
    rule is met by now).
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {"act": "confirm_waiver", "case": number, "proposal": proposal_id}
    if casework.already_done(tx, person_id, request, body):
        return
    proposal = _answerable(tx, person, nomination, proposal_id, request)
    _failing(nomination, proposal.rule_key, proposal.person_id)
    tx.record(
        Waiver(
            nomination=nomination,
            rule_key=proposal.rule_key,
            person=proposal.person,
            reason=proposal.reason,
            by=person,
            at=tx.now,
            proposal=proposal,
        )
    )
    tx.tell(proposal.by_id, "waiver_confirmed", nomination)


@operation
def refuse(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    proposal_id: int,
    reason: str,
    request: Request,
) -> None:
    """Leave the rule in force, with the reason. Raises NotVisible, Stale, KeyReused or Refused."""
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "refuse_waiver",
        "case": number,
        "proposal": proposal_id,
        "reason": reason,
    }
    if casework.already_done(tx, person_id, request, body):
        return
    proposal = _answerable(tx, person, nomination, proposal_id, request)
    words = Wording.of(sentence_in(reason))
    tx.record(WaiverRefusal(proposal=proposal, reason=words, by=person, at=tx.now))
    tx.tell(proposal.by_id, "waiver_refused", nomination)


def _answerable(
    tx: Transaction, person: Person, nomination: Nomination, proposal_id: int, request: Request
) -> WaiverProposal:
    """The proposal, open and this person's to answer."""
    casework.check_version(nomination, request.version)
    asked = [each for each in proposals_of(nomination) if each.id == proposal_id]
    if not asked:
        raise NotVisible(nomination.number)
    (proposal,) = asked
    actor, case = person.actor(tx.now, nomination.award_id), facts.snapshot(nomination)
    refused = waiving.answer_refusal(case, actor, proposal.by_id, tx.now)
    if refused is not None:
        raise refused
    if not proposal.is_open:
        raise Refused("waiver_answered_already")
    return proposal


def _failing(nomination: Nomination, rule_key: str, nominee_id: int) -> reviews.RuleReading:
    for reading in reviews.rule_readings(nomination):
        about = (reading.rule.key, reading.person.id) == (rule_key, nominee_id)
        if about and reading.result is RuleResult.FAIL:
            return reading
    raise Refused("nothing_to_waive")


def _is_about(proposal: WaiverProposal, rule_key: str, nominee_id: int) -> bool:
    return proposal.is_open and (proposal.rule_key, proposal.person_id) == (rule_key, nominee_id)


def _second_people(tx: Transaction, nomination: Nomination, proposer: Person) -> list[int]:
    """Who is told that a waiver waits: other reviewers; scheme managers where none of them may."""
    case = facts.snapshot(nomination)
    for duty in waiving.ANSWERERS:
        on_duty = tx.session.scalars(holders(duty, tx.now, nomination.award_id)).unique()
        free = [
            person.id
            for person in on_duty
            if person.id != proposer.id and conflicts.relation(case, person.id) is None
        ]
        if free:
            return free
    return []
