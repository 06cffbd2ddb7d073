"""What feedback can be about, as a form offers it and as pages call it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from adapters import clock
from models import scheme
from models.base import db
from models.public_feedback import Aim
from models.scheme import Award, Cycle, PolicyRule
from views.filters import local
from words.periods import period

CYCLES_OFFERED = 24  # those that opened last


def offered() -> Iterator[tuple[str, str]]:
    """Awards, rules in force and cycles, each with the word that a form sends for it."""
    for award in db.session.scalars(scheme.catalogue()):
        yield f"award:{award.key}", _("Award: %(name)s", name=local(award.names))
    for rule in db.session.scalars(select(PolicyRule).where(PolicyRule.active)):
        yield f"rule:{rule.key}", _("Rule: %(name)s", name=local(rule.names))
    begun = (
        select(Cycle)
        .where(Cycle.opens_at <= clock.now())
        .options(joinedload(Cycle.award))
        .order_by(Cycle.opens_at.desc(), Cycle.id)
        .limit(CYCLES_OFFERED)
    )
    for cycle in db.session.scalars(begun):
        name = f"{local(cycle.award.names)} · {period(cycle.key)}"
        yield f"cycle:{cycle.award.key}/{cycle.key}", _("Cycle: %(name)s", name=name)


def chosen(word: str | None) -> dict[str, int]:
    """The row that the word stands for, as the operation takes it; {} for the whole scheme."""
    kind, _colon, key = (word or "").partition(":")
    award, _slash, part = key.partition("/")
    found: Any = None
    if kind == "award":
        found = scheme.award_by_key(key)
    elif kind == "rule":
        found = db.session.scalar(select(PolicyRule).where(PolicyRule.key == key))
    elif kind == "cycle":
        of_award = Cycle.award.has(Award.key == award)
        found = db.session.scalar(select(Cycle).where(of_award, Cycle.key == part))
    return {f"{kind}_id": found.id} if found else {}


def called(aim: Aim) -> str:
    """What it is about, in the reader's words."""
    if aim.rule:
        return local(aim.rule)
    award = local(aim.award) if aim.award else ""
    if aim.cycle:
        return f"{award} · {period(aim.cycle)}"
    return aim.case or award or _("The whole scheme")
