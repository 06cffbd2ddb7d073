"""A file on its way in, as its pages show it: looked at, applied, or refused with its mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, abort, current_app, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm

from adapters.columns import Mistake
from adapters.uploads import Uploads
from forms.fields import add_error
from models import people
from models.base import db
from models.results import Import
from operations import imports
from operations.imports import ImportRefused
from views.downloads import csv_file
from words import imports as words
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Language

AT_ONCE = 20_000  # rows that are applied while the page waits; more go to the worker
POLL = "3"  # seconds between two looks at an import under way
TITLES = {
    imports.PREVIEWED: _l("What the file would change"),
    imports.WAITING: _l("The file is being applied"),
    imports.RUNNING: _l("The file is being applied"),
    imports.APPLIED: _l("The file is applied"),
    imports.FAILED: _l("Nothing was brought in"),
}


Found = TypeVar("Found")


def begun(form: FlaskForm, received: Callable[[bytes, str], int]) -> int | None:
    """The import that a sent form begins; None where it begins none, and the form says why."""
    if not form.validate_on_submit():
        return None
    file = form["file"]
    try:
        return received(file.data.read(), file.data.filename or "")
    except Refused as refused:
        add_error(file, sentence(refused))
        return None


def receive(
    kind: str,
    data: bytes,
    filename: str,
    options: dict[str, Any],
    rows: int,
    counts: Callable[[], dict[str, int]],
) -> int:
    """Note a file that was read, and keep it until it is applied unless `counts` refuses it."""
    state, name = imports.PREVIEWED, uploads().keep(data)
    try:
        summary: dict[str, Any] = {"counts": counts()}
    except ImportRefused as refused:
        state, summary = imports.FAILED, imports.refused(refused.mistakes)
        uploads().forget(name)
    return imports.receive(
        kind=kind,
        filename=filename,
        sha256=name,
        by_id=current_user.id,
        options=options,
        state=state,
        rows=rows,
        summary=summary,
    )


def apply(
    row: Import, act: Callable[[], object], at_once: int | None = None, **options: str
) -> None:
    """Apply a file that was looked at: here by `act` when it is short, else by the worker.

    `options` are what the worker needs to know besides.
    """
    import_id, sha256 = row.id, row.sha256
    imports.press(import_id=import_id, by_id=current_user.id)
    try:
        if row.state == imports.PREVIEWED and row.rows > (at_once or AT_ONCE):
            imports.queue(import_id=import_id, options=options)
        elif row.state == imports.PREVIEWED:
            act()
            uploads().forget(sha256)
    except ImportRefused as refused:
        imports.fail(import_id=import_id, mistakes=refused.mistakes)
    except Refused as refused:
        flash(sentence(refused), "error")


def looked_at(
    row: Import, look: Callable[[], Found]
) -> tuple[Import, Found | None, Refused | None]:
    """What a fresh look finds in a file that waits, or why it cannot be applied.

    Others may have changed things since it came in: mistakes that are new end the import.
    """
    if row.state != imports.PREVIEWED:
        return row, None, None
    import_id, kind = row.id, row.kind
    found, fault = None, None
    try:
        found = look()
    except ImportRefused as refused:
        imports.fail(import_id=import_id, mistakes=refused.mistakes)
    except Refused as refused:
        fault = refused
    return row_or_404(import_id, kind), found, fault


def columns(
    headings: Mapping[Language, Sequence[str]],
    names: Mapping[str, Sequence[str]],
    said: Mapping[str, Any],
) -> list[list[str]]:
    """The columns that a file may have, with their headings in each script."""
    return [
        [names[name][0], headings[Language.ZH_HANS][at], headings[Language.ZH_HANT][at], text]
        for at, (name, text) in enumerate((name, str(said[name])) for name in names)
    ]


def told(row: Import, counts: Mapping[str, int] | None = None) -> dict[str, Any]:
    """What every page of an import shows; `counts` are those of a fresh look at the file."""
    return {
        "row": row,
        "title": TITLES[row.state],
        "applied_by": people.by_key(row.applied_by) if row.applied_by else None,
        "outcome": words.outcome(counts or row.summary.get("counts", {})),
        "mistakes": [_cells(one) for one in imports.mistakes_of(row.summary)],
        "refused": _refusal(row.summary),
        "under_way": row.state in (imports.WAITING, imports.RUNNING),
    }


def headers(row: Import) -> dict[str, str]:
    """A page that waits looks again by itself."""
    return {"Refresh": POLL} if row.state in (imports.WAITING, imports.RUNNING) else {}


def mistakes_file(row: Import) -> Response:
    """The mistakes of a refused file, to be worked off beside it."""
    lines = [[_("Row"), _("Column"), _("Found"), _("Expected")]]
    return csv_file("mistakes.csv", [*lines, *map(_cells, imports.mistakes_of(row.summary))])


def row_or_404(import_id: int, kind: str) -> Import:
    row = db.session.get(Import, import_id)
    if row is None or row.kind != kind:
        abort(404)
    return row


def uploads() -> Uploads:
    return Uploads(current_app.config["SETTINGS"].data_dir)


def _cells(one: Mistake) -> list[str]:
    return [str(one.row), one.column, one.found, words.expectation(one.expected)]


def _refusal(summary: Mapping[str, Any]) -> str:
    """Why nothing was brought in, as a sentence."""
    if "count" in summary:
        return words.faulty(summary["count"])
    if "refused" in summary:
        return sentence(Refused(summary["refused"], **summary["values"]))
    return ""
