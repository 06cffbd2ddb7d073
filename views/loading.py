"""Cases as an entrance meets them: loaded and authorised in one step, and the answers for acts.

`NotVisible`, `KeyReused` and `Stale` have one page each for all views; `Refused` does not: the
view that showed the form shows it again with the sentence.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound

from adapters import clock
from models import casework, contacts, reviews
from models.base import db
from models.nominations import Claim, Finding, Nomination, visible_to
from models.reviews import RuleReading
from models.surveys import SecondContact, second_contact_of
from models.worklists import SINGLY
from operations.casework import KeyReused, NotVisible, Request, Stale
from views import typed
from workflow import conflicts
from workflow.case import Actor, Case
from workflow.pathway import Offer, may_work, open_moves
from workflow.refusal import Refused
from workflow.vocabulary import JUDGE, JUDGING, Role, Stage

KEY_AT_MOST = 64
Seen = TypeVar("Seen")


def init_app(app: Flask) -> None:
    app.register_error_handler(NotVisible, lambda error: app.handle_http_exception(NotFound()))
    app.register_error_handler(KeyReused, _key_reused)
    app.register_error_handler(Stale, _stale)


def nomination_or_404(number: str) -> Nomination:
    """The case with its claims and evidence, if the reader may see it whole; else 404."""
    return seen_whole(number) or abort(404)


def seen_whole(number: str) -> Nomination | None:
    """The case with its claims and evidence, if the reader may see it whole."""
    found = db.session.scalars(
        select(Nomination)
        .where(Nomination.number == number, visible_to(current_user, clock.now()))
        .options(
            joinedload(Nomination.award),
            joinedload(Nomination.cycle),
            joinedload(Nomination.tier),
            joinedload(Nomination.team),
            joinedload(Nomination.nominator),
            joinedload(Nomination.nominees),
            selectinload(Nomination.claims).options(
                joinedload(Claim.evidence),
                joinedload(Claim.findings).options(
                    joinedload(Finding.note), joinedload(Finding.reference)
                ),
            ),
        )
    )
    return found.unique().one_or_none()


def snapshot(nomination: Nomination) -> Case:
    """The case as the rules see it; a page that changes nothing looks once."""
    return _once("cases_seen", nomination, lambda: casework.snapshot(nomination, rule_readings))


def rule_readings(nomination: Nomination) -> list[RuleReading]:
    """What the policy rules say of the case; a page that changes nothing looks once."""
    return _once("rules_read", nomination, lambda: reviews.rule_readings(nomination))


def second_contact(nomination: Nomination) -> SecondContact | None:
    """When the customer is to be asked again; a page that changes nothing looks once."""
    return _once("second_contacts", nomination, lambda: second_contact_of(nomination))


def _once(name: str, nomination: Nomination, look: Callable[[], Seen]) -> Seen:
    if request.method != "GET":
        return look()
    seen: dict[int, Seen] = g.setdefault(name, {})
    if nomination.id not in seen:
        seen[nomination.id] = look()
    return seen[nomination.id]


def actor(nomination: Nomination) -> Actor:
    """The reader as the rules see them on this case."""
    me: Actor = current_user.actor(clock.now(), nomination.award_id)
    return me


def offers(nomination: Nomination) -> list[Offer]:
    """What the reader's roles let them do here, each with the reason if it is closed."""
    return open_moves(nomination.pathway, snapshot(nomination), actor(nomination), clock.now())


def work_refusal(nomination: Nomination, stage: Stage) -> Refused | None:
    """Why the reader may not do this stage's work here; None when they may."""
    case, me, now = snapshot(nomination), actor(nomination), clock.now()
    if stage is Stage.EXTERNAL_AUDIT:  # a second contact may be due when the case has gone on
        return contacts.refusal(nomination, second_contact(nomination), case, me, now)
    return may_work(case, me, now, stage, JUDGE[stage])


def may_step_aside(nomination: Nomination) -> bool:
    """Whether the case's stage asks for the reader's duty and nothing bars them yet."""
    me, duty = actor(nomination), JUDGING.get(nomination.stage)
    if nomination.stage not in SINGLY or duty not in me.duties or me.person is None:
        return False
    return conflicts.relation(snapshot(nomination), me.person) is None


def new_request_key() -> str:
    """A key for the form of a page: the same form sent twice is one act."""
    return str(uuid.uuid4())


def sent_request() -> Request:
    """The version and the request key that a deciding form carries; 400 without a version."""
    version = request.form.get("version", type=int)
    key = request.form.get("request_key") or None
    if version is None or len(key or "") > KEY_AT_MOST or "\x00" in (key or ""):
        abort(400)
    return Request(version, key)


def _key_reused(error: KeyReused) -> ResponseReturnValue:
    sentence = _("This form was already sent with another answer. Open the case again.")
    page = render_template(
        "cases/unsent.html", sentence=sentence, typed=typed.texts(typed.of_request())
    )
    return page, 400


def _stale(error: Stale) -> ResponseReturnValue:
    """Say who decided what and when, and give back what was typed."""
    nomination = db.session.scalar(
        select(Nomination).where(
            Nomination.number == error.number, visible_to(current_user, clock.now())
        )
    )
    page = render_template(
        "cases/stale.html",
        number=error.number,
        nomination=nomination,
        decision=error.decision,
        role=Role(error.decision.role) if error.decision else None,
        typed=typed.texts(typed.of_request()),
    )
    return page, 409
