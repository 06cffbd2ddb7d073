"""What a nomination asks: award, nominees, the event, and claims with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FileField, RadioField, SelectField
from wtforms.validators import Optional

from forms.fields import DayField, OneOf, Required, TextArea, TextField, add_error, choices
from forms.page import PageForm
from words.labels import label
from workflow.vocabulary import Channel, EvidenceKind

TITLE, STORY, STATEMENT, REFERENCE, NOTE = 120, 5000, 1000, 120, 1000  # characters at most
Choices = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Piece:
    """A row of evidence on the form; a file has nothing to fill in."""

    id: int
    kind: EvidenceKind


@dataclass(frozen=True)
class Statement:
    """A claim on the form, with its rows of evidence."""

    id: int
    number: int
    evidence: tuple[Piece, ...]
    elsewhere: Choices = ()  # evidence of other claims that may show this one too


class AwardForm(PageForm):
    award = RadioField(
        _l("For which award?"), [Required(_l("Choose an award.")), OneOf()], validate_choice=False
    )


class NominationForm(PageForm):
    """The fields that every nomination has; `nomination_form` adds those of its claims."""

    award = SelectField(_l("For which award?"), [OneOf()], validate_choice=False)
    team = SelectField(_l("Which team do you nominate?"), [OneOf()], validate_choice=False)
    find = TextField(
        _l("Find a colleague"),
        description=_l("A name, an employee number or an e-mail address, or a part of it."),
    )
    title = TextField(
        _l("What happened, in one line?"),
        limit=TITLE,
        description=_l("Whoever reads the archive later sees this line first."),
    )
    story = TextArea(
        _l("Tell the story"),
        limit=STORY,
        description=_l(
            "What was the situation, what did they do, what came of it? Leave out customers' names."
        ),
    )
    happened_on = DayField(_l("On which day?"), [Optional()])
    channel = RadioField(
        _l("How did the customer and you meet?"),
        [OneOf()],
        choices=choices((channel.value, label(channel)) for channel in Channel),
        validate_choice=False,
    )

    def claim(self, claim_id: int) -> Field:
        return self[f"claim_{claim_id}"]

    def evidence(self, evidence_id: int) -> Field:
        return self[f"evidence_{evidence_id}"]

    def file(self, claim_id: int) -> Field:
        return self[f"file_{claim_id}"]

    def again(self, claim_id: int) -> Field | None:
        """The choice of other claims' evidence; None where there is nothing to choose."""
        return self._fields.get(f"again_{claim_id}")

    def sent(self, name: str) -> bool:
        """Whether the field came with the form and can be kept as it is."""
        field = self[name]
        return bool(field.raw_data) and not field.errors

    def point_out(self, statements: Sequence[Statement], today: date) -> bool:
        """Put beside each field what a submission still needs; True when nothing is missing."""
        missing: list[tuple[str, Any]] = [
            ("title", _l("Say in one line what happened.")),
            ("story", _l("Tell what happened, so that somebody who was not there can follow it.")),
            ("happened_on", _l("Say on which day it happened.")),
            ("channel", _l("Say how the customer and your organisation met.")),
        ]
        for name, sentence in missing:
            if not self[name].data:
                add_error(self[name], sentence)
        if self.happened_on.data and self.happened_on.data > today:
            add_error(self.happened_on, _l("This day is still to come."))
        for statement in statements:
            self._point_out_claim(statement)
        return not self.errors

    def _point_out_claim(self, statement: Statement) -> None:
        shown = [
            piece
            for piece in statement.evidence
            if piece.kind is EvidenceKind.FILE or self.evidence(piece.id).data
        ]
        field = self.claim(statement.id)
        if not field.data:
            add_error(field, _l("Say what happened: one thing that can be checked."))
        if not shown:
            add_error(
                self.file(statement.id),
                _l("Add what shows it: a reference number, a note or a file."),
            )


def nomination_form(
    awards: Choices, teams: Choices, statements: Sequence[Statement]
) -> type[NominationForm]:
    """The form with fields for exactly these claims and rows of evidence."""

    class Form(NominationForm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.award.choices = choices(awards)
            self.team.choices = choices([("", _l("Choose a team")), *teams])

    for statement in statements:
        for name, field in _claim_fields(statement).items():
            setattr(Form, name, field)
    return Form


def _claim_fields(statement: Statement) -> dict[str, Any]:
    number = statement.number
    fields: dict[str, Any] = {
        f"claim_{statement.id}": TextArea(
            _l("Claim %(number)s", number=number),
            limit=STATEMENT,
            description=_l("One thing that happened and that somebody can check."),
        ),
        f"file_{statement.id}": FileField(
            _l("A file that shows claim %(number)s", number=number),
        ),
    }
    if statement.elsewhere:
        fields[f"again_{statement.id}"] = SelectField(
            _l("Evidence of another claim that shows claim %(number)s too", number=number),
            [OneOf()],
            choices=choices([("", _l("Choose what is there already")), *statement.elsewhere]),
            validate_choice=False,
        )
    for piece in statement.evidence:
        if piece.kind is EvidenceKind.REFERENCE:
            fields[f"evidence_{piece.id}"] = TextField(
                _l("Reference number for claim %(number)s", number=number),
                limit=REFERENCE,
                description=_l("Of a call, ticket, order or recording."),
            )
        elif piece.kind is EvidenceKind.NOTE:
            fields[f"evidence_{piece.id}"] = TextArea(
                _l("Note for claim %(number)s", number=number),
                limit=NOTE,
                description=_l("What you or a witness saw, and who can confirm it."),
            )
    return fields
