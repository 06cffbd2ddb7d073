"""What the policy rules say of a case, in the reader's words: whole for reviewers, coded for all."""

from __future__ import annotations

from dataclasses import dataclass

from models import reviews as stored
from models.nominations import Nomination
from models.people import Person
from models.scheme import Names
from models.waivers import WaiverProposal, proposals_of, waivers_of
from words.explanations import explain
from workflow.vocabulary import RuleResult


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
        for reading in stored.rule_readings(nomination)
    ]


def frozen(nomination: Nomination) -> list[Rule]:
    """The same as the last review kept it."""
    names = stored.rule_names()
    waivers = {(one.person_id, one.rule_key): one for one in waivers_of(nomination)}
    return [
        Rule(
            outcome.person,
            outcome.rule_key,
            names.get(outcome.rule_key, {"en": outcome.rule_key}),
            outcome.result,
            explain({"id": outcome.code, "values": outcome.figures}),
            waiver.reason.text
            if (waiver := waivers.get((outcome.person_id, outcome.rule_key)))
            else None,
        )
        for outcome in stored.frozen_outcomes(nomination)
    ]


def by_person(nomination: Nomination, rules: list[Rule]) -> list[tuple[Person, list[Rule]]]:
    return [
        (person, [rule for rule in rules if rule.person.id == person.id])
        for person in nomination.nominees
    ]
