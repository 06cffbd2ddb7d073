"""A receipt to look at; a witness to name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField

from forms.fields import NameField, OneOf, Required, choices
from forms.page import PageForm


class ReceiptFileForm(PageForm):
    file = FileField(_l("Your receipt"), [FileRequired(_l("Choose the file of your receipt."))])


class WitnessForm(PageForm):
    way = RadioField(
        _l("What it is"),
        [Required(_l("Choose one of those shown.")), OneOf()],
        validate_choice=False,
    )
    place = NameField(
        _l("Where it is"),
        [Required()],
        limit=300,
        description=_l(
            "An e-mail address; or the full path of a folder on the server; or an address that "
            "begins with https://, to which each checkpoint is sent."
        ),
    )

    def __init__(self, ways: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.way.choices = choices(ways)
