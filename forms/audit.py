"""The worksheets of the two audits: a verdict for each claim, and a contact with the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField

from forms.fields import OneOf, Required, TextArea, choices
from words.labels import label
from workflow.vocabulary import Channel, ContactOutcome, Verdict

NOTE = 2000  # characters at most
MARKS = tuple(str(mark) for mark in range(1, 6))


class WorksheetForm(FlaskForm):
    """A verdict and a note for each claim; `worksheet_form` adds the fields."""

    def verdict(self, claim_id: int) -> Field:
        return self[f"verdict_{claim_id}"]

    def note(self, claim_id: int) -> Field:
        return self[f"note_{claim_id}"]


def worksheet_form(claims: Sequence[tuple[int, int]]) -> type[WorksheetForm]:
    """The form for these claims, each an id and the number that people see."""

    class Form(WorksheetForm):
        pass

    for claim_id, number in claims:
        fields: dict[str, Any] = {
            f"verdict_{claim_id}": RadioField(
                _l("Verdict on claim %(number)s", number=number),
                [OneOf()],
                choices=choices((verdict.value, label(verdict)) for verdict in Verdict),
                validate_choice=False,
            ),
            f"note_{claim_id}": TextArea(_l("Note on claim %(number)s", number=number), limit=NOTE),
        }
        for name, field in fields.items():
            setattr(Form, name, field)
    return Form


class ContactForm(FlaskForm):
    channel = RadioField(
        _l("How did you ask?"),
        [Required(_l("Choose how you asked.")), OneOf()],
        choices=choices(
            (channel.value, label(channel))
            for channel in Channel
            if channel is not Channel.INTERNAL
        ),
        validate_choice=False,
    )
    outcome = RadioField(
        _l("What came of it?"),
        [Required(_l("Choose what came of it.")), OneOf()],
        choices=choices((outcome.value, label(outcome)) for outcome in ContactOutcome),
        validate_choice=False,
    )
    marks = RadioField(
        _l("The customer's marks"),
        [OneOf()],
        description=_l("5 is the best. Only where the customer answered."),
        choices=choices((mark, mark) for mark in MARKS),
        validate_choice=False,
    )
    note = TextArea(
        _l("Note"),
        limit=NOTE,
        description=_l("Only external auditors of this award read it."),
    )
