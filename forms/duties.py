"""What is asked when a duty is granted or ended."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from forms.fields import DayField, OneOf, Required, TextArea, TextField
from forms.page import PageForm


class DutyForm(PageForm):
    person = TextField(
        _l("Employee number"),
        [Required()],
        description=_l("Of the colleague who is to hold the duty."),
    )
    duty = SelectField(_l("Duty"), [Required(), OneOf()], validate_choice=False)
    award = SelectField(
        _l("For which award"), [OneOf()], validate_choice=False, render_kw={"required": False}
    )
    starts = DayField(_l("From"), [Optional()], description=_l("Empty: from now on."))
    ends = DayField(
        _l("Until"), [Optional()], description=_l("The last day. Empty: until it is ended.")
    )


class EndDutyForm(PageForm):
    reason = TextArea(
        _l("Why the duty ends"),
        [Required()],
        limit=1000,
        description=_l("The sentence is kept with the entry in the ledger."),
    )
