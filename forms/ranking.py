"""What scheme managers say of a ranking: weights, tie-breaks, quorum; and whom results nominate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from forms.fields import OneOf, add_error, choices
from forms.numbers import Number, WholeNumber, Within
from forms.scheme import CHOSEN, ChangeForm, Words
from workflow.eligibility import Bar, Led, Most, Part, Rule, Wins

WEIGHTS = ("weight_score", "weight_perception", "weight_strength", "full_score")
ORDER = ("first", "second", "third", "fourth")


class RankingForm(ChangeForm):
    weight_score = Number(
        _l("Weight of the performance score"),
        [InputRequired(Number.MISSING), Within(0, 1000)],
        description=_l("Weights are parts of a whole: 6, 3 and 1 are the same as 60, 30 and 10."),
    )
    weight_perception = Number(
        _l("Weight of customer marks"),
        [InputRequired(Number.MISSING), Within(0, 1000)],
        description=_l("1 mark is no point, 5 are 100; without marks the middle counts."),
    )
    weight_strength = Number(
        _l("Weight of confirmed claims"),
        [InputRequired(Number.MISSING), Within(0, 1000)],
        description=_l("All claims confirmed are 100 points, half of them 50."),
    )
    full_score = Number(
        _l("Score that is 100 points"),
        [InputRequired(Number.MISSING), Within(Decimal("0.01"))],
        description=_l("Where an award counts a figure, such as calls, say how many are 100."),
    )
    first = SelectField(_l("Ties go first by"), [OneOf()], default="", validate_choice=False)
    second = SelectField(_l("Then by"), [OneOf()], default="", validate_choice=False)
    third = SelectField(_l("Then by"), [OneOf()], default="", validate_choice=False)
    fourth = SelectField(
        _l("Then by"),
        [OneOf()],
        default="",
        description=_l("Last of all the case number decides: it cannot tie."),
        validate_choice=False,
    )
    quorum = WholeNumber(
        _l("Members of the committee who approve a list"),
        [InputRequired(WholeNumber.MISSING), Within(1, 15)],
        description=_l("The first of them proposes it. 1: one member alone approves."),
    )

    def __init__(self, criteria: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = choices([("", _l("nothing")), *criteria])
        for name in ORDER:
            self[name].choices = offered

    @property
    def weights(self) -> dict[str, Decimal]:
        return {name: self[name].data for name in WEIGHTS}

    @property
    def tie_breaks(self) -> list[str]:
        return [self[name].data for name in ORDER if self[name].data]


class EligibilityForm(ChangeForm):
    """The rules one by one, each with its parameters; what is left blank is no rule."""

    most = WholeNumber(
        _l("How many are put forward at most"),
        [Optional(), Within(1, 999)],
        description=_l("Blank: none, or on the road by numbers two for each place."),
    )
    most_metric = SelectField(
        _l("By what"),
        [OneOf()],
        default="",
        description=_l("Nothing chosen: by the figure that the award counts, or by score."),
        validate_choice=False,
    )
    bar_metric = SelectField(
        _l("Only those who also reach a figure of"),
        [OneOf()],
        default="",
        description=_l("The most at the best quality: quantity ranks those who reach this bar."),
        validate_choice=False,
    )
    bar_figure = Number(
        _l("The figure to reach"),
        [Optional(), Within(0)],
        description=_l("A share is written between 0 and 1: 0.98 is 98 %."),
    )
    wins_award = SelectField(
        _l("Whoever won this award in the cycle"), [OneOf()], default="", validate_choice=False
    )
    wins_count = WholeNumber(_l("How many times"), [Optional(), Within(1, 12)])
    wins_in_a_row = BooleanField(_l("In a row"))
    led_top = WholeNumber(
        _l("Whoever led all the time: among the first how many of their role"),
        [Optional(), Within(1, 100)],
        description=_l("By performance score. Blank: leading does not nominate."),
    )
    led_part = RadioField(_l("In each"), CHOSEN, default=Part.MONTH.value, validate_choice=False)

    def __init__(self, metrics: Words, awards: Words, parts: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most_metric.choices = choices([("", _l("nothing")), *metrics])
        self.bar_metric.choices = choices([("", _l("nothing")), *metrics])
        self.wins_award.choices = choices([("", _l("nothing")), *awards])
        self.led_part.choices = choices(parts)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for chosen, number, missing in (
            (self.bar_metric, self.bar_figure, Number.MISSING),
            (self.wins_award, self.wins_count, WholeNumber.MISSING),
        ):
            if chosen.data and number.data is None and not number.errors:
                add_error(number, missing)
                valid = False
        return valid

    def rules(self) -> list[Rule]:
        found: list[Rule] = []
        if self.most.data:
            found.append(Most(self.most.data, self.most_metric.data or None))
        if self.bar_metric.data and self.bar_figure.data is not None:
            found.append(Bar(self.bar_metric.data, self.bar_figure.data))
        if self.wins_award.data:
            wins = Wins(self.wins_award.data, self.wins_count.data, self.wins_in_a_row.data)
            found.append(wins)
        if self.led_top.data:
            found.append(Led(self.led_top.data, Part(self.led_part.data)))
        return found


def answers(rules: Sequence[Rule]) -> dict[str, Any]:
    """The rules as the form's answers."""
    found: dict[str, Any] = {}
    for rule in rules:
        if isinstance(rule, Most):
            found |= {"most": rule.count, "most_metric": rule.metric or ""}
        elif isinstance(rule, Bar):
            found |= {"bar_metric": rule.metric, "bar_figure": rule.figure}
        elif isinstance(rule, Wins):
            found |= {"wins_award": rule.award, "wins_count": rule.count}
            found["wins_in_a_row"] = rule.in_a_row
        else:
            found |= {"led_top": rule.top, "led_part": rule.part.value}
    return found
