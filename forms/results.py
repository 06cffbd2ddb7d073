"""What is asked about files of results and of conduct records, and about how to read a call log."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField
from wtforms.validators import Length

from forms.fields import OneOf, Required, TextArea, TextField, choices
from forms.page import PageForm

FORMATS = {"accept": ".csv,.xlsx"}
HEADING = 100  # characters


class ResultsFileForm(PageForm):
    file = FileField(
        _l("File with results"), [FileRequired(_l("Choose a file."))], render_kw=FORMATS
    )
    mapping = SelectField(
        _l("What the file holds"),
        [Required(_l("Choose one of those shown.")), OneOf()],
        validate_choice=False,
    )
    create_people = BooleanField(
        _l("Make the employees that are not there yet"),
        description=_l("They get a made-up employee number and the role of inbound calls."),
    )

    @classmethod
    def offering(cls, mappings: Iterable[tuple[str, object]]) -> ResultsFileForm:
        form = cls()
        form.mapping.choices = choices(mappings)
        return form


class CorrectionForm(PageForm):
    reason = TextArea(
        _l("Why are these figures corrected?"),
        [Required(), Length(10, message=_l("Write a sentence: at least %(min)d characters."))],
        limit=1000,
        description=_l("The earlier figures are kept, with this reason beside them."),
    )


class ConductFileForm(PageForm):
    file = FileField(
        _l("File with conduct records"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or XLSX. Its first row names the columns, in any order."),
        render_kw=FORMATS,
    )


class MappingForm(PageForm):
    """The headings under which a call log has what is needed of each call."""

    name = TextField(
        _l("Name of the mapping"), [Required()], description=_l("Such as the telephone system's.")
    )
    agent = TextField(_l("Agent, by employee number or name"), [Required()], limit=HEADING)
    date = TextField(_l("Date"), [Required()], limit=HEADING)
    answered = TextField(_l("Answered, yes or no"), [Required()], limit=HEADING)
    resolved = TextField(_l("Resolved, yes or no"), limit=HEADING)
    speed_of_answer_s = TextField(_l("Speed of answer"), limit=HEADING)
    talk_time_s = TextField(_l("Talk time"), limit=HEADING)
    satisfaction = TextField(_l("Satisfaction"), limit=HEADING)
    call = TextField(_l("Number of the call"), limit=HEADING)

    def columns(self) -> dict[str, str]:
        """The headings given, by our name for the column."""
        named = {
            field.name: field.data for field in self if field.name not in ("name", "csrf_token")
        }
        return {name: heading for name, heading in named.items() if heading}
