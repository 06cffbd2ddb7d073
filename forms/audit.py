"""The worksheets of the two audits: a verdict for each claim, and a contact with the customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FileField, RadioField, SelectField

from forms.fields import OneOf, Required, TextArea, TextField, choices
from forms.page import PageForm
from forms.survey import spoken_fields
from words.labels import label
from workflow.surveys import Question
from workflow.vocabulary import Channel, ContactOutcome, Extent, Method, Verdict

NOTE, REFERENCE = 2000, 120  # characters at most
MARKS = tuple(str(mark) for mark in range(1, 6))


class WorksheetForm(PageForm):
    """What is asked about each claim; `worksheet_form` adds the fields."""

    def verdict(self, claim_id: int) -> Field:
        return self[f"verdict_{claim_id}"]

    def method(self, claim_id: int) -> Field:
        return self[f"method_{claim_id}"]

    def reference(self, claim_id: int) -> Field:
        return self[f"reference_{claim_id}"]

    def file(self, claim_id: int) -> Field:
        return self[f"file_{claim_id}"]

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
            f"method_{claim_id}": SelectField(
                _l("How you checked claim %(number)s", number=number),
                [OneOf()],
                choices=choices((method.value, label(method)) for method in Method),
                validate_choice=False,
            ),
            f"reference_{claim_id}": TextField(
                _l("Reference found on claim %(number)s", number=number),
                limit=REFERENCE,
            ),
            f"note_{claim_id}": TextArea(_l("Note on claim %(number)s", number=number), limit=NOTE),
            f"file_{claim_id}": FileField(
                _l("A file of your own on claim %(number)s", number=number)
            ),
        }
        for name, field in fields.items():
            setattr(Form, name, field)
    return Form


# A customer who agrees in part confirms it; the answers say so.
OUTCOMES = (
    (ContactOutcome.CONFIRMED.value, label(ContactOutcome.CONFIRMED)),
    (Extent.PARTLY.value, _l("The customer agreed in part")),
    *(
        (outcome.value, label(outcome))
        for outcome in ContactOutcome
        if outcome is not ContactOutcome.CONFIRMED
    ),
)


def contact_form(questions: Iterable[Question]) -> type[ContactForm]:
    """The form that logs a call-back in which these questions were read out."""
    fields = spoken_fields(questions)
    return type("SpokenForm", (ContactForm,), fields)


class ContactForm(PageForm):
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
        choices=choices(OUTCOMES),
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

    def outcome_word(self) -> ContactOutcome:
        """What came of it, in one of the four words."""
        partly = self.outcome.data == Extent.PARTLY
        return ContactOutcome.CONFIRMED if partly else ContactOutcome(self.outcome.data)

    def spoken(self) -> dict[str, str]:
        """The answers to the further questions, by key."""
        return {
            field.short_name.removeprefix("q_"): field.data or ""
            for field in self
            if field.short_name.startswith("q_")
        }
