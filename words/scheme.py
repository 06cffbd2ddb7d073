"""The scheme's own words: roads, marks, and what a change of the scheme speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from words.days import moment
from words.labels import label
from words.metrics import METRIC_NAMES
from words.questionnaires import EVERY
from words.ranking import CRITERIA, PARTS
from workflow.vocabulary import (
    AnswerKind,
    Cadence,
    Consequence,
    Grouping,
    JobRole,
    QuestionKind,
    RewardKind,
    Subject,
)

ROADS: dict[str, LazyString] = {
    "standard": _l("All four audits, then tiers"),
    "shortlist": _l("Audited and ranked, then policy for the shortlist alone"),
    "instant": _l("Audited, and every confirmed case wins"),
    "by_numbers": _l("By numbers: results decide, nobody nominates"),
}
METALS: dict[str, LazyString] = {
    "gold": _l("Gold"),
    "silver": _l("Silver"),
    "bronze": _l("Bronze"),
    "plain": _l("Plain"),
}
RULE_KINDS: dict[str, LazyString] = {
    "complaints_in_month": _l("Complaints in a month"),
    "complaints_in_year": _l("Complaints in a year"),
    "breaches_in_month": _l("Breaches of discipline in a month"),
    "quality_faults_repeated": _l("Quality faults left uncorrected"),
    "retraining_failed": _l("Failed re-training"),
    "attendance_at_least": _l("Attendance"),
    "probation_over": _l("Probation completed"),
    "service_at_least": _l("Length of service"),
    "cool_down_months": _l("Months since the last win"),
    "cool_down_cycles": _l("Cycles since the last win"),
    "wins_in_year": _l("Wins in a year"),
}
WINS_OF: dict[str, LazyString] = {
    "same_award": _l("Of the same award"),
    "any_award": _l("Of any award"),
}
SUBJECTS: dict[str, LazyString] = {
    "scheme": _l("Terms of the scheme"),
    "award": _l("Award"),
    "tier": _l("Tier"),
    "cycle": _l("Cycle"),
    "policy_rule": _l("Policy rule"),
    "kpi_scheme": _l("Performance targets"),
    "holiday": _l("Holiday"),
    "survey": _l("Survey of customers"),
    "ranking": _l("Ranking and approval"),
    "eligibility": _l("Nominated by results"),
    "rewards": _l("Rewards"),
    "questionnaire": _l("Questionnaire"),
}
FIELDS: dict[str, LazyString] = {
    "names": _l("Name"),
    "descriptions": _l("In one sentence"),
    "criteria": _l("Criteria"),
    "rewards": _l("Reward"),
    "timezone": _l("Time zone"),
    "currency": _l("Currency"),
    "stage_days": _l("Working days for each audit"),
    "return_days": _l("Working days to correct a returned nomination"),
    "notice_days": _l("Days of public notice"),
    "appeal_days": _l("Days to appeal after a rejection"),
    "contact_attempts": _l("Attempts to reach the customer"),
    "contact_gap_days": _l("Working days between two contacts with a customer about one case"),
    "feedback_days": _l("Working days to answer feedback"),
    "reminder_days": _l("Working days before the due date to remind"),
    "escalation_days": _l("Working days before the next manager hears of an overdue case"),
    "results_days": _l("Days to wait for the last results of a cycle"),
    "words_kept_days": _l("Days to keep the words of customers outside the directory"),
    "refused_are_named": _l("The archive names whom it was about where a case was not awarded"),
    "deciders_are_named": _l("The archive names who decided"),
    "smallest_group": _l("Smallest group of people that reports count"),
    "cadence": _l("How often"),
    "subject": _l("Given to"),
    "road": _l("Road of future nominations"),
    "metric": _l("What is counted"),
    "job_role": _l("Who can win it"),
    "stages_are_separate": _l("Nobody judges the same case at two stages"),
    "team_mates_are_barred": _l("Nobody judges a case of their own team"),
    "assigns": _l("Only the judge whom a case is given to judges it"),
    "if_refuted": _l("When a claim is refuted"),
    "if_unverifiable": _l("When a claim cannot be verified"),
    "auditors_needed": _l("Internal auditors for each case"),
    "active": _l("In force"),
    "metal": _l("Mark"),
    "quota": _l("Places in each cycle"),
    "threshold": _l("Score of at least"),
    "cost": _l("Cost of one place"),
    "opens_at": _l("Opens"),
    "closes_at": _l("Closes"),
    "budget": _l("Budget"),
    "kind": _l("Kind"),
    "params": _l("Parameters"),
    "limit": _l("From how many on it bars an award"),
    "months": _l("Months"),
    "cycles": _l("Cycles to sit out after a win"),
    "of": _l("Which wins count"),
    "award": _l("Award"),
    "share": _l("Share of at least"),
    "starts_on": _l("In force from"),
    "target": _l("Target"),
    "weight": _l("Weight"),
    "cap": _l("Cap"),
    "day": _l("Day"),
    "organisation": _l("Name of the organisation, as customers know it"),
    "second_contact_days": _l("Days until the second contact"),
    "waits_for_second_contact": _l("The case waits for the second contact"),
    "weight_score": _l("Weight of the performance score"),
    "weight_perception": _l("Weight of customer marks"),
    "weight_strength": _l("Weight of confirmed claims"),
    "full_score": _l("Score that is 100 points"),
    "tie_breaks": _l("Order of tie-breaks"),
    "quorum": _l("Members of the committee who approve a list"),
    "count": _l("How many"),
    "figure": _l("The figure to reach"),
    "in_a_row": _l("In a row"),
    "top": _l("Among the first"),
    "part": _l("In each"),
    "amount": _l("Amount"),
    "each_member": _l("To each member of a team that wins"),
    "leads": _l("What it is about, and what the answers are for"),
    "team": _l("Team"),
    "grouped_by": _l("Results broken down"),
    "opens_on": _l("Opens on"),
    "days_open": _l("Days it stays open"),
    "every_months": _l("How often it comes round"),
    "reply_days": _l("Working days to the official answer"),
    "holds": _l("What waits for it"),
    "options_en": _l("Options in English"),
    "options_zh_Hans": _l("Options in Simplified Chinese"),
    "options_zh_Hant": _l("Options in Traditional Chinese"),
}
# What a rule that nominates looks at; a change names its parameters behind it.
ELIGIBILITY: dict[str, LazyString] = {
    "most": _l("How many are put forward at most"),
    "bar": _l("A figure to reach beside"),
    "wins": _l("Won in the cycle"),
    "led": _l("Led all the time"),
}
QUESTION = re.compile(r"question_(\d+)\.(\w+)")
ASKED = re.compile(r"asked_(\d+)\.(\w+)")
REWARD = re.compile(r"reward_(\d+)\.(\w+)")
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
TRUTH: dict[str, LazyString] = {"yes": _l("Yes"), "no": _l("No")}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\S+")


def _word(vocabulary: type[StrEnum]) -> Callable[[str], object]:
    return lambda text: label(vocabulary(text))


def _criteria(text: str) -> str:
    return ", ".join(str(CRITERIA[name]) for name in text.split(","))


VALUES: dict[str, Callable[[str], object]] = {
    "tie_breaks": _criteria,
    "most.metric": METRIC_NAMES.__getitem__,
    "bar.metric": METRIC_NAMES.__getitem__,
    "wins.in_a_row": TRUTH.__getitem__,
    "led.part": PARTS.__getitem__,
    "params.of": WINS_OF.__getitem__,
    "road": ROADS.__getitem__,
    "if_refuted": _word(Consequence),
    "if_unverifiable": _word(Consequence),
    "metal": METALS.__getitem__,
    "kind": RULE_KINDS.__getitem__,
    "cadence": _word(Cadence),
    "subject": _word(Subject),
    "job_role": _word(JobRole),
    "stages_are_separate": TRUTH.__getitem__,
    "team_mates_are_barred": TRUTH.__getitem__,
    "assigns": TRUTH.__getitem__,
    "refused_are_named": TRUTH.__getitem__,
    "deciders_are_named": TRUTH.__getitem__,
    "active": TRUTH.__getitem__,
    "waits_for_second_contact": TRUTH.__getitem__,
    "grouped_by": _word(Grouping),
    "every_months": lambda text: EVERY[int(text)],
    "holds": lambda text: SUBJECTS[text.partition("/")[0]],
}


def field(name: str) -> str:
    """What a recorded field is called: "Name (English)", "Typing speed: Target"."""
    if asked := QUESTION.fullmatch(name):
        number, language = asked.groups()
        said = gettext("Question %(number)s", number=number)
        return f"{said} ({LANGUAGES[language]})" if language in LANGUAGES else said
    if asked := ASKED.fullmatch(name):
        number, part = asked.groups()
        said = gettext("Question %(number)s", number=number)
        if part in LANGUAGES:
            return f"{said} ({LANGUAGES[part]})"
        return gettext("%(what)s: %(name)s", what=said, name=FIELDS[part])
    if given := REWARD.fullmatch(name):
        number, part = given.groups()
        said = gettext("Reward %(number)s", number=number)
        if part in LANGUAGES:
            return f"{said} ({LANGUAGES[part]})"
        return gettext("%(what)s: %(name)s", what=said, name=FIELDS[part])
    first, _, part = name.partition(".")
    if part in LANGUAGES:
        return f"{FIELDS[first]} ({LANGUAGES[part]})"
    if first == "params":
        return str(FIELDS[part])
    if first in ELIGIBILITY:
        return gettext("%(what)s: %(name)s", what=ELIGIBILITY[first], name=FIELDS[part])
    if part:
        return gettext("%(what)s: %(name)s", what=METRIC_NAMES[first], name=FIELDS[part])
    return str(FIELDS[first])


def value(name: str, text: str) -> str:
    """A recorded value in the reader's words; nothing for nothing."""
    if not text:
        return ""
    if INSTANT.fullmatch(text):
        return moment(datetime.fromisoformat(text))
    if REWARD.fullmatch(name) and name.endswith(".kind"):
        return str(label(RewardKind(text)))
    if REWARD.fullmatch(name) and name.endswith(".each_member"):
        return str(TRUTH[text])
    if ASKED.fullmatch(name) and name.endswith(".kind"):
        return str(label(AnswerKind(text)))
    if QUESTION.fullmatch(name) and name.endswith(".kind"):
        return str(label(QuestionKind(text)))
    return str(VALUES[name](text)) if name in VALUES else text


def change_in_words(changes: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """Each field that a change touched, with what it was and what it is."""
    return [
        (field(name), value(name, before), value(name, after))
        for name, (before, after) in changes.items()
    ]
