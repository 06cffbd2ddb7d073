"""For scheme managers: how auditors decide, who nominates whom, whose words recur."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from adapters import charts, clock
from adapters.charts import Bar, Drawing, Row
from models import fairness_signs as signs
from models import scheme
from models.base import db
from models.fairness_signs import Auditor
from models.scheme import Award
from views.filters import local
from views.guards import holds
from words import fairness as words
from words.labels import label
from workflow import acquaintance
from workflow.vocabulary import AUDITS, Duty

bp = Blueprint("fairness_signs", __name__, url_prefix="/manage/fairness")

BACK = timedelta(days=365)


@bp.get("/")
@holds(Duty.SCHEME_MANAGER)
def index() -> str:
    """The signs of the last year, of every award that the reader manages or of one."""
    awards = _managed()
    chosen = request.args.get("award") or ""
    ids = [award.id for award in awards if chosen in ("", award.key)]
    if not ids:
        abort(404)
    since = clock.now() - BACK
    auditors = signs.auditors(ids, since)
    nominations = signs.nominations(ids, since)
    rings = acquaintance.rings(nominations)
    pairs = acquaintance.repeated(nominations, signs.team_sizes())
    people = {each.person_id for each in auditors}
    people |= {person for ring in (*rings.pairs, *rings.threes) for person in ring}
    people |= {person for pair in pairs for person in (pair.by, pair.who)}
    names = signs.names(people)
    return render_template(
        "fairness/signs.html",
        awards=[(award.key, local(award.names)) for award in awards],
        chosen=chosen,
        stages=_stages(auditors, names),
        rings=rings,
        pairs=pairs,
        copies=signs.copies(ids, since),
        nominations=len(nominations),
        names=names,
        words=words,
    )


def _managed() -> list[Award]:
    """The awards that the reader manages now."""
    at = clock.now()
    awards = db.session.scalars(scheme.catalogue())
    return [a for a in awards if Duty.SCHEME_MANAGER in current_user.duties(at, a.id)]


def _stages(
    auditors: Collection[Auditor], names: dict[int, str]
) -> list[tuple[str, list[Auditor], Drawing]]:
    """Each audit with those who decided there, and their approvals drawn."""
    return [
        (str(label(stage)), mine, _chart(str(label(stage)), mine, names))
        for stage in AUDITS
        if (mine := [each for each in auditors if each.stage is stage])
    ]


def _chart(stage: str, auditors: list[Auditor], names: dict[int, str]) -> Drawing:
    approved, decided = (
        sum(getattr(each, what) for each in auditors) for what in ("approved", "decided")
    )
    rows = []
    for each in auditors:
        rate = each.rate
        ends = (rate.low, rate.high) if rate else (None, None)
        share = each.approved / each.decided
        rows.append(
            Row(
                names[each.person_id],
                (Bar(share, words.share(each.approved, each.decided), *ends),),
            )
        )
    return charts.bars(
        _("%(stage)s: share of decisions that approved", stage=stage),
        rows,
        share=True,
        top=1,
        mean=approved / decided,
    )
