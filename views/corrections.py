"""Correcting one result: find the figure, say what it should be and why; all corrections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import results_file
from forms.corrections import CorrectForm, FigureForm
from forms.fields import add_error
from models import corrections as stored
from models import frozen
from models.base import db
from models.corrections import Corrected
from models.paging import page
from models.people import Person
from models.results import Correction, Result
from operations import corrections as operations
from operations import employees
from operations.casework import NotVisible
from views import loading
from views.addresses import key
from views.guards import holds
from words.explanations import figure
from words.metrics import METRIC_NAMES
from words.refusals import sentence
from workflow.message import plain
from workflow.metrics import METRICS, Kind, Measure
from workflow.refusal import Refused

bp = Blueprint("corrections", __name__, url_prefix="/manage/results")

FIGURES_SHOWN = 10  # of each correction


@dataclass(frozen=True)
class Line:
    """One corrected figure, ready to be shown; None where nothing stands any more."""

    correction: Correction
    person: Person
    metric: Any
    day: date
    before: str | None
    after: str | None
    touched: int = 0  # frozen scores of the person that rest on the figure

    @property
    def employee(self) -> str:
        return self.person.name


@bp.get("/corrections")
@holds(*operations.MAY)
def index() -> str:
    """Who corrected figures, when and why, with the first of the figures of each time."""
    found = page(
        stored.corrections(),
        Correction.id,
        before=key("before"),
        after=key("after"),
        descending=True,
    )
    figures = [each for one in found.rows for each in stored.figures_of(one, FIGURES_SHOWN)]
    by_correction = defaultdict[int, list[Line]](list)
    for line in lines(figures):
        by_correction[line.correction.id].append(line)
    return render_template("results/corrections.html", page=found, figures=by_correction)


@bp.get("/corrections/new")
@holds(*operations.MAY)
def new() -> ResponseReturnValue:
    """Find the figure that is wrong."""
    asked = bool(request.args)
    form = FigureForm.offering(request.args if asked else None, METRIC_NAMES.items())
    if asked and form.validate() and (result := _found(form)):
        return redirect(url_for("corrections.correct", result_id=result.id), code=303)
    return render_template("results/find.html", form=form)


@bp.route("/figures/<int:result_id>", methods=["GET", "POST"])
@holds(*operations.MAY)
def correct(result_id: int) -> ResponseReturnValue:
    """One figure, what it was before, and the form that corrects it."""
    result = db.session.get(Result, result_id) or abort(404)
    form, refused = CorrectForm(data={"events": _events(result)}), None
    if form.validate_on_submit():
        after = _after(form, result)
        if not form.errors:
            try:
                operations.correct(
                    by_id=current_user.id,
                    result_id=result_id,
                    after=after,
                    reason=form.reason.data or "",
                    key=loading.sent_request().key,
                )
            except NotVisible:
                abort(404)
            except Refused as said:
                refused = said
            else:
                flash(_("The figure is corrected, and the colleague is told."), "success")
                return redirect(url_for("corrections.index"), code=303)
        result = db.session.get(Result, result_id) or abort(404)
    return _shown(result, form, refused)


def _shown(result: Result, form: CorrectForm, refused: Refused | None) -> ResponseReturnValue:
    now = stored.in_force(result.person_id, result.metric, result.day)
    body = render_template(
        "results/correct.html",
        result=result,
        metric=METRIC_NAMES[result.metric],
        value=shown(result.metric, result.measure),
        weighed=METRICS[result.metric].kind is not Kind.SUM,
        events=_events(result),
        now=now,
        own=result.person_id == current_user.id,
        history=lines(stored.history(result)),
        touched=frozen.resting_on([_place(result)]).total(),
        form=form,
        refused=sentence(refused) if refused else None,
        request_key=loading.new_request_key(),
    )
    return body, 422 if form.errors or refused else 200


def _found(form: FigureForm) -> Result | None:
    """The figure that was asked for; what there is not is said beside its field."""
    name = form.employee.data or ""
    found = employees.find(db.session(), {name: 1}, may_create=False)
    if name not in found.ids:
        add_error(form.employee, _("Nobody, or more than one, is called so. Use the number."))
        return None
    result = stored.in_force(found.ids[name], form.metric.data, form.day.data)
    if result is None:
        add_error(form.metric, _("Nothing is recorded of it on that day."))
    return result


def _after(form: CorrectForm, result: Result) -> Measure | None:
    """The figure that is to count; None: none is, or what was typed is no figure."""
    value, events = form.value.data or None, form.events.data or None
    if form.taken_away.data:
        if value is not None:
            add_error(form.value, _("Either take the figure away or say what it should be."))
        return None
    if value is None:
        add_error(form.value, _("Say what the figure should be."))
        return None
    try:
        return results_file.measure(result.metric, value, events)
    except (ValueError, ArithmeticError):
        add_error(form.value, _("A number from 0 on, such as 42 or 0.95. A share may be 95%%."))
        return None


def _events(result: Result) -> str | None:
    return None if result.denominator is None else plain(result.denominator)


def _place(result: Result) -> tuple[int, str, date]:
    return result.person_id, result.metric, result.day


def lines(found: list[Corrected]) -> list[Line]:
    """Corrected figures as pages show them."""
    touched = frozen.resting_on({(one.person.id, one.metric, one.day) for one in found})
    return [
        Line(
            one.correction,
            one.person,
            METRIC_NAMES[one.metric],
            one.day,
            shown(one.metric, one.before),
            shown(one.metric, one.after),
            touched[one.person.id, one.metric, one.day],
        )
        for one in found
    ]


def shown(metric: str, measure: Measure | None) -> str | None:
    """The figure of one day as people read it."""
    value: Decimal | None = measure.value if measure else None
    return None if value is None else figure(metric, value)
