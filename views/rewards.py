"""Rewards in people's hands: the fulfilment list, handing over, signing, and the payroll's file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from adapters import clock
from adapters.workbook import Cell, workbook
from forms.fields import choices
from forms.rewards import HandoverForm, SignatureForm, UndoingForm
from models import fulfilment, scheme
from models.base import db
from models.decisions import Decision
from models.fulfilment import OPEN, Listed, Owed
from models.nominations import Nomination
from models.scheme import Award
from operations import rewards as operations
from views.addresses import address, key
from views.downloads import csv_file
from views.filters import local
from views.guards import colleague, holds
from views.loading import new_request_key, nomination_or_404
from words.labels import label
from words.periods import period
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty, RewardState

bp = Blueprint("rewards", __name__)

manager = holds(Duty.SCHEME_MANAGER)
ALL, KEY_AT_MOST = "all", 64
ONE = "/manage/rewards/<number>/<int(max=999):line>/<int:person_id>"


@bp.get("/manage/rewards")
@manager
def index() -> str:
    """Who gets what, how far it is, and the money of each cycle."""
    wanted = request.args.get("state") or ""
    states = frozenset(RewardState) if wanted == ALL else OPEN
    if wanted in {state.value for state in RewardState}:
        states = frozenset({RewardState(wanted)})
    asked = fulfilment.Asked(*_chosen(), managed=_managed())
    page = fulfilment.listed(asked, states, clock.now(), newer=key("newer"), older=key("older"))
    keys = fulfilment.cycles()
    names = {award.key: local(award.names) for award in _awards()}
    return render_template(
        "rewards/index.html",
        page=page,
        newer=address("rewards.index", {**_filters(), "newer": page.newer}) if page.newer else None,
        older=address("rewards.index", {**_filters(), "older": page.older}) if page.older else None,
        awards=[(key, names[key]) for key in dict.fromkeys(award for award, _cycle in keys)],
        cycles=[(key, period(key)) for key in dict.fromkeys(cycle for _award, cycle in keys)],
        states=[(state.value, label(state)) for state in RewardState] + [(ALL, _("All"))],
        asked={name: request.args.get(name, "") for name in ("award", "cycle", "state")},
        file=lambda kind: address("rewards.export", {"kind": kind, **_filters()}),
        currency=scheme.scheme().currency,
        waiting=_waiting(page, states),
    )


@bp.get("/manage/rewards.<any(csv, xlsx):kind>")
@manager
def export(kind: str) -> Response:
    """The list as payroll takes it: money and gifts with their receiver's number."""
    head = [
        _("Employee number"), _("Name"), _("Case number"), _("Award"), _("Cycle"), _("Kind"),
        _("Reward"), _("Amount"), _("Currency"), _("State"), _("Awarded on"), _("Handed over on"),
        _("Signed for on"),
    ]  # fmt: skip
    lines = list(_lines(_asked()))
    if kind == "csv":
        return csv_file("rewards.csv", [head, *([_text(cell) for cell in line] for line in lines)])
    data = workbook(_("Rewards"), head, lines)
    return send_file(io.BytesIO(data), as_attachment=True, download_name="rewards.xlsx")


@bp.route(
    "/manage/rewards/<number>/<int(max=999):line>/<int:person_id>",
    methods=["GET", "POST"],
)
@manager
def hand_over(number: str, line: int, person_id: int) -> ResponseReturnValue:
    """Hand one reward over, or note that it was signed for elsewhere."""
    nomination = nomination_or_404(number)
    owed = _one(nomination, line, person_id)
    signing = owed.handover is not None
    form = SignatureForm() if signing else HandoverForm(data={"receiver": str(person_id)})
    if isinstance(form, HandoverForm):
        form.receiver.choices = choices((str(each.id), each.name) for each in owed.winners)
    refused = None
    if form.validate_on_submit():
        try:
            _carry_out(number, line, owed, form)
        except Refused as error:
            refused = error
        else:
            flash(_("It is on record."), "success")
            return redirect(address("rewards.index", _filters()), code=303)
    elif request.method == "GET":
        form.request_key.data = new_request_key()
    elif form.request_key.errors:
        abort(400)
    page = _hand_over_page(owed, form, refused=refused)
    return page, 422 if request.method == "POST" else 200


@bp.post("/manage/rewards/<number>/undo/<int:handover>")
@manager
def undo(number: str, handover: int) -> ResponseReturnValue:
    """Take back a hand-over that was recorded by mistake."""
    nomination, form, refused = nomination_or_404(number), UndoingForm(), None
    found = fulfilment.of_case(nomination, clock.now())
    owed = next((o for o in found if o.handover and o.handover.ledger_seq == handover), None)
    if owed is None:
        abort(404)
    if form.validate_on_submit():
        try:
            operations.undo(
                person_id=current_user.id,
                number=number,
                handover_seq=handover,
                reason=form.reason.data or "",
            )
        except Refused as error:
            refused = error
        else:
            flash(_("The hand-over is undone. The reward is owed again."), "success")
            return redirect(url_for("rewards.index"), code=303)
    return _hand_over_page(owed, SignatureForm(formdata=None), undoing=form, refused=refused), 422


@bp.post("/cases/<number>/rewards/<int:handover>")
@colleague
def sign(number: str, handover: int) -> ResponseReturnValue:
    """The receiver's signature: one click on the page of the case."""
    nomination_or_404(number)
    key = request.form.get("request_key", "")
    if len(key) > KEY_AT_MOST or "\x00" in key:
        abort(400)
    try:
        operations.sign(
            person_id=current_user.id, number=number, handover_seq=handover, key=key or None
        )
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    else:
        flash(_("Thank you: you have signed for it."), "success")
    return redirect(url_for("cases.show", number=number, _anchor="rewards"), code=303)


def of_case(nomination: Nomination, award: Decision) -> list[Owed]:
    """What the case's award brought, as far as it is the reader's or they hand it over."""
    found = fulfilment.of_awards([award], clock.now())
    if Duty.SCHEME_MANAGER in current_user.duties(clock.now(), nomination.award_id):
        return found
    return [owed for owed in found if current_user.id in {each.id for each in owed.winners}]


def waits_for_the_reader(owed: Owed) -> bool:
    """Whether it is in the reader's hands and not signed for yet."""
    handed = owed.state is RewardState.HANDED_OVER and owed.handover
    return bool(handed and handed.receiver_id == current_user.id)


def _hand_over_page(
    owed: Owed,
    form: HandoverForm | SignatureForm,
    *,
    undoing: UndoingForm | None = None,
    refused: Refused | None = None,
) -> str:
    receipt = owed.handover.receipt if owed.handover else None
    return render_template(
        "rewards/hand_over.html",
        owed=owed,
        form=form,
        signing=owed.handover is not None,
        signed=receipt is not None,
        may_undo=owed.handover and not owed.handover.is_signed_by_receiver,
        undoing=undoing or UndoingForm(formdata=None),
        refused=sentence(refused) if refused else None,
        currency=scheme.scheme().currency,
        back=url_for("rewards.index"),
    )


def _carry_out(number: str, line: int, owed: Owed, form: HandoverForm | SignatureForm) -> None:
    common = {"person_id": current_user.id, "number": number, "note": form.note.data or ""}
    key = form.request_key.data or None
    if isinstance(form, HandoverForm):
        receiver = int(form.receiver.data)
        operations.hand_over(**common, position=line, receiver_id=receiver, key=key)
    elif owed.handover is not None:
        operations.sign(**common, handover_seq=owed.handover.ledger_seq, key=key)


def _one(nomination: Nomination, line: int, person_id: int) -> Owed:
    found = fulfilment.of_case(nomination, clock.now())
    of_them = (owed for owed in found if person_id in {each.id for each in owed.winners})
    return next((owed for owed in of_them if owed.position == line), None) or abort(404)


def _asked() -> list[Owed]:
    """The rewards of the award and cycle asked for, of awards that the reader manages."""
    mine = _managed()
    found = fulfilment.of_cycles(*_chosen(), clock.now())
    return [owed for owed in found if owed.nomination.award_id in mine]


def _waiting(page: Listed, states: frozenset[RewardState]) -> int | None:
    """How many are to be handed over or signed for, where one page tells of all of them."""
    if not (page.is_whole and states >= OPEN):
        return None
    return sum(owed.state in OPEN for owed in page.owed)


def _chosen() -> tuple[str, str]:
    return request.args.get("award", ""), request.args.get("cycle", "")


def _managed() -> frozenset[int]:
    now = clock.now()
    return frozenset(
        award.id for award in _awards() if Duty.SCHEME_MANAGER in current_user.duties(now, award.id)
    )


def _awards() -> list[Award]:
    return list(db.session.scalars(select(Award)))


def _filters() -> dict[str, str]:
    return {
        name: request.args[name] for name in ("award", "cycle", "state") if request.args.get(name)
    }


def _lines(found: list[Owed]) -> Iterator[list[Cell]]:
    currency = scheme.scheme().currency
    for owed in found:
        case, handover = owed.nomination, owed.handover
        people = [handover.receiver] if handover else list(owed.winners)
        yield [
            " ".join(each.employee_number for each in people),
            _(", ").join(each.name for each in people),
            case.number,
            local(case.award.names),
            case.cycle.key,
            str(label(owed.line.kind)),
            local(dict(owed.line.names)),
            owed.cost,
            currency,
            str(label(owed.state)),
            scheme.day_at(owed.awarded_at),
            scheme.day_at(handover.at) if handover else None,
            scheme.day_at(handover.receipt.at) if handover and handover.receipt else None,
        ]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.2f}" if isinstance(cell, Decimal) else str(cell)
