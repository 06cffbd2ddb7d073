"""One line of a case's register for each kind of ledger entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from words.labels import label
from workflow.vocabulary import Action, Channel, ContactOutcome, Stage, Verdict

JUDGED = frozenset({Action.APPROVE, Action.RETURN, Action.REJECT})


def act(kind: str, body: Mapping[str, Any]) -> str | None:
    """What was done, in the reader's language; None for an entry that another line tells of."""
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


def _contact(body: Mapping[str, Any]) -> str:
    channel = label(Channel(body["channel"]))
    outcome = label(ContactOutcome(body["outcome"]))
    if body["marks"] is None:
        return _("Customer asked (%(channel)s): %(outcome)s", channel=channel, outcome=outcome)
    return _(
        "Customer asked (%(channel)s): %(outcome)s, %(marks)s of 5",
        channel=channel,
        outcome=outcome,
        marks=body["marks"],
    )


def _waiver(body: Mapping[str, Any]) -> str:
    return _("A policy rule was waived with a reason")


def _score(body: Mapping[str, Any]) -> str:
    return _("Score of a nominee frozen")


ACTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "decision": _decision,
    "finding": _finding,
    "customer_contact": _contact,
    "rule_waived": _waiver,
    "score_frozen": _score,
}
