"""What the policy rules say of a case: whole for its reviewers, coded for everybody else."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from adapters import clock
from models.nominations import Nomination
from models.people import Person
from models.reviews import frozen_outcomes
from models.scheme import Names
from models.waivers import WaiverProposal, proposals_of, waivers_of
from views import loading
from words.explanations import explain
from workflow import waiving
from workflow.refusal import Refused
from workflow.vocabulary import RuleResult, Stage

RESULTS = (RuleResult.FAIL, RuleResult.WAIVED, RuleResult.PASS)


@dataclass(frozen=True)
class Rule:
    """One rule and what it says of one nominee, with its figures: for the review alone.

    `proposal` is the last waiver that was asked for, `waiver` the reason of the one in force.
    """

    person: Person
    key: str
    names: Names
    result: RuleResult
    figures: str
    waiver: str | None = None
    proposal: WaiverProposal | None = None


def fresh(nomination: Nomination) -> list[Rule]:
    """Each rule of the award for each nominee, as it stands now."""
    asked = {(one.person_id, one.rule_key): one for one in proposals_of(nomination)}
    return [
        Rule(
            reading.person,
            reading.rule.key,
            reading.rule.names,
            reading.result,
            explain(reading.outcome.message.record()),
            reading.waiver.reason.text if reading.waiver else None,
            asked.get((reading.person.id, reading.rule.key)),
        )
        for reading in loading.rule_readings(nomination)
    ]


def frozen(nomination: Nomination) -> list[Rule]:
    """The same as the last review kept it."""
    waivers = {(one.person_id, one.rule_key): one for one in waivers_of(nomination)}
    return [
        Rule(
            outcome.person,
            outcome.rule_key,
            outcome.names,
            outcome.result,
            explain({"id": outcome.code, "values": outcome.figures}),
            waiver.reason.text
            if (waiver := waivers.get((outcome.person_id, outcome.rule_key)))
            else None,
        )
        for outcome in frozen_outcomes(nomination)
    ]


@dataclass(frozen=True)
class OpenWaiver:
    """A rule that somebody proposes to waive, and where the reader may answer, if they may."""

    code: str
    names: Names
    url: str | None


def open_waivers(nomination: Nomination) -> list[OpenWaiver]:
    """Proposed waivers that nobody has answered: for those on duty, not for the case's parties."""
    if nomination.stage is not Stage.POLICY_REVIEW or not loading.actor(nomination).duties:
        return []
    return [
        OpenWaiver(
            proposal.rule_key,
            proposal.names,
            None if answer_refusal(nomination, proposal) else _address(nomination, proposal),
        )
        for proposal in proposals_of(nomination)
        if proposal.is_open
    ]


def answer_refusal(nomination: Nomination, proposal: WaiverProposal) -> Refused | None:
    """Why the reader may not answer this waiver; None when they may."""
    return waiving.answer_refusal(
        loading.snapshot(nomination), loading.actor(nomination), proposal.by_id, clock.now()
    )


def _address(nomination: Nomination, proposal: WaiverProposal) -> str:
    return url_for("waivers.answer", number=nomination.number, proposal_id=proposal.id)


def by_person(nomination: Nomination, rules: list[Rule]) -> list[tuple[Person, list[Rule]]]:
    """What stands in the way comes first: the review turns on it."""
    first = sorted(rules, key=lambda rule: RESULTS.index(rule.result))
    return [
        (person, [rule for rule in first if rule.person.id == person.id])
        for person in nomination.nominees
    ]
