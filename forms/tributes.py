"""A letter or a citation: which one, in which language, and its text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.widgets import HiddenInput

from forms.fields import OneOf, Required, TextArea, TextField, choices
from forms.numbers import WholeNumber, Within
from forms.page import PageForm

CHOSEN = (Required(_l("Choose one of those shown.")), OneOf())
BODY_AT_MOST = 4000
VERSIONS = 10_000


class NewTributeForm(PageForm):
    kind = RadioField(_l("What is written"), CHOSEN, default="citation", validate_choice=False)
    language = RadioField(_l("In which language"), CHOSEN, validate_choice=False)

    def __init__(
        self, kinds: Iterable[tuple[str, Any]], languages: Iterable[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices(kinds)
        self.language.choices = choices(languages)


class TributeForm(PageForm):
    title = TextField(_l("Heading"), [Required()])
    body = TextArea(
        _l("Text"),
        [Required()],
        limit=BODY_AT_MOST,
        description=_l("All colleagues can read it. A blank line begins a new paragraph."),
    )
    signed = TextArea(
        _l("Signed by"),
        limit=200,
        description=_l("Name and office of the executive, one under the other."),
    )
    version = WholeNumber(widget=HiddenInput(), validators=[Within(1, VERSIONS)])
