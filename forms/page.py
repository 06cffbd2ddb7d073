"""The form of a page: with a token against forgery, filled in again after a session's end."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import MultiDict
from wtforms import Form


@dataclass
class BroughtBack:
    """What the reader had typed on this page and could not send; `taken` once a form shows it."""

    fields: MultiDict[str, str]
    taken: bool = False

    def belongs_to(self, form: Form) -> bool:
        """Whether most of it are fields of this form; buttons and rows may have gone."""
        names = {field.short_name for field in form}
        known = [name for name in self.fields if name in names or name.split("-")[0] in names]
        return len(known) * 2 > len(self.fields)


brought_back: ContextVar[BroughtBack | None] = ContextVar("brought_back", default=None)


class PageForm(FlaskForm):
    """What a form of a page is made of; an entrance says what there is to bring back."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            sent = super().wrap_formdata(form, formdata)
            back = brought_back.get()
            if sent is not None or formdata is not _Auto or back is None:
                return sent
            if not back.belongs_to(form):
                return None
            back.taken = True
            return back.fields
