"""What people are told, in the inbox and by mail: a subject and a sentence for every message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from words.days import day
from words.labels import label
from words.metrics import METRIC_NAMES
from words.periods import period
from workflow.vocabulary import Action, FeedbackState, ObjectionState, Stage


@dataclass(frozen=True)
class Wording:
    """How one kind of message is worded, and which vocabulary each of its words is from."""

    subject: LazyString
    sentence: LazyString
    words: Mapping[str, type[StrEnum]]


CASE = {"action": Action, "stage": Stage, "dest": Stage}

MESSAGES: dict[str, Wording] = {
    "case_moved": Wording(  # where nothing in MOVED says it better
        _l("Case %(number)s: %(action)s"),
        _l("%(award)s, case %(number)s: %(action)s. The case now stands at: %(dest)s."),
        CASE,
    ),
    "case_waits": Wording(
        _l("Case %(number)s waits for you"),
        _l("%(award)s, case %(number)s waits for you. It stands at: %(dest)s."),
        CASE,
    ),
    "case_assigned": Wording(
        _l("Case %(number)s is in your hands now"),
        _l("%(award)s, case %(number)s has been given to you. It stands at: %(stage)s."),
        {"stage": Stage},
    ),
    "case_stuck": Wording(
        _l("Nobody can judge case %(number)s"),
        _l(
            "%(award)s, case %(number)s stands at: %(stage)s, and nobody who holds the duty can "
            "judge it. The page on who judges says who is barred and why."
        ),
        {"stage": Stage},
    ),
    "bond_declared": Wording(
        _l("You are named in a declaration"),
        _l(
            "It is declared that you and a colleague do not judge each other's cases. If that is "
            "wrong, tell a scheme manager, who can end it. It stands under Family and friends."
        ),
        {},
    ),
    "judge_barred": Wording(
        _l("Case %(number)s has left its judge's hands"),
        _l(
            "A declaration bars the judge of case %(number)s (%(award)s), which stands at: "
            "%(stage)s. The declaration stands under Family and friends; end it if it is wrong."
        ),
        {"stage": Stage},
    ),
    "case_due": Wording(
        _l("Case %(number)s is due on %(day)s"),
        _l(
            "%(award)s, case %(number)s waits for you and is due on %(day)s. It stands at: "
            "%(stage)s."
        ),
        {"stage": Stage},
    ),
    "correction_due": Wording(
        _l("Case %(number)s can be corrected until %(day)s"),
        _l(
            "Your nomination %(number)s for the %(award)s came back to you. It expires unless you "
            "submit it again by %(day)s."
        ),
        {},
    ),
    "ranking_due": Wording(
        _l("%(award)s: the ranking is due on %(day)s"),
        _l("The ranking of the %(award)s, %(cycle)s, waits for you and is due on %(day)s."),
        {},
    ),
    "case_overdue": Wording(
        _l("Case %(number)s is overdue"),
        _l(
            "%(award)s, case %(number)s was due on %(day)s and still stands at: %(stage)s. It is "
            "in the hands of %(judges)s, in your reporting line. Please see that it goes on."
        ),
        {"stage": Stage},
    ),
    "case_overdue_unheld": Wording(
        _l("Case %(number)s is overdue"),
        _l(
            "%(award)s, case %(number)s was due on %(day)s and still stands at: %(stage)s. It is "
            "for the scheme managers to see that somebody takes it up."
        ),
        {"stage": Stage},
    ),
    "ranking_overdue": Wording(
        _l("%(award)s: the ranking is overdue"),
        _l(
            "The ranking of the %(award)s, %(cycle)s, was due on %(day)s. It is for the scheme "
            "managers to see that the committee decides."
        ),
        {},
    ),
    "objection_settled": Wording(
        _l("Your objection to case %(number)s: %(state)s"),
        _l("Your objection to case %(number)s (%(award)s) has its answer: %(state)s."),
        {"state": ObjectionState},
    ),
    "waiver_waits": Wording(
        _l("A waiver in case %(number)s waits for a second person"),
        _l(
            "A colleague proposes to waive a policy rule in case %(number)s (%(award)s). Until "
            "you or another second person confirms it, the rule is not met."
        ),
        {},
    ),
    "waiver_confirmed": Wording(
        _l("Your waiver in case %(number)s is confirmed"),
        _l("A second person confirmed your waiver in case %(number)s (%(award)s)."),
        {},
    ),
    "waiver_refused": Wording(
        _l("Your waiver in case %(number)s is refused"),
        _l(
            "A second person did not agree to waive the rule in case %(number)s (%(award)s). The "
            "review says why."
        ),
        {},
    ),
    "customer_answered": Wording(
        _l("The customer has answered in case %(number)s"),
        _l("The customer in case %(number)s (%(award)s) has answered the survey."),
        {},
    ),
    "second_contact_due": Wording(
        _l("Case %(number)s: the second contact is due"),
        _l(
            "In case %(number)s (%(award)s) the customer is to be asked whether the effect has "
            "lasted. It stands on your list."
        ),
        {},
    ),
    "second_contact_late": Wording(
        _l("Case %(number)s: the second contact is late"),
        _l(
            "In case %(number)s (%(award)s) nobody has asked the customer yet whether the effect "
            "has lasted. An external auditor makes that contact."
        ),
        {},
    ),
    "receipt": Wording(
        _l("Your receipt: entry %(receipt)s of the ledger"),
        _l(
            "Entry %(receipt)s of the ledger has the fingerprint %(fingerprint)s. Keep this "
            "message: if the entry is ever changed, it has another one. The receipt itself stands "
            "under My receipts."
        ),
        {},
    ),
    "result_corrected": Wording(
        _l("A result of yours was corrected"),
        _l("A result of yours was corrected: %(metric)s, %(day)s. My score says what and why."),
        {},
    ),
    "effect_did_not_last": Wording(
        _l("Case %(number)s: the effect did not last"),
        _l(
            "At the second contact the customer in case %(number)s (%(award)s) said that the "
            "effect did not last. Take it into account in what you decide."
        ),
        {},
    ),
    "customer_disagreed_late": Wording(
        _l("Case %(number)s: the customer saw it differently"),
        _l(
            "After the external audit of case %(number)s (%(award)s) the customer answered that "
            "it did not happen so. Take it into account in what you decide."
        ),
        {},
    ),
    "reward_handed_over": Wording(
        _l("Your reward for case %(number)s: please sign for it"),
        _l(
            "A reward of the %(award)s, case %(number)s, was handed over to you. Confirm on the "
            "page of the case that you have it."
        ),
        {},
    ),
    "reward_handover_undone": Wording(
        _l("Case %(number)s: your reward is not handed over yet"),
        _l(
            "That a reward of the %(award)s, case %(number)s, was handed over to you had been "
            "recorded by mistake, and is undone. You will get it."
        ),
        {},
    ),
    "tribute_published": Wording(
        _l("Words in your honour: case %(number)s"),
        _l("A letter or a citation for the %(award)s, case %(number)s, has been published."),
        {},
    ),
    "archive_news": Wording(
        _l("New in the archive: %(search)s"),
        _l("What newly fits your search %(search)s: %(numbers)s."),
        {},
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
    "feedback_remarked": Wording(
        _l("A colleague has added to your feedback"),
        _l("There is a new remark in the thread of your feedback on the scheme."),
        {},
    ),
    "feedback_changed_scheme": Wording(
        _l("Your feedback has changed the scheme"),
        _l("The scheme was changed because of your feedback. The change stands beside it."),
        {},
    ),
    "feedback_removed": Wording(
        _l("Words of yours were removed"),
        _l("Two people have removed what you wrote in the feedback. Their reason stands there."),
        {},
    ),
    "feedback_motion_waits": Wording(
        _l("Feedback waits for a second person"),
        _l("Somebody asks to open an author's seal or to remove words. A second person answers."),
        {},
    ),
    "feedback_motion_agreed": Wording(
        _l("A second person has agreed"),
        _l("What you asked for in the feedback on the scheme is done."),
        {},
    ),
    "feedback_motion_declined": Wording(
        _l("A second person has not agreed"),
        _l("What you asked for in the feedback on the scheme was declined, with a reason."),
        {},
    ),
    "removal_waits": Wording(
        _l("Words of a questionnaire wait for a second person"),
        _l("Somebody asks to remove words from published results. A second person answers."),
        {},
    ),
    "feedback_overdue": Wording(
        _l("Feedback has no reply yet"),
        _l("Feedback on the scheme should have been answered by %(day)s, and was not."),
        {},
    ),
    "questionnaire_opened": Wording(
        _l("Your opinion is asked: %(title)s"),
        _l(
            "The questionnaire %(title)s is open until %(day)s. You answer once, and nobody can "
            "tell which answers are yours."
        ),
        {},
    ),
    "questionnaire_closing": Wording(
        _l("Open until %(day)s: %(title)s"),
        _l(
            "You have not taken part in the questionnaire %(title)s yet. It closes at the end of "
            "%(day)s. Whether you do is up to you."
        ),
        {},
    ),
    "questionnaire_counted": Wording(
        _l("Results stand: %(title)s"),
        _l(
            "The questionnaire %(title)s closed on %(day)s and its results are public. They wait "
            "for your official answer."
        ),
        {},
    ),
    "invitation": Wording(
        _l("Your account for the recognition scheme"),
        _l("You can sign in to the recognition scheme. Choose your password first."),
        {},
    ),
}


# What the two sides of a case are told, by where it stands now.
MOVED: dict[Stage, Wording] = {
    Stage.AWARDED: Wording(
        _l("Case %(number)s is awarded"),
        _l(
            "Congratulations! Nobody's objection stands, and case %(number)s has won the "
            "%(award)s. It is on the honour roll from today."
        ),
        CASE,
    ),
    Stage.PUBLIC_NOTICE: Wording(
        _l("Case %(number)s stands in the public notice"),
        _l(
            "Case %(number)s for the %(award)s stands in the public notice. It is awarded when "
            "the notice ends, unless a colleague's objection is upheld."
        ),
        CASE,
    ),
    Stage.NOT_PLACED: Wording(
        _l("Case %(number)s is confirmed, without a tier"),
        _l(
            "Case %(number)s for the %(award)s is confirmed. The places of this cycle went to "
            "others; the case says how the ranking came about."
        ),
        CASE,
    ),
    Stage.RETURNED: Wording(
        _l("Please correct case %(number)s"),
        _l(
            "Your nomination %(number)s for the %(award)s has come back to you. It says what is "
            "missing; correct it and submit it again."
        ),
        CASE,
    ),
    Stage.REJECTED: Wording(
        _l("Case %(number)s is rejected"),
        _l(
            "Case %(number)s for the %(award)s is rejected. The case gives the reason in a "
            "sentence, and says whether you can appeal."
        ),
        CASE,
    ),
    Stage.OBJECTION: Wording(
        _l("A colleague objects to case %(number)s"),
        _l(
            "There is an objection to case %(number)s for the %(award)s. The award waits until "
            "an arbiter who decided nothing on it has settled it."
        ),
        CASE,
    ),
    Stage.EXPIRED: Wording(
        _l("Draft %(number)s has expired"),
        _l(
            "The time for nomination %(number)s for the %(award)s ran out before it was "
            "submitted. That is no judgement on anybody; you can nominate in the open cycle."
        ),
        CASE,
    ),
    Stage.REVOKED: Wording(
        _l("The award of case %(number)s is taken back"),
        _l("The %(award)s of case %(number)s is revoked. The archive gives the reason."),
        CASE,
    ),
}


def told(kind: str, values: Mapping[str, Any], case: Mapping[str, str]) -> tuple[str, str]:
    """Subject and sentence in the reader's language; `case` has its number and award, if any."""
    wording = MESSAGES[kind]
    if kind == "case_moved":
        wording = MOVED.get(Stage(values["dest"]), wording)
    filled = {**values, **case}
    for name, vocabulary in wording.words.items():
        filled[name] = str(label(vocabulary(values[name])))
    if "metric" in values:
        filled["metric"] = str(METRIC_NAMES[values["metric"]])
    if "day" in values:
        filled["day"] = day(date.fromisoformat(values["day"]))
    if "cycle" in values:
        filled["cycle"] = period(values["cycle"])
    return str(wording.subject) % filled, str(wording.sentence) % filled
