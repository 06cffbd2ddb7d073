"""Fields that every form shares: text through the gate, one line or several, and names.

WTForms' own sentences have no Traditional Chinese, so each validator here brings its sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, Field, PasswordField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, StopValidation

from workflow.text import UnstorableText, misleads, normal, shows_nothing

UNSTORABLE = _l("There is a character in it that cannot be stored. Type it again without it.")
LINE, PARAGRAPHS = 200, 10_000  # characters


class Required(DataRequired):
    """Something has to be given here."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("Fill this in."))

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and shows_nothing(field.data):
            raise StopValidation(self.message)


class OneOf:
    """What was chosen, if anything, is one of those offered; with `validate_choice=False`."""

    def __call__(self, form: Any, field: Any) -> None:
        offered = {str(choice.value) for choice in field.iter_choices()}
        if field.data and str(field.data) not in offered:
            raise StopValidation(_l("Choose one of those shown."))


class _Gate(Field):
    """Strips and normalises what was typed; what cannot be stored becomes a field error."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, limit: int = LINE, **kwargs: Any
    ) -> None:
        too_long = Length(max=limit, message=_l("Shorten it to %(max)d characters or fewer."))
        too_long.field_flags = {}  # with maxlength a browser cuts off silently what is pasted
        super().__init__(label, [*(validators or ()), too_long], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        typed = valuelist[0].replace("\r\n", "\n").strip()
        try:
            self.data = normal(typed)
        except UnstorableText:
            self.data = "".join(c for c in typed if c != "\x00" and not "\ud800" <= c <= "\udfff")
            raise ValueError(UNSTORABLE) from None


class TextField(_Gate, StringField):
    """One line of text."""


class TextArea(_Gate, TextAreaField):
    """Several lines of text."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, limit: int = PARAGRAPHS, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, limit=limit, **kwargs)


class NameField(TextField):
    """What somebody or something is called: it must read as it is."""

    def pre_validate(self, form: Any) -> None:
        if misleads(self.data or ""):
            raise StopValidation(_l("There is a hidden control character in it. Type it again."))


class AddressField(_Gate, EmailField):
    """An e-mail address."""


class SecretField(PasswordField):
    """A password: never shown again, and not stripped."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, autocomplete: str, **kwargs: Any
    ) -> None:
        kwargs["render_kw"] = {"autocomplete": autocomplete, **kwargs.get("render_kw", {})}
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        try:
            normal(self.data)
        except UnstorableText:
            raise ValueError(UNSTORABLE) from None


class DayField(DateField):
    """A calendar day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Write the day as 2026-11-03.")) from None


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Values and their words, as a select or a set of radio buttons takes them."""
    return [SelectChoice(value=value, label=word) for value, word in pairs]


def add_error(field: Field, message: Any) -> None:
    """Put a sentence beside the field that a rule, and not its shape, refused."""
    field.errors = [*field.errors, message]


def fault(form: BaseForm) -> str:
    """What to mend in the first field that was filled in, in a sentence; empty if all are well."""
    for field in form:
        if field.errors and any(field.raw_data or ()):
            what, why = str(field.label.text), str(field.errors[0])
            asks = what.endswith(("?", "？"))
            return f"{what} {why}" if asks else gettext("%(what)s: %(why)s", what=what, why=why)
    return ""
