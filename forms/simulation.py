"""What can be turned in the simulator; asked for by the page's address, so it can be passed on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, SelectField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import TextInput

from forms.fields import NameField, OneOf, Required, add_error, choices
from forms.numbers import Number, WholeNumber, Within
from forms.page import PageForm
from forms.ranking import ORDER
from words.ranking import CRITERIA
from words.refusals import REFUSALS
from workflow.formula import FOUR_PLACES, PARTS, Formula
from workflow.message import plain
from workflow.metrics import EXACT
from workflow.simulation import Terms
from workflow.tiering import CRITERIA as TIE_BREAKS

CENTS = Decimal("0.01")
LAST = TIE_BREAKS[-1]
WEIGHT = (InputRequired(Number.MISSING), Within(0, 1000))
# A line of text: what does not read as a number stays where it was typed.
WHOLE = {"widget": TextInput(), "render_kw": {"inputmode": "numeric"}}
DECIMAL = {"widget": TextInput(), "render_kw": {"inputmode": "decimal"}}


class TierTerms(Form):
    quota = WholeNumber(_l("Places"), [InputRequired(WholeNumber.MISSING), Within(0, 999)], **WHOLE)
    threshold = Number(_l("From how many points"), [Optional(), Within(0)], **DECIMAL)


class SimulationForm(PageForm):
    """The terms of one ranking; `for_terms` adds the tiers that it has."""

    class Meta:
        csrf = False

    budget = Number(_l("Budget"), [Optional(), Within(0)], **DECIMAL)
    weight_score = Number(_l("Weight of the performance score"), WEIGHT, **DECIMAL)
    weight_perception = Number(_l("Weight of customer marks"), WEIGHT, **DECIMAL)
    weight_strength = Number(_l("Weight of confirmed claims"), WEIGHT, **DECIMAL)
    full_score = Number(
        _l("Score that is 100 points"), [InputRequired(Number.MISSING), Within(CENTS)], **DECIMAL
    )
    first = SelectField(_l("Ties go first by"), [OneOf()], validate_choice=False)
    second = SelectField(_l("Then by"), [OneOf()], validate_choice=False)
    third = SelectField(_l("Then by"), [OneOf()], validate_choice=False)
    fourth = SelectField(_l("Then by"), [OneOf()], validate_choice=False)

    @classmethod
    def for_terms(
        cls, terms: Terms, tiers: Mapping[str, str], given: Mapping[str, str]
    ) -> SimulationForm:
        """Asked with these answers; what they leave out is as the terms have it.

        `tiers` holds what each is called.
        """
        fields = {_tier(key): FormField(TierTerms, tiers.get(key, key)) for key in terms.quotas}
        form: SimulationForm = type(cls.__name__, (cls,), fields)(
            MultiDict({**answers(terms), **given})
        )
        offered = [(name, word) for name, word in CRITERIA.items() if name != LAST]
        for name in ORDER:
            form[name].choices = choices([("", _l("nothing")), *offered])
        form.keys = tuple(terms.quotas)
        return form

    keys: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        weights = [self[f"weight_{part}"] for part in PARTS]
        if not any(each.errors or _rounded(each.data) for each in weights):
            add_error(self.weight_score, REFUSALS["formula_weighs_nothing"])
            valid = False
        if len(set(self._order)) != len(self._order):
            add_error(self.first, REFUSALS["tie_break_twice"])
            valid = False
        return valid

    @property
    def terms(self) -> Terms:
        """What was answered; only of a valid form."""
        tiers = {key: self[_tier(key)].form for key in self.keys}
        return Terms(
            quotas={key: tier.quota.data for key, tier in tiers.items()},
            thresholds={key: _rounded(tier.threshold.data) for key, tier in tiers.items()},
            budget=_rounded(self.budget.data, CENTS),
            formula=Formula(
                _rounded(self.weight_score.data),
                _rounded(self.weight_perception.data),
                _rounded(self.weight_strength.data),
                _rounded(self.full_score.data),
            ),
            tie_breaks=(*self._order, LAST),
        )

    @property
    def _order(self) -> list[str]:
        return [self[name].data for name in ORDER if self[name].data]


class VariantForm(PageForm):
    name = NameField(
        _l("Name of the variant"),
        [Required()],
        limit=80,
        description=_l("The committee and the scheme managers of the award see it."),
    )


def answers(terms: Terms) -> dict[str, str]:
    """The terms as the form's answers."""
    found = {"budget": _text(terms.budget), "full_score": plain(terms.formula.full_score)}
    found |= {f"weight_{part}": plain(weight) for part, weight in terms.formula.weights.items()}
    order = [each for each in terms.tie_breaks if each != LAST]
    found |= dict.fromkeys(ORDER, "") | dict(zip(ORDER, order, strict=False))
    for key, quota in terms.quotas.items():
        found[f"{_tier(key)}-quota"] = str(quota)
        found[f"{_tier(key)}-threshold"] = _text(terms.thresholds[key])
    return found


def _tier(key: str) -> str:
    return f"tier_{key}"


def _text(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _rounded(number: Any, places: Decimal = FOUR_PLACES) -> Any:
    return None if number is None else EXACT.quantize(number, places)
