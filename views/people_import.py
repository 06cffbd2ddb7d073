"""Bringing colleagues in from a file: choose it, look at what it changes, apply it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from adapters.people_file import COLUMNS, HEADINGS, Reading, Value
from forms.people import PeopleFileForm
from models.results import Import
from operations import imports
from operations import people as operations
from operations.people import Change, Plan
from views import imported, language
from views.downloads import csv_file
from views.guards import holds
from words import imports as words
from words.days import day
from words.labels import label
from workflow.vocabulary import Duty, Language

bp = Blueprint("people_import", __name__, url_prefix="/manage/people/import")

AT_ONCE = 2_000  # rows that are applied while the page waits; more go to the worker
CHANGES_SHOWN = 200

FIELDS = {
    "employee_number": _l("Employee number"),
    "name": _l("Full name"),
    "email": _l("E-mail"),
    "role": _l("Role"),
    "team": _l("Team"),
    "manager": _l("Line manager's number"),
    "joined": _l("Joined"),
    "left": _l("Left"),
    "language": _l("Language"),
    "shift": _l("Shift"),
    "gender": _l("Gender"),
}
KINDS = {
    operations.ADDED: _l("new"),
    operations.CHANGED: _l("changed"),
    operations.LEFT: _l("leaves"),
}


@bp.route("", methods=["GET", "POST"])
@holds(Duty.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Take a file in, to look at what it would change."""
    form = PeopleFileForm()
    if import_id := imported.begun(form, _received):
        return redirect(url_for("people_import.show", import_id=import_id), code=303)
    status = 422 if form.errors else 200
    return render_template(
        "people/import.html", form=form, columns=imported.columns(HEADINGS, COLUMNS, SAID)
    ), status


@bp.get("/template.csv")
@holds(Duty.ADMINISTRATOR)
def template() -> Response:
    """A file with nothing but the headings, in the reader's script."""
    return csv_file("people.csv", [HEADINGS[language.current()]])


@bp.get("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def show(import_id: int) -> ResponseReturnValue:
    """What a file would change, what became of it, or what is wrong with it."""
    row = imported.row_or_404(import_id, operations.KIND)
    row, plan, fault = imported.looked_at(row, lambda: operations.preview(_reading(row)))
    if fault:
        imports.stop(import_id=import_id, refused=fault)
        row = imported.row_or_404(import_id, operations.KIND)
    page = render_template(
        "people/imported.html",
        **imported.told(row, plan.counts() if plan else None),
        plan=plan,
        digest=plan.digest() if plan else "",
        changes=_shown(plan) if plan else [],
    )
    return page, imported.headers(row)


@bp.post("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply a file that was looked at, if it still does what was seen."""
    row = imported.row_or_404(import_id, operations.KIND)
    digest = request.form.get("digest", "")

    def act() -> None:
        operations.apply(import_id=import_id, reading=_reading(row), digest=digest)

    imported.apply(row, act, AT_ONCE, digest=digest)
    return redirect(url_for("people_import.show", import_id=import_id), code=303)


@bp.get("/<int:import_id>/mistakes.csv")
@holds(Duty.ADMINISTRATOR)
def mistakes(import_id: int) -> Response:
    """The mistakes of a refused file."""
    return imported.mistakes_file(imported.row_or_404(import_id, operations.KIND))


def _received(data: bytes, filename: str) -> int:
    """Read the file and keep it until it is applied; raises Refused."""
    reading = operations.read(data, filename)
    return imported.receive(
        operations.KIND,
        data,
        filename,
        {},
        reading.rows,
        lambda: operations.preview(reading).counts(),
    )


def _reading(row: Import) -> Reading:
    return operations.read(imported.uploads().read(row.sha256), row.filename)


def _shown(plan: Plan) -> list[dict[str, Any]]:
    """The first changes in the reader's words."""
    return [_change(change) for change in plan.changes[:CHANGES_SHOWN]]


def _change(change: Change) -> dict[str, Any]:
    fields = [
        (FIELDS[name], _said(name, before), _said(name, after))
        for name, (before, after) in change.fields.items()
        if name not in ("employee_number", "name") or change.kind != operations.ADDED
    ]
    if change.kind == operations.ADDED:  # nothing to compare with: one line says it all
        fields = [(_l("All"), "", " · ".join(after for _, _, after in fields if after))]
    return {
        "number": change.number,
        "name": change.name,
        "kind": KINDS[change.kind],
        "fields": fields,
    }


def _said(name: str, value: Value) -> str:
    if name == "gender":
        return gettext("recorded") if value else ""
    return _word(value)


def _word(value: Value) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Language):
        return language.AUTONYMS[value]
    if isinstance(value, StrEnum):
        return str(label(value))
    return value or ""


SAID = {
    "employee_number": _l("Required. It tells colleagues apart, and never changes."),
    "name": _l("Required."),
    "email": _l("To sign in with, and to be told by."),
    "role": words.EXPECTED["role"],
    "team": _l("A team that is not there yet is made."),
    "manager": _l("The line manager's employee number."),
    "joined": words.EXPECTED["day"],
    "left": _l("The first day on which the colleague no longer works here."),
    "language": words.EXPECTED["language"],
    "shift": words.EXPECTED["shift"],
    "gender": _l("female, male or other. Counted in reports, shown of nobody."),
}
