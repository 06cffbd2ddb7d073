"""What the simulator says: what happens to a candidate, and what a variant changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from words.ranking import tie_breaks, weights
from workflow.formula import Formula
from workflow.simulation import Movement

MOVEMENTS: dict[Movement, LazyString] = {
    Movement.IN: _l("comes in"),
    Movement.UP: _l("moves up"),
    Movement.STAYS: _l("stays"),
    Movement.DOWN: _l("moves down"),
    Movement.OUT: _l("drops out"),
}


def movements(counts: Mapping[Movement, int]) -> list[tuple[Movement, str]]:
    """How many move, a sentence for each way that somebody goes."""
    said = {
        Movement.IN: ngettext("%(num)s comes in", "%(num)s come in", counts[Movement.IN]),
        Movement.UP: ngettext("%(num)s moves up", "%(num)s move up", counts[Movement.UP]),
        Movement.DOWN: ngettext("%(num)s moves down", "%(num)s move down", counts[Movement.DOWN]),
        Movement.OUT: ngettext("%(num)s drops out", "%(num)s drop out", counts[Movement.OUT]),
    }
    return [(movement, words) for movement, words in said.items() if counts[movement]]


def changes(laid: Mapping[str, Any], tiers: Mapping[str, str]) -> list[str]:
    """What is other than in the ranking itself, a phrase for each; `tiers` are their names."""
    found = list(_of_tiers(laid.get("tiers", {}), tiers))
    if "budget" in laid:
        budget = laid["budget"]
        found.append(
            _("no budget") if budget is None else _("budget %(amount)s", amount=_number(budget))
        )
    if "formula" in laid:
        parts = [" ".join(each) for each in weights(Formula.of(laid["formula"]))]
        found.append(_("ranked by %(parts)s", parts=" · ".join(parts)))
        full = laid["formula"]["full_score"]
        if Decimal(full) != 100:
            found.append(_("a score of %(full)s is 100 points", full=_number(full)))
    if "tie_breaks" in laid:
        order = " → ".join(tie_breaks(laid["tie_breaks"]))
        found.append(_("ties go by %(order)s", order=order))
    return found


def _of_tiers(laid: Mapping[str, Mapping[str, Any]], tiers: Mapping[str, str]) -> Iterable[str]:
    for key, values in laid.items():
        name = tiers.get(key, key)
        if "quota" in values:
            yield ngettext(
                "%(tier)s: %(num)s place", "%(tier)s: %(num)s places", values["quota"], tier=name
            )
        if "threshold" in values:
            threshold = values["threshold"]
            yield (
                _("%(tier)s: any score", tier=name)
                if threshold is None
                else _("%(tier)s: from %(points)s points", tier=name, points=_number(threshold))
            )


def _number(value: str) -> str:
    shown: str = format_decimal(Decimal(value), format="#,##0.####")
    return shown
