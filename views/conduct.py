"""Conduct records, for policy reviewers and administrators alone: the list, and files of them."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from adapters.conduct_file import Reading
from forms.results import ConductFileForm
from models import conduct
from models import results as stored
from models.paging import page
from models.results import ConductRecord, Import
from operations import conduct as operations
from views import imported
from views.addresses import key
from views.guards import holds
from words.refusals import sentence

bp = Blueprint("conduct", __name__, url_prefix="/manage/conduct")

MAY = operations.MAY


@bp.route("", methods=["GET", "POST"])
@holds(*MAY)
def index() -> ResponseReturnValue:
    """Take a file in, to look at what it would change; the records that are there."""
    form = ConductFileForm()
    if import_id := imported.begun(form, _received):
        return redirect(url_for("conduct.show", import_id=import_id), code=303)
    asked = request.args.get("q", "")
    before, after = key("before"), key("after")
    records = page(
        stored.conduct_records(asked),
        ConductRecord.id,
        before=before,
        after=after,
        descending=True,
    )
    body = render_template(
        "results/conduct.html",
        form=form,
        asked=asked,
        page=records,
        overturned=conduct.overturned(records.rows),
    )
    return body, 422 if form.errors else 200


@bp.get("/<int:import_id>")
@holds(*MAY)
def show(import_id: int) -> ResponseReturnValue:
    """What a file would change, what became of it, or what is wrong with it."""
    row = imported.row_or_404(import_id, operations.KIND)
    row, counts, fault = imported.looked_at(row, lambda: operations.preview(_reading(row)))
    body = render_template(
        "results/imported.html",
        **imported.told(row, counts),
        preview=None,
        fault=sentence(fault) if fault else None,
        corrections=[],
        area="conduct",
    )
    return body, imported.headers(row)


@bp.post("/<int:import_id>")
@holds(*MAY)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply a file that was looked at."""
    row = imported.row_or_404(import_id, operations.KIND)
    imported.apply(row, lambda: operations.apply(import_id=import_id, reading=_reading(row)))
    return redirect(url_for("conduct.show", import_id=import_id), code=303)


@bp.get("/<int:import_id>/mistakes.csv")
@holds(*MAY)
def mistakes(import_id: int) -> Response:
    """The mistakes of a refused file."""
    return imported.mistakes_file(imported.row_or_404(import_id, operations.KIND))


def _received(data: bytes, filename: str) -> int:
    """Read the file and keep it until it is applied; raises Refused."""
    reading = operations.read(data, filename)
    return imported.receive(
        operations.KIND, data, filename, {}, reading.rows, lambda: operations.preview(reading)
    )


def _reading(row: Import) -> Reading:
    return operations.read(imported.uploads().read(row.sha256), row.filename)
