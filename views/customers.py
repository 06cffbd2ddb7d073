"""The directory of customers: files of it, and who looked at whose details. No page lists them."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from adapters import clock
from adapters.customers_file import COLUMNS, HEADINGS, Reading
from forms.customers import CustomersFileForm
from models import customers as stored
from models import results, retention, scheme
from models.customers import CustomerLook
from models.paging import page
from models.results import Import
from operations import directory as operations
from views import imported, language
from views.addresses import key
from views.downloads import csv_file
from views.guards import holds
from views.sealing import sealer
from words.refusals import sentence
from workflow.vocabulary import Duty

bp = Blueprint("customers", __name__, url_prefix="/manage/customers")


@bp.route("", methods=["GET", "POST"])
@holds(Duty.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Take a file in, to look at what it would change; how many customers are kept."""
    form = CustomersFileForm()
    if import_id := imported.begun(form, _received):
        return redirect(url_for("customers.show", import_id=import_id), code=303)
    body = render_template(
        "customers/index.html",
        form=form,
        tally=stored.tally(scheme.day_at(clock.now())),
        columns=imported.columns(HEADINGS, COLUMNS, SAID),
        page=page(
            results.imports(operations.KIND),
            Import.id,
            before=key("before"),
            after=key("after"),
            descending=True,
        ),
        titles=imported.TITLES,
    )
    return body, 422 if form.errors else 200


@bp.get("/looks")
@holds(Duty.SCHEME_MANAGER)
def looks() -> str:
    """Who looked at contact details, for which case and when."""
    return render_template(
        "customers/looks.html",
        tally=retention.words_tally(),
        days=scheme.scheme().words_kept_days,
        page=page(
            stored.looks(),
            CustomerLook.id,
            before=key("before"),
            after=key("after"),
            descending=True,
        ),
    )


@bp.get("/template.csv")
@holds(Duty.ADMINISTRATOR)
def template() -> Response:
    """A file with nothing but the headings, in the reader's script."""
    return csv_file("customers.csv", [HEADINGS[language.current()]])


@bp.get("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def show(import_id: int) -> ResponseReturnValue:
    """What a file would change, what became of it, or where it is wrong: never whom it names."""
    row = imported.row_or_404(import_id, operations.KIND)
    row, counts, fault = imported.looked_at(
        row, lambda: operations.preview(_reading(row), sealer())
    )
    body = render_template(
        "results/imported.html",
        **imported.told(row, counts),
        preview=None,
        fault=sentence(fault) if fault else None,
        corrections=[],
        area="customers",
    )
    return body, imported.headers(row)


@bp.post("/<int:import_id>")
@holds(Duty.ADMINISTRATOR)
def apply(import_id: int) -> ResponseReturnValue:
    """Apply a file that was looked at."""
    row = imported.row_or_404(import_id, operations.KIND)

    def act() -> None:
        operations.apply(import_id=import_id, reading=_reading(row), sealer=sealer())

    imported.apply(row, act)
    return redirect(url_for("customers.show", import_id=import_id), code=303)


@bp.get("/<int:import_id>/mistakes.csv")
@holds(Duty.ADMINISTRATOR)
def mistakes(import_id: int) -> Response:
    """Where a refused file is wrong."""
    return imported.mistakes_file(imported.row_or_404(import_id, operations.KIND))


def _received(data: bytes, filename: str) -> int:
    """Read the file, and keep it sealed until it is applied; raises Refused."""
    reading = operations.read(data, filename)
    return imported.receive(
        operations.KIND,
        operations.staged(data, sealer()),
        filename,
        {},
        reading.rows,
        lambda: operations.preview(reading, sealer()),
    )


def _reading(row: Import) -> Reading:
    data = operations.unstaged(imported.uploads().read(row.sha256), sealer())
    return operations.read(data, row.filename)


SAID = {
    "customer_number": _l("Required. It tells customers apart, and never changes."),
    "language": _l("Required: en, zh_Hans or zh_Hant. In it the customer is asked."),
    "consent": _l("Required: yes or no. Whether the customer agreed to be asked."),
    "keep_until": _l("Required: the last day on which the data are kept."),
    "name": _l("Sealed."),
    "email": _l("Sealed."),
    "phone": _l("Sealed."),
    "do_not_contact": _l("Yes or no; blank leaves it as it is."),
    "references": _l(
        "The customer's call, ticket and order numbers, separated by semicolons. They lead from "
        "a case's evidence to the customer, and only a keyed digest of each is kept to find it by."
    ),
}
