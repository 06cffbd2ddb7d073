"""Who judges: how the cases are shared out, and handing one over; for scheme managers."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select

from adapters import clock
from forms.fields import choices
from forms.judging import HandOverForm, StepAsideForm
from models import assignments, scheme
from models.base import db
from models.judges import Assignment
from models.nominations import Nomination
from models.paging import page
from models.people import Person
from models.worklists import SINGLY
from operations import judging, routing
from views import loading
from views.addresses import key
from views.casefile import day_counter
from views.guards import colleague, holds
from words.judging import obstacle
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import JUDGING, Duty

bp = Blueprint("judges", __name__)


@bp.get("/manage/judges")
@holds(Duty.SCHEME_MANAGER)
def index() -> str:
    """Who holds how many, what nobody can judge, and every case with its judge."""
    now = clock.now()
    person = db.session.get(Person, key("person") or 0)
    return render_template(
        "judges/index.html",
        stuck=assignments.stuck(now),
        loads=assignments.loads(now),
        person=person,
        page=page(
            assignments.open_assignments(person.id if person else None),
            Assignment.id,
            before=key("before"),
            after=key("after"),
        ),
        days=day_counter(now),
        obstacle=obstacle,
    )


@bp.post("/manage/judges/balance")
@holds(Duty.SCHEME_MANAGER)
def balance() -> ResponseReturnValue:
    """Even out who holds how many."""
    moved = routing.balance(by_id=current_user.id)
    if moved:
        said = ngettext("%(num)s case changed hands.", "%(num)s cases changed hands.", moved)
    else:
        said = _("The cases are shared out as evenly as they can be.")
    flash(said, "success")
    return redirect(url_for("judges.index"), code=303)


@bp.route("/manage/judges/<number>", methods=["GET", "POST"])
@holds(Duty.SCHEME_MANAGER)
def hand_over(number: str) -> ResponseReturnValue:
    """Give a case to a judge by hand."""
    nomination = loading.nomination_or_404(number)
    if nomination.stage not in SINGLY:
        abort(404)
    form, refused = HandOverForm(), None
    may, others = _candidates(nomination)
    holding = [each.person for each in assignments.on(nomination)]
    form.judge.choices = choices([(str(person.id), person.name) for person in may])
    form.instead_of.choices = choices([(str(person.id), person.name) for person in holding])
    if form.validate_on_submit():
        try:
            return _handed_over(number, form, holding)
        except Refused as error:
            refused = sentence(error)
    page = render_template(
        "judges/hand_over.html",
        nomination=nomination,
        form=form,
        refused=refused,
        holding=holding,
        may=may,
        duty=JUDGING[nomination.stage],
        others=others,
        obstacle=obstacle,
        loads={person.id: load for person, load, _away in assignments.loads(clock.now())},
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/cases/<number>/step-aside")
@colleague
def step_aside(number: str) -> ResponseReturnValue:
    """One click: somebody else judges this case from now on."""
    loading.nomination_or_404(number)
    form = StepAsideForm()
    if not form.validate_on_submit():
        flash(" ".join(form.reason.errors), "error")
        return redirect(url_for("cases.show", number=number), code=303)
    try:
        judging.step_aside(
            person_id=current_user.id,
            number=number,
            request=loading.sent_request(),
            reason=form.reason.data or "",
        )
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("cases.show", number=number), code=303)
    flash(
        _("You stepped aside from case %(number)s. It goes to a colleague.", number=number),
        "success",
    )
    return redirect(url_for("work.home"), code=303)


def _candidates(nomination: Nomination) -> tuple[list[Person], list[assignments.Bar]]:
    """Who may be given the case beside those who hold it, the least loaded first; who may not."""
    now, case = clock.now(), loading.snapshot(nomination)
    duty = JUDGING[nomination.stage]
    holders = assignments.holders(duty, nomination.award_id, now, scheme.day_at(now))
    obstacles = {each.person: each.obstacle(case) for each in holders}
    loads = {each.person: each.load for each in holders}
    people = db.session.scalars(select(Person).where(Person.id.in_(obstacles)).order_by(Person.id))
    may, others = [], []
    for person in people:
        why = obstacles[person.id]
        if why is not None:
            others.append(assignments.Bar(person, why))
        elif person.id not in case.assigned:
            may.append(person)
    return sorted(may, key=lambda person: loads[person.id]), others


def _handed_over(number: str, form: HandOverForm, holding: list[Person]) -> ResponseReturnValue:
    chosen = db.session.get(Person, int(form.judge.data)) or abort(404)
    only = holding[0].id if len(holding) == 1 else None
    name = chosen.name
    judging.hand_over(
        by_id=current_user.id,
        number=number,
        person_id=chosen.id,
        request=loading.sent_request(),
        instead_of=int(form.instead_of.data) if form.instead_of.data else only,
    )
    flash(
        _("Case %(number)s is in the hands of %(name)s now.", number=number, name=name), "success"
    )
    return redirect(url_for("judges.index"), code=303)
