"""Results: bring a file in, look at what it changes, apply it; and how call logs are read."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from adapters import clock
from adapters.results_file import CALL_LOG, ROWS, Reading
from forms.fields import add_error
from forms.results import CorrectionForm, MappingForm, ResultsFileForm
from models import results as stored
from models.paging import page
from models.results import Import
from operations import imports
from operations import results as operations
from operations.results import Correction
from views import imported
from views.addresses import key
from views.corrections import shown
from views.guards import holds
from words.metrics import METRIC_NAMES
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("results", __name__, url_prefix="/manage/results")

MAY = (Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR)
MAPPINGS = {
    ROWS: _l("Rows: employee, date, metric, value"),
    CALL_LOG: _l("A call log: one call in each row"),
}


@bp.route("", methods=["GET", "POST"])
@holds(*MAY)
def index() -> ResponseReturnValue:
    """Take a file in, to look at what it would change; the files that came in before."""
    saved = stored.mappings()
    form = ResultsFileForm.offering([*MAPPINGS.items(), *((one.name, one.name) for one in saved)])
    if import_id := imported.begun(form, partial(_received, form)):
        return redirect(url_for("results.show", import_id=import_id), code=303)
    before, after = key("before"), key("after")
    body = render_template(
        "results/index.html",
        form=form,
        saved=saved,
        last_day=stored.last_day_recorded(),
        page=page(
            stored.imports(operations.KIND), Import.id, before=before, after=after, descending=True
        ),
        titles=imported.TITLES,
        reads_conduct=current_user.holds(Duty.ADMINISTRATOR, clock.now())
        or current_user.holds(Duty.POLICY_REVIEWER, clock.now()),
    )
    return body, 422 if form.errors else 200


@bp.get("/<int:import_id>")
@holds(*MAY)
def show(import_id: int) -> ResponseReturnValue:
    """What a file would change, what became of it, or what is wrong with it."""
    row = imported.row_or_404(import_id, operations.KIND)
    return _shown(row, CorrectionForm())


def _shown(row: Import, form: CorrectionForm) -> ResponseReturnValue:
    row, preview, fault = imported.looked_at(row, partial(_preview, row))
    body = render_template(
        "results/imported.html",
        **imported.told(row, preview.counts if preview else None),
        preview=preview,
        fault=sentence(fault) if fault else None,
        corrections=[_correction(one) for one in preview.corrections] if preview else [],
        area="results",
        form=form,
    )
    return body, 422 if form.errors else 200, imported.headers(row)


@bp.post("/<int:import_id>")
@holds(*MAY)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply a file that was looked at."""
    row, form = imported.row_or_404(import_id, operations.KIND), CorrectionForm()
    counts = row.summary.get("counts", {})
    corrects = row.state == imports.PREVIEWED and (counts.get("corrected") or counts.get("removed"))
    if corrects and not form.validate():
        return _shown(row, form)
    reason = form.reason.data or ""
    imported.apply(
        row,
        lambda: operations.apply(import_id=import_id, reading=_reading(row), reason=reason),
        reason=reason,
    )
    return redirect(url_for("results.show", import_id=import_id), code=303)


@bp.get("/<int:import_id>/mistakes.csv")
@holds(*MAY)
def mistakes(import_id: int) -> Response:
    """The mistakes of a refused file."""
    return imported.mistakes_file(imported.row_or_404(import_id, operations.KIND))


@bp.route("/mapping", methods=["GET", "POST"])
@holds(*MAY)
def mapping() -> ResponseReturnValue:
    """Say under which headings a call log has what is needed; `name` opens a saved mapping."""
    saved = {one.name: one.columns for one in stored.mappings()}
    name = request.args.get("name", "")
    form = MappingForm(data={"name": name, **saved[name]} if name in saved else None)
    if form.validate_on_submit():
        try:
            operations.save_mapping(
                by_id=current_user.id, name=form.name.data, columns=form.columns()
            )
        except Refused as refused:
            add_error(form.name, sentence(refused))
        else:
            flash(_("The mapping is saved. Choose it with the next file."), "success")
            return redirect(url_for("results.index"), code=303)
    return render_template("results/mapping.html", form=form), 422 if form.errors else 200


def _received(form: ResultsFileForm, data: bytes, filename: str) -> int:
    """Read the file and keep it until it is applied; raises Refused."""
    options = {"mapping": form.mapping.data, "create_people": form.create_people.data}
    reading = operations.read(data, filename, form.mapping.data)
    return imported.receive(
        operations.KIND,
        data,
        filename,
        options,
        reading.rows,
        lambda: operations.preview(reading, create_people=form.create_people.data).counts,
    )


def _preview(row: Import) -> operations.Preview:
    """What a file that waits would change; one that came in by itself has no such choice."""
    return operations.preview(_reading(row), create_people=bool(row.options["create_people"]))


def _reading(row: Import) -> Reading:
    data = imported.uploads().read(row.sha256)
    return operations.read(data, row.filename, row.options["mapping"])


def _correction(one: Correction) -> dict[str, Any]:
    return {
        "employee": one.employee,
        "metric": METRIC_NAMES[one.metric],
        "day": one.day,
        "before": shown(one.metric, one.before),
        "after": shown(one.metric, one.after),
    }
