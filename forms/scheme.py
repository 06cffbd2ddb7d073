"""What scheme managers are asked: terms, awards, tiers, cycles, rules, targets, holidays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from forms.fields import (
    DayField,
    NameField,
    OneOf,
    Required,
    TextArea,
    TextField,
    add_error,
    choices,
)
from forms.numbers import Moment, Number, Plausible, WholeNumber, Within
from forms.page import PageForm
from workflow.text import shows_nothing

DAYS = 366
Words = Iterable[tuple[str, Any]]
LONGEST_KEY = 40  # characters
KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ENGLISH, SIMPLIFIED, TRADITIONAL = "English", "简体中文", "繁體中文"
SHORT = Length(max=64, message=_l("Shorten it to %(max)d characters or fewer."))
CHOSEN = (Required(_l("Choose one of those shown.")), OneOf())


class Names(Form):
    """A name in the three languages."""

    en = NameField(ENGLISH, [Required()], render_kw={"lang": "en"})
    zh_Hans = NameField(SIMPLIFIED, [Required()], render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = NameField(TRADITIONAL, [Required()], render_kw={"lang": "zh-Hant"})  # noqa: N815


class Texts(Form):
    """A text in the three languages."""

    en = TextArea(ENGLISH, [Required()], limit=2000, render_kw={"lang": "en"})
    zh_Hans = TextArea(  # noqa: N815
        SIMPLIFIED, [Required()], limit=2000, render_kw={"lang": "zh-Hans"}
    )
    zh_Hant = TextArea(  # noqa: N815
        TRADITIONAL, [Required()], limit=2000, render_kw={"lang": "zh-Hant"}
    )


class ChangeForm(PageForm):
    """What every change carries: its reason, the mark of what the form showed, a request key."""

    WORDED: tuple[str, ...] = ()  # texts that may wait for a language

    reason = TextArea(
        _l("Why is this changed?"),
        [Required(), Length(10, message=_l("Write a sentence: at least %(min)d characters."))],
        limit=1000,
        description=_l("One sentence that all colleagues can read in the archive."),
    )
    answers = SelectField(
        _l("Feedback that it comes of"),
        [OneOf()],
        default="",
        validate_choice=False,
        description=_l("Adopted and not yet changed. The two will name each other."),
    )
    seen = HiddenField(validators=[SHORT])
    request_key = HiddenField(validators=[SHORT])

    def offer(self, adopted: Words) -> None:
        """Let the change name the feedback that it comes of."""
        self.answers.choices = choices([("", _l("none")), *adopted])


class BlankNames(Form):
    """A name in the three languages, or in none."""

    en = NameField(ENGLISH, render_kw={"lang": "en"})
    zh_Hans = NameField(SIMPLIFIED, render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = NameField(TRADITIONAL, render_kw={"lang": "zh-Hant"})  # noqa: N815


class BlankTexts(Form):
    """A text in the three languages, or in none."""

    en = TextArea(ENGLISH, limit=2000, render_kw={"lang": "en"})
    zh_Hans = TextArea(SIMPLIFIED, limit=2000, render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = TextArea(TRADITIONAL, limit=2000, render_kw={"lang": "zh-Hant"})  # noqa: N815


class BegunForm(ChangeForm):
    """Texts that one language is enough for until somebody can win by them; then all three."""

    def __init__(self, *, was_open: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_open = was_open

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for text in (self[name] for name in self.WORDED):
            blank = [each for each in text if shows_nothing(each.data or "")]
            if len(blank) == len(list(text)):
                add_error(blank[0], _l("Write it in one language at least."))
            elif self.is_open:
                for each in blank:
                    add_error(each, _l("Write it in this language, too: the award can be won."))
            valid = valid and not text.errors
        return valid


class TermsForm(ChangeForm):
    names = FormField(Names, _l("Name of the scheme"))
    organisation = FormField(
        BlankNames,
        _l("Name of the organisation, as customers know it"),
        description=_l("Customers who are surveyed read who asks. Blank: the scheme's name."),
    )
    timezone = SelectField(
        _l("Time zone"),
        CHOSEN,
        description=_l("Cycles open and close at midnight there."),
        validate_choice=False,
    )
    currency = TextField(
        _l("Currency"), [Regexp("^[A-Z]{3}$", message=_l("Three capital letters, such as CNY."))]
    )
    stage_days = WholeNumber(
        _l("Working days for each audit"), [InputRequired(WholeNumber.MISSING), Within(1, DAYS)]
    )
    return_days = WholeNumber(
        _l("Working days to correct a returned nomination"),
        [InputRequired(WholeNumber.MISSING), Within(1, DAYS)],
    )
    reminder_days = WholeNumber(
        _l("Working days before the due date to remind"),
        [InputRequired(WholeNumber.MISSING), Within(0, 30)],
        description=_l("0: in the morning of the last day."),
    )
    escalation_days = WholeNumber(
        _l("Working days before the next manager hears of an overdue case"),
        [InputRequired(WholeNumber.MISSING), Within(1, 30)],
    )
    notice_days = WholeNumber(
        _l("Days of public notice"), [InputRequired(WholeNumber.MISSING), Within(1, DAYS)]
    )
    appeal_days = WholeNumber(
        _l("Days to appeal after a rejection"),
        [InputRequired(WholeNumber.MISSING), Within(1, DAYS)],
    )
    contact_attempts = WholeNumber(
        _l("Attempts to reach the customer"),
        [InputRequired(WholeNumber.MISSING), Within(1, 20)],
        description=_l("After so many without an answer, that is an outcome of its own."),
    )
    contact_gap_days = WholeNumber(
        _l("Working days between two contacts with a customer about one case"),
        [InputRequired(WholeNumber.MISSING), Within(0, 60)],
        description=_l("0: they may follow each other at once."),
    )
    feedback_days = WholeNumber(
        _l("Working days to answer feedback"),
        [InputRequired(WholeNumber.MISSING), Within(1, DAYS)],
    )

    results_days = WholeNumber(
        _l("Days to wait for the last results of a cycle"),
        [InputRequired(WholeNumber.MISSING), Within(0, 60)],
        description=_l(
            "Scores freeze as soon as results reach the cycle's last day, and without them after "
            "so many days."
        ),
    )
    words_kept_days = WholeNumber(
        _l("Days to keep the words of customers outside the directory"),
        [InputRequired(WholeNumber.MISSING), Within(1, 3650)],
        description=_l(
            "After them their answers in their own words and the notes of contacts are erased. "
            "What concerns a customer of the directory goes with the customer."
        ),
    )
    refused_are_named = BooleanField(
        _l("The archive names whom it was about where a case was not awarded"),
        description=_l("Their title and claims stand there, too. Usually it names winners alone."),
    )
    deciders_are_named = BooleanField(
        _l("The archive names who decided"),
        description=_l("Otherwise it says their duty."),
    )
    smallest_group = WholeNumber(
        _l("Smallest group of people that reports count"),
        [InputRequired(WholeNumber.MISSING), Within(3, 50)],
        description=_l("The figures of fewer people are withheld, so that nobody stands alone."),
    )

    def __init__(self, zones: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.timezone.choices = choices((zone, zone) for zone in zones)


class AwardForm(BegunForm):
    WORDED = ("names", "descriptions", "criteria")
    names = FormField(BlankNames, _l("Name"))
    descriptions = FormField(BlankTexts, _l("In one sentence"))
    criteria = FormField(BlankTexts, _l("Criteria, one in each line"))
    road = RadioField(_l("Road of future nominations"), CHOSEN, validate_choice=False)
    metric = SelectField(
        _l("What is counted"),
        [OneOf()],
        description=_l("Only for the road by numbers."),
        default="",
        validate_choice=False,
    )
    job_role = SelectField(_l("Who can win it"), [OneOf()], default="", validate_choice=False)
    stages_are_separate = BooleanField(
        _l("Nobody judges the same case at two stages"), default=True
    )
    team_mates_are_barred = BooleanField(_l("Nobody judges a case of their own team"))
    assigns = BooleanField(
        _l("Only the judge whom a case is given to judges it"),
        description=_l("Otherwise it is a proposal, and colleagues with the duty can step in."),
    )
    if_refuted = RadioField(
        _l("When a claim is refuted"), CHOSEN, default="return", validate_choice=False
    )
    if_unverifiable = RadioField(
        _l("When a claim cannot be verified"), CHOSEN, default="continue", validate_choice=False
    )
    auditors_needed = RadioField(
        _l("Internal auditors for each case"),
        CHOSEN,
        coerce=int,
        default=1,
        description=_l(
            "Two judge without seeing each other's opinion; where they differ, a third decides."
        ),
        validate_choice=False,
    )
    active = BooleanField(_l("The award can be won"))

    def __init__(self, offered: Mapping[str, Words], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_open = self.is_open or bool(self.active and self.active.data)
        for name, words in offered.items():
            if name in self:
                self[name].choices = choices(words)


def key_field(description: Any) -> TextField:
    """What a new thing is called in addresses; a form that is KeyedByName fills it in."""
    given = Required(_l("The English name gives none. Write one."))
    given.field_flags = {}
    small = Regexp(KEY, message=_l("Small letters, digits and hyphens only."))
    return TextField(_l("Key"), [given, small], limit=LONGEST_KEY, description=description)


class KeyedByName(Form):
    """A key that was left blank is made from the English name."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        if self.key.raw_data and not self.key.data:
            words = re.findall(r"[a-z0-9]+", (self.names.en.data or "").lower())
            self.key.data = "-".join(words)[:LONGEST_KEY].rstrip("-")


class NewAwardForm(KeyedByName, AwardForm):
    FOLDED = (
        "stages_are_separate",
        "team_mates_are_barred",
        "assigns",
        "if_refuted",
        "if_unverifiable",
        "auditors_needed",
    )
    key = key_field(
        _l(
            "Part of the page's address, such as best-newcomer. It stays for good. Left blank, it "
            "is made from the English name."
        ),
    )
    cadence = RadioField(_l("How often"), CHOSEN, validate_choice=False)
    subject = RadioField(_l("Given to"), CHOSEN, validate_choice=False)
    active = None


class TierForm(BegunForm):
    WORDED = ("names", "rewards")
    names = FormField(BlankNames, _l("Name"))
    rewards = FormField(BlankTexts, _l("Reward"))
    metal = RadioField(_l("Mark"), CHOSEN, validate_choice=False)
    quota = WholeNumber(
        _l("Places in each cycle"),
        [InputRequired(WholeNumber.MISSING), Within(1, 999)],
        description=_l("Not used where every confirmed case wins."),
    )
    threshold = Number(
        _l("Score of at least"), [Optional(), Within(0, 1000)], description=_l("Blank: any score.")
    )
    cost = Number(_l("Cost of one place"), [InputRequired(Number.MISSING), Within(0)])

    def __init__(self, metals: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metal.choices = choices(metals)


class NewTierForm(KeyedByName, TierForm):
    key = key_field(_l("Left blank, it is made from the English name."))


class CycleForm(ChangeForm):
    opens = Moment(_l("Opens"), [InputRequired(Moment.MISSING), Plausible()])
    closes = Moment(
        _l("Closes"),
        [InputRequired(Moment.MISSING), Plausible()],
        description=_l("The first moment that is outside: midnight after the last day."),
    )
    budget = Number(
        _l("Budget"), [Optional(), Within(0)], description=_l("Blank: the quotas alone decide.")
    )

    def __init__(self, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = zone

    def validate_opens(self, field: Moment) -> None:
        self._exists(field)

    def validate_closes(self, field: Moment) -> None:
        self._exists(field)

    def _exists(self, field: Moment) -> None:
        if not field.exists(self.zone):
            raise ValidationError(
                _l("The clock skips this time on that day. Choose an hour later.")
            )


class RuleForm(ChangeForm):
    """A parameter that the kind of rule does not have is taken out."""

    PARAMS = ("limit", "months", "cycles", "share", "of")

    names = FormField(Names, _l("Name"))
    limit = WholeNumber(
        _l("From how many on it bars an award"),
        [InputRequired(WholeNumber.MISSING), Within(1, 1000)],
    )
    months = WholeNumber(_l("Months"), [InputRequired(WholeNumber.MISSING), Within(1, 600)])
    cycles = WholeNumber(
        _l("Cycles to sit out after a win"),
        [InputRequired(WholeNumber.MISSING), Within(1, 100)],
        description=_l("1: whoever won sits out the next cycle of the award."),
    )
    of = RadioField(_l("Which wins count"), CHOSEN, validate_choice=False)
    share = Number(
        _l("Share of at least"),
        [InputRequired(Number.MISSING), Within(0, 1)],
        description=_l("Between 0 and 1: 0.95 is 95 %."),
    )
    active = BooleanField(_l("The rule is in force"), default=True)

    def __init__(self, params: Iterable[str], wins_of: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of.choices = choices(wins_of)
        for name in {*self.PARAMS} - {*params}:
            del self[name]


class NewRuleForm(RuleForm):
    award = SelectField(_l("For which award"), [OneOf()], default="", validate_choice=False)

    def __init__(self, params: Iterable[str], wins_of: Words, awards: Words, **kwargs: Any) -> None:
        super().__init__(params, wins_of, **kwargs)
        self.award.choices = choices(awards)


class Target(Form):
    """One metric of a role; a row without a metric is left out."""

    metric = SelectField(_l("Metric"), [OneOf()], default="", validate_choice=False)
    target = Number(_l("Target"), [Optional(), Within(0)])
    weight = Number(_l("Weight"), [Optional(), Within(0, 1000)])
    cap = Number(_l("Cap"), [Optional(), Within(1, 10)])

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for each in (self.target, self.weight, self.cap):
            if self.metric.data and each.data is None and not each.errors:
                add_error(each, Number.MISSING)
                valid = False
        return valid


class TargetsForm(ChangeForm):
    starts_on = DayField(
        _l("In force from"),
        [Required(), Plausible()],
        description=_l("Scores before that day keep the targets that were in force then."),
    )
    targets = FieldList(FormField(Target))

    def __init__(self, metrics: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = choices(metrics)
        for row in self.targets:
            row.form.metric.choices = offered


class HolidayForm(ChangeForm):
    day = DayField(_l("Day"), [Required(), Plausible()])
    names = FormField(Names, _l("Name"))
