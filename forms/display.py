"""A link for a screen in the hall: where it hangs, and which language it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from forms.fields import NameField, OneOf, Required, choices
from forms.page import PageForm


class DisplayForm(PageForm):
    place = NameField(
        _l("Where the screen hangs"),
        [Required()],
        limit=80,
        description=_l("Such as: entrance, third floor. It tells the links apart."),
    )
    language = SelectField(
        _l("Language"),
        [Required(_l("Choose one of those shown.")), OneOf()],
        validate_choice=False,
    )

    def __init__(self, languages: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = choices(languages)
