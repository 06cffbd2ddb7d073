"""One line of a case's register for each kind of ledger entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from words.labels import label
from workflow.vocabulary import (
    Action,
    Channel,
    ContactOutcome,
    Occasion,
    Stage,
    SurveyWay,
    Tribute,
    Verdict,
)

JUDGED = frozenset({Action.APPROVE, Action.RETURN, Action.REJECT})


def act(kind: str, body: Mapping[str, Any], *, sealed: bool = False) -> str | None:
    """What was done, in the reader's language; None for an entry that another line tells of.

    A sealed verdict is said to be there, and no more.
    """
    if sealed and kind == "finding":
        return _("Verdict on claim %(claim)s given, sealed for now", claim=body["claim"])
    tell = ACTS.get(kind)
    return tell(body) if tell else None


def _decision(body: Mapping[str, Any]) -> str:
    action, stage = Action(body["action"]), Stage(body["stage"])
    if action in JUDGED:
        return _("%(stage)s: %(act)s", stage=label(stage), act=label(action))
    return str(label(action))


def _finding(body: Mapping[str, Any]) -> str:
    verdict = label(Verdict(body["verdict"]))
    return _("Verdict on claim %(claim)s: %(verdict)s", claim=body["claim"], verdict=verdict)


def _audit_file(body: Mapping[str, Any]) -> str:
    return _("Evidence of the auditor's own kept on claim %(claim)s", claim=body["claim"])


def _contact(body: Mapping[str, Any]) -> str:
    channel: object = label(Channel(body["channel"]))
    outcome = label(ContactOutcome(body["outcome"]))
    if "occasion" in body:
        channel = _("%(channel)s, second contact", channel=channel)
    if body["marks"] is None:
        return _("Customer asked (%(channel)s): %(outcome)s", channel=channel, outcome=outcome)
    return _(
        "Customer asked (%(channel)s): %(outcome)s, %(marks)s of 5",
        channel=channel,
        outcome=outcome,
        marks=body["marks"],
    )


def _waiver_proposed(body: Mapping[str, Any]) -> str:
    return _("A waiver of a policy rule was proposed, with a reason")


def _survey(body: Mapping[str, Any]) -> str:
    way = label(SurveyWay(body["way"]))
    return _("%(way)s: %(occasion)s", way=way, occasion=label(Occasion(body["occasion"])))


def _words(body: Mapping[str, Any]) -> str:
    return _("A wording of the customer's own words was released")


def _words_purged(body: Mapping[str, Any]) -> str:
    return _("What was written at a contact with the customer was erased: its time was over")


def _waiver(body: Mapping[str, Any]) -> str:
    return _("A second person confirmed the waiver of a policy rule")


def _waiver_refused(body: Mapping[str, Any]) -> str:
    return _("A second person refused the waiver of a policy rule")


def _score(body: Mapping[str, Any]) -> str:
    return _("Score of a nominee frozen")


def _customer_chosen(body: Mapping[str, Any]) -> str:
    if body["customer"] is None:
        return _("The customer was taken out again, with a reason: chosen by mistake")
    if "reason" in body:
        return _("A customer of the directory was named, with a reason")
    if body["matched"]:
        return _("A reference in the evidence led to the customer in the directory")
    return _("The customer was named from the directory by number")


def _customer_looked(body: Mapping[str, Any]) -> str:
    return _("The auditor looked at the customer's contact details")


def _handed_over(body: Mapping[str, Any]) -> str:
    return _("%(stage)s: handed to another judge", stage=label(Stage(body["stage"])))


def _stepped_aside(body: Mapping[str, Any]) -> str:
    return _("%(stage)s: a judge stepped aside", stage=label(Stage(body["stage"])))


def _escalated(body: Mapping[str, Any]) -> str:
    stage = label(Stage(body["stage"]))
    if body["level"]:
        return _("%(stage)s: overdue, a manager of the judge was told", stage=stage)
    return _("%(stage)s: overdue, the scheme managers were told", stage=stage)


def _handed_over_reward(body: Mapping[str, Any]) -> str:
    return _("A reward was handed over")


def _handover_undone(body: Mapping[str, Any]) -> str:
    return _("A reward was not handed over after all: the record of it was undone")


def _received(body: Mapping[str, Any]) -> str:
    if body["note"]:
        return _("A scheme manager noted that a reward was received")
    return _("The receiver signed for a reward")


def _tribute(body: Mapping[str, Any]) -> str:
    kind = label(Tribute(body["tribute"]))
    return _("%(kind)s: approved by a second person and published", kind=kind)


ACTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "decision": _decision,
    "finding": _finding,
    "audit_file": _audit_file,
    "customer_contact": _contact,
    "survey_made": _survey,
    "words_released": _words,
    "words_purged": _words_purged,
    "customer_chosen": _customer_chosen,
    "customer_looked": _customer_looked,
    "waiver_proposed": _waiver_proposed,
    "rule_waived": _waiver,
    "case_escalated": _escalated,
    "case_handed_over": _handed_over,
    "judge_recused": _stepped_aside,
    "waiver_refused": _waiver_refused,
    "score_frozen": _score,
    "reward_handed_over": _handed_over_reward,
    "reward_handover_undone": _handover_undone,
    "reward_received": _received,
    "tribute_approved": _tribute,
}
