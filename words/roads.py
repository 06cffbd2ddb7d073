"""The procedure in words: what each stage asks, and which rule guards each move."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflow.conflicts import Relation
from workflow.vocabulary import Action, Stage

QUESTIONS: dict[Stage, LazyString] = {
    Stage.DRAFT: _l("What happened, when, for whom, and what shows it?"),
    Stage.INTERNAL_AUDIT: _l("Did the claimed event really happen?"),
    Stage.EXTERNAL_AUDIT: _l("Did the customer perceive it, and does the effect last?"),
    Stage.POLICY_REVIEW: _l("Do conduct, attendance and complaints allow it?"),
    Stage.PERFORMANCE_REVIEW: _l("How does the day-to-day performance compare?"),
    Stage.TIERING: _l("Which tier is it, within quotas and budget?"),
    Stage.PUBLIC_NOTICE: _l("Does anyone object?"),
    Stage.AWARDED: _l("The reward is given, and the name stands on the honour roll."),
}

# One sentence per guard of workflow.rules: what must hold.
RULES: dict[str, LazyString] = {
    "cycle_is_open": _l("The cycle is open."),
    "cycle_is_closed": _l("The cycle has closed."),
    "has_a_nominee": _l("Somebody is nominated."),
    "nominator_is_not_a_nominee": _l("Nobody nominates themselves."),
    "nominees_can_win_it": _l("Every nominee has the job role that the award is for."),
    "story_is_told": _l("Title, story, day and channel are filled in."),
    "has_claims": _l("There is at least one claim."),
    "every_claim_is_stated": _l("Every claim is put into words."),
    "every_claim_has_evidence": _l("Every claim has evidence."),
    "every_claim_has_a_finding": _l("Every claim has a verdict."),
    "opinions_are_in": _l("Where the award asks for two auditors, both have given an opinion."),
    "decides_on_an_opinion_of_their_own": _l(
        "Where the award asks for two auditors, one of those who judged decides."
    ),
    "no_claim_stops_it": _l("No claim was found to stop the case, by what the award lays down."),
    "no_claim_demands_rejection": _l("No claim was found that ends the nomination."),
    "some_claim_is_confirmed": _l("At least one claim is confirmed."),
    "customer_was_asked": _l(
        "The customer answered, was asked often enough without an answer, or is not to be asked."
    ),
    "customer_did_not_disagree": _l("The customer did not see it differently."),
    "second_contact_is_done": _l(
        "Where the award waits for it, the customer was asked a second time."
    ),
    "effect_has_lasted": _l("If the case waited for it: the effect has lasted."),
    "no_policy_rule_failed": _l(
        "Every rule of conduct, attendance and complaints is met, or waived by two people."
    ),
    "scores_are_frozen": _l("The scores of the cycle are frozen."),
    "has_a_tier": _l("The case has a tier."),
    "has_no_tier": _l("No tier was left for the case."),
    "notice_is_running": _l("The public notice is still running."),
    "is_not_a_party": _l("It is not a case of one's own."),
    "objects_for_the_first_time": _l("Each colleague objects once."),
    "notice_is_over": _l("The public notice has ended."),
    "due_date_has_passed": _l("The time to correct it has run out."),
    "not_appealed_before": _l("The case has not been appealed before."),
    "appeal_is_in_time": _l("The time to appeal has not run out."),
    "reason_is_given": _l("A reason is chosen and explained in a sentence."),
    "sentence_is_given": _l("It is explained in a sentence."),
}

# Where a move leads that goes back to one of several stages.
WAYS_BACK: dict[Action, LazyString] = {
    Action.RESUBMIT: _l("back to the stage that returned it"),
    Action.UPHOLD_APPEAL: _l("back to the contested stage, and to other people"),
}

# Who may not judge, the nearest relation first.
BARS: dict[Relation, LazyString] = {
    Relation.NOMINATOR: _l("whoever nominated in the case"),
    Relation.NOMINEE: _l("whoever is nominated in it"),
    Relation.LINE_MANAGER: _l("whoever a nominee reports to, directly or further up"),
    Relation.REPORT: _l("whoever reports to a nominee, directly or further down"),
    Relation.MANAGER_OF_NOMINATOR: _l("whoever the nominator reports to"),
    Relation.REPORT_OF_NOMINATOR: _l("whoever reports to the nominator directly"),
    Relation.DECLARED: _l("whoever has declared to be too close to one of them"),
    Relation.TEAM_MATE: _l("whoever works in a nominee's team"),
    Relation.CO_NOMINATED: _l("whoever was nominated together with a nominee within a year"),
    Relation.RECIPROCAL: _l(
        "whoever nominated a nominee, or was nominated by one or by the nominator, within a year"
    ),
    Relation.RECUSED: _l("whoever has stepped aside from the case"),
    Relation.APPEALED_AGAINST: _l("whoever took part in a decision that an appeal has overturned"),
    Relation.EARLIER_PART: _l("whoever took part in the case at another stage"),
}
