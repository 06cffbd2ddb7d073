"""Nothing is shown that gettext does not know: neither a template's words nor WTForms' own."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import wtforms
from flask_wtf import file
from jinja2 import Environment
from wtforms import validators
from wtforms.fields.core import UnboundField

import forms
from forms.audit import worksheet_form
from forms.nomination import Piece, Statement, nomination_form
from tests.house.sources import ROOT
from workflow.vocabulary import EvidenceKind

SHOWN = {"alt", "title", "placeholder", "aria-label"}
NAMES = re.compile(r"\b(Plaudit|English)\b")

# WTForms' own fields that never refuse what is typed; others of its kind must be subclassed.
SILENT = {
    file.FileField,
    wtforms.BooleanField,
    wtforms.FieldList,
    wtforms.FileField,
    wtforms.FormField,
    wtforms.HiddenField,
    wtforms.MultipleFileField,
}
CHOOSING = {wtforms.RadioField, wtforms.SelectField, wtforms.SelectMultipleField}


def test_templates_speak_only_through_gettext() -> None:
    untranslated = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path.parent.name != "styleguide":  # for developers, in English
            page = _Literals()
            page.feed(_markup(path.read_text()))
            untranslated += [f"{path.relative_to(ROOT)}: {text}" for text in page.found]
    assert untranslated == []


@pytest.mark.parametrize("text", ["<p>Saved</p>", '<img alt="Seal">', "{% if a %}Yes{% endif %}"])
def test_a_word_of_its_own_in_a_template_is_found(text: str) -> None:
    page = _Literals()
    page.feed(_markup(text))
    assert len(page.found) == 1


def test_every_form_refuses_in_sentences_of_our_own() -> None:
    """WTForms speaks Simplified Chinese to readers of Traditional, so its sentences stay unused."""
    found = list(_fields())
    assert len(found) > 50
    assert [name for name, field in found if not _speaks_for_itself(field)] == []


@pytest.mark.parametrize(
    "field",
    [
        wtforms.IntegerField("Number"),
        wtforms.SelectField("One of", choices=[]),
        wtforms.StringField("Name", [validators.DataRequired()]),
        forms.fields.TextField("Name", [validators.Length(max=3)]),
    ],
)
def test_a_field_that_would_use_a_sentence_of_wtforms_is_found(field: Any) -> None:
    assert not _speaks_for_itself(field)


def _markup(source: str) -> str:
    """The template with a bare letter for each expression: all else is written by hand."""
    tokens = Environment(autoescape=True).lex(source)
    read = {"data": "{}", "variable_begin": "x "}
    return "".join(read.get(kind, "").format(value) for _, kind, value in tokens)


class _Literals(HTMLParser):
    """Gathers the words that a reader would see as they stand in the template."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            if name in SHOWN:
                self._keep(value or "")

    def handle_data(self, data: str) -> None:
        if self._tag not in ("kbd", "code"):
            self._keep(data)

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def _keep(self, text: str) -> None:
        if re.search(r"[A-Za-z]{2}", NAMES.sub("", text)):
            self.found.append(" ".join(text.split()))


def _fields() -> Iterator[tuple[str, UnboundField[Any]]]:
    for form in {*_declared(), *_composed()}:
        for name, field in inspect.getmembers(form):
            if isinstance(field, UnboundField):
                yield f"{form.__module__}.{form.__qualname__}.{name}", field


def _declared() -> Iterator[type[wtforms.Form]]:
    for found in pkgutil.iter_modules(forms.__path__):
        module = importlib.import_module(f"forms.{found.name}")
        for _, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, wtforms.Form) and form.__module__ == module.__name__:
                yield form


def _composed() -> Iterator[type[wtforms.Form]]:
    pieces = tuple(Piece(place, kind) for place, kind in enumerate(EvidenceKind))
    yield nomination_form([], [], [Statement(1, 1, pieces)])
    yield worksheet_form([(1, 1)])


def _speaks_for_itself(field: UnboundField[Any]) -> bool:
    kind, given = field.field_class, inspect.signature(field.field_class.__init__)
    values = given.bind_partial(None, *field.args, **field.kwargs).arguments
    options = {**values, **values.get("kwargs", {})}
    if kind in CHOOSING:
        silent = options.get("validate_choice") is False
    else:
        silent = kind in SILENT or kind.__module__.startswith("forms.")
    return silent and all(_has_sentence(each) for each in options.get("validators") or ())


def _has_sentence(validator: Any) -> bool:
    ours = type(validator).__module__.startswith("forms.")
    return ours or isinstance(validator, validators.Optional) or bool(validator.message)
