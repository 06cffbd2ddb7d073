"""A colleague's own picture, and where it may be shown."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField

from forms.page import PageForm

ON_WALL = _l("Show it on screens in the hall too")
GUESTS = _l("Guests see those screens. Without this, they show the letters of your name.")


class PortraitForm(PageForm):
    file = FileField(
        _l("Picture"),
    )
    on_wall = BooleanField(ON_WALL, description=GUESTS)
