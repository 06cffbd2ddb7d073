"""What people are told, in the inbox and by mail: a subject and a sentence for every message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from words.labels import label
from workflow.vocabulary import Action, FeedbackState, ObjectionState, Stage


@dataclass(frozen=True)
class Wording:
    """How one kind of message is worded, and which vocabulary each of its words is from."""

    subject: LazyString
    sentence: LazyString
    words: Mapping[str, type[StrEnum]]


CASE = {"action": Action, "stage": Stage, "dest": Stage}

MESSAGES: dict[str, Wording] = {
    "case_moved": Wording(
        _l("Case %(number)s: %(action)s"),
        _l("%(award)s, case %(number)s: %(action)s. The case now stands at: %(dest)s."),
        CASE,
    ),
    "case_waits": Wording(
        _l("Case %(number)s waits for you"),
        _l("%(award)s, case %(number)s waits for you. It stands at: %(dest)s."),
        CASE,
    ),
    "objection_settled": Wording(
        _l("Your objection to case %(number)s: %(state)s"),
        _l("Your objection to case %(number)s (%(award)s) has its answer: %(state)s."),
        {"state": ObjectionState},
    ),
    "feedback_waits": Wording(
        _l("Feedback on the scheme waits for a reply"),
        _l("A colleague has given feedback on the scheme, and it waits for your reply."),
        {},
    ),
    "feedback_answered": Wording(
        _l("Your feedback has a reply"),
        _l("Your feedback on the scheme has a reply: %(state)s."),
        {"state": FeedbackState},
    ),
    "invitation": Wording(
        _l("Your account for the recognition scheme"),
        _l("You can sign in to the recognition scheme. Choose your password first."),
        {},
    ),
}


def told(kind: str, values: Mapping[str, Any], case: Mapping[str, str]) -> tuple[str, str]:
    """Subject and sentence in the reader's language; `case` has its number and award, if any."""
    wording = MESSAGES[kind]
    filled = {**values, **case}
    for name, vocabulary in wording.words.items():
        filled[name] = str(label(vocabulary(values[name])))
    return str(wording.subject) % filled, str(wording.sentence) % filled
