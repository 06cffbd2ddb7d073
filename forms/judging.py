"""What is asked about who judges: a judge, days away, what binds two people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from forms.fields import DayField, OneOf, Required, TextField, choices
from forms.page import PageForm
from words.labels import label
from workflow.vocabulary import Bond


class HandOverForm(PageForm):
    judge = RadioField(
        _l("To whom"), [Required(_l("Choose a colleague.")), OneOf()], validate_choice=False
    )
    instead_of = RadioField(_l("Instead of"), [OneOf()], default="", validate_choice=False)


class StepAsideForm(PageForm):
    reason = TextField(
        _l("Why you step aside"),
        limit=1000,
        description=_l("Only if you want to say it. It is kept with the entry in the ledger."),
    )


class AbsenceForm(PageForm):
    person = TextField(
        _l("Employee number"),
        description=_l("Of the colleague who is away. Empty: you yourself."),
    )
    first_day = DayField(_l("First day away"), [InputRequired(_l("Fill this in."))])
    last_day = DayField(_l("Last day away"), [InputRequired(_l("Fill this in."))])
    substitute = TextField(
        _l("Who stands in"),
        description=_l(
            "An employee number. Your cases go there where your colleague may judge them, and "
            "otherwise to whoever holds the fewest."
        ),
    )


class ConflictForm(PageForm):
    person = TextField(
        _l("Employee number"),
        description=_l("Of the colleague it is about. Empty: you yourself."),
    )
    other = TextField(
        _l("Employee number of the other"),
        [Required()],
        description=_l("Of whom you do not judge a case, and who does not judge yours."),
    )
    bond = RadioField(_l("What binds you"), [Required(), OneOf()], validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.bond.choices = choices([(bond.value, label(bond)) for bond in Bond])
