"""What is asked of whoever corrects one result: which figure, what it should be, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import Length

from forms.fields import DayField, OneOf, Required, TextArea, TextField, choices
from forms.page import PageForm

CHOSEN = (Required(_l("Choose one of those shown.")), OneOf())


class FigureForm(PageForm):
    """Whose figure it is, of which day; it is asked for by the page's address."""

    class Meta:
        csrf = False

    employee = TextField(_l("Employee"), [Required()], description=_l("Employee number or name."))
    day = DayField(_l("Day"), [Required()])
    metric = SelectField(_l("Metric"), CHOSEN, validate_choice=False)

    @classmethod
    def offering(cls, given: Any, metrics: Iterable[tuple[str, object]]) -> FigureForm:
        form = cls(given)
        form.metric.choices = choices([("", _l("Choose one")), *metrics])
        return form


class CorrectForm(PageForm):
    value = TextField(_l("New value"), limit=40)
    events = TextField(
        _l("Of how many"),
        limit=40,
        description=_l("How many calls, entries or hours the value is the mean of."),
    )
    taken_away = BooleanField(
        _l("Take the figure away"), description=_l("It should never have been recorded.")
    )
    reason = TextArea(
        _l("Why is this figure corrected?"),
        [Required(), Length(10, message=_l("Write a sentence: at least %(min)d characters."))],
        limit=1000,
        description=_l("The colleague reads it, and it stays beside the earlier figure."),
    )
