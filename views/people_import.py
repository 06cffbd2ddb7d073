"""Bringing colleagues in from a file: choose it, look at what it changes, apply it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from adapters.columns import Mistake
from adapters.people_file import COLUMNS, HEADINGS, Reading, Value
from adapters.uploads import Uploads
from forms.fields import add_error
from forms.people import PeopleFileForm
from models.base import db
from models.results import Import
from operations import imports
from operations import people as operations
from operations.imports import ImportRefused
from operations.people import Change, Plan
from views import language
from views.downloads import csv_file
from views.filters import day
from views.guards import holds
from words import imports as words
from words.labels import label
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language

bp = Blueprint("people_import", __name__, url_prefix="/manage/people/import")

AT_ONCE = 2_000  # rows that are applied while the page waits; more go to the worker
CHANGES_SHOWN = 200
POLL = 3  # seconds between two looks at an import under way

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
}
KINDS = {
    operations.ADDED: _l("new"),
    operations.CHANGED: _l("changed"),
    operations.LEFT: _l("leaves"),
}
TITLES = {
    imports.PREVIEWED: _l("What the file would change"),
    imports.WAITING: _l("The file is being applied"),
    imports.RUNNING: _l("The file is being applied"),
    imports.APPLIED: _l("The file is applied"),
    imports.FAILED: _l("Nothing was brought in"),
}


@bp.route("", methods=["GET", "POST"])
@holds(Duty.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Take a file in, to look at what it would change."""
    form = PeopleFileForm()
    if form.validate_on_submit():
        try:
            import_id = _received(form.file.data.read(), form.file.data.filename or "")
        except Refused as refused:
            add_error(form.file, sentence(refused))
        else:
            return redirect(url_for("people_import.show", import_id=import_id), code=303)
    status = 422 if form.errors else 200
    return render_template("people/import.html", form=form, columns=_columns()), status


@bp.get("/template.csv")
@holds(Duty.ADMINISTRATOR)
def template() -> Response:
    """A file with nothing but the headings, in the reader's script."""
    return csv_file("people.csv", [HEADINGS[language.current()]])


@bp.get("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def show(import_id: int) -> ResponseReturnValue:
    """What a file would change, what became of it, or what is wrong with it."""
    row = _import_or_404(import_id)
    state, summary, plan = row.state, row.summary, None
    if state == imports.PREVIEWED:
        try:
            plan = operations.preview(_reading(row))
        except ImportRefused as refused:  # others were changed since the file came in
            state, summary = imports.FAILED, imports.refused(refused.mistakes)
        except Refused as refused:
            state, summary = imports.FAILED, imports.reason(refused)
    page = render_template(
        "people/imported.html",
        row=row,
        state=state,
        title=TITLES[state],
        plan=plan,
        digest=plan.digest() if plan else "",
        changes=_shown(plan) if plan else [],
        outcome=words.outcome(plan.counts() if plan else summary.get("counts", {})),
        mistakes=[_mistake(one) for one in imports.mistakes_of(summary)],
        summary=summary,
        refused=_refusal(summary),
    )
    under_way = state in (imports.WAITING, imports.RUNNING)
    return page, {"Refresh": str(POLL)} if under_way else {}


@bp.post("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply a file that was looked at: here when it is short, else by the worker."""
    row = _import_or_404(import_id)
    digest, sha256 = request.form.get("digest", ""), row.sha256
    try:
        if row.state == imports.PREVIEWED and row.rows > AT_ONCE:
            operations.queue(import_id=import_id, digest=digest)
        elif row.state == imports.PREVIEWED:
            operations.apply(import_id=import_id, reading=_reading(row), digest=digest)
            _uploads().forget(sha256)
    except ImportRefused:
        pass  # the page that follows has its mistakes
    except Refused as refused:
        flash(sentence(refused), "error")
    return redirect(url_for("people_import.show", import_id=import_id), code=303)


@bp.get("/<int:import_id>/mistakes.csv")
@holds(Duty.ADMINISTRATOR)
def mistakes(import_id: int) -> Response:
    """The mistakes of a refused file, to be worked off beside it."""
    row = _import_or_404(import_id)
    lines = [[_("Row"), _("Column"), _("Found"), _("Expected")]]
    lines += [_mistake(one) for one in imports.mistakes_of(row.summary)]
    return csv_file("mistakes.csv", lines)


def _received(data: bytes, filename: str) -> int:
    """Note the file, and keep it until it is applied unless it has mistakes; raises Refused."""
    reading = operations.read(data, filename)
    try:
        summary: dict[str, Any] = {"counts": operations.preview(reading).counts()}
        state = imports.PREVIEWED
    except ImportRefused as refused:
        summary, state = imports.refused(refused.mistakes), imports.FAILED
    name = _uploads().keep(data)
    if state == imports.FAILED:
        _uploads().forget(name)
    return imports.receive(
        kind=operations.KIND,
        filename=filename,
        sha256=name,
        by_id=current_user.id,
        options={},
        state=state,
        rows=reading.rows,
        summary=summary,
    )


def _reading(row: Import) -> Reading:
    return operations.read(_uploads().read(row.sha256), row.filename)


def _shown(plan: Plan) -> list[dict[str, Any]]:
    """The first changes in the reader's words."""
    return [_change(change) for change in plan.changes[:CHANGES_SHOWN]]


def _change(change: Change) -> dict[str, Any]:
    fields = [
        (FIELDS[name], _word(before), _word(after))
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


def _word(value: Value) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Language):
        return language.AUTONYMS[value]
    if isinstance(value, StrEnum):
        return str(label(value))
    return value or ""


def _mistake(one: Mistake) -> list[str]:
    return [str(one.row), one.column, one.found, words.expectation(one.expected)]


def _refusal(summary: Mapping[str, Any]) -> str:
    """Why nothing was brought in, as a sentence."""
    if "count" in summary:
        return ngettext(
            "The file has %(num)s mistake.", "The file has %(num)s mistakes.", summary["count"]
        )
    if "refused" in summary:
        return sentence(Refused(summary["refused"], **summary["values"]))
    return ""


def _columns() -> list[list[str]]:
    """The columns that a file may have, with their headings in each script."""
    return [
        [COLUMNS[name][0], HEADINGS[Language.ZH_HANS][at], HEADINGS[Language.ZH_HANT][at], said]
        for at, (name, said) in enumerate((name, str(SAID[name])) for name in COLUMNS)
    ]


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
}


def _import_or_404(import_id: int) -> Import:
    row = db.session.get(Import, import_id)
    if row is None or row.kind != operations.KIND:
        abort(404)
    return row


def _uploads() -> Uploads:
    return Uploads(current_app.config["SETTINGS"].data_dir)
