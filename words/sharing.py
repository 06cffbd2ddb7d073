"""What the picture of one award says, and what is said in its place to who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from words.certificates import SEALS, language_of
from words.metrics import METRIC_NAMES
from words.periods import period
from workflow.vocabulary import Language

CITED = 110  # letters of the title: two lines
Names = Mapping[str, str]


@dataclass(frozen=True)
class Won:
    """One award to one colleague; `with_team` where the whole team won, `metric` by numbers."""

    name: str
    team: str | None
    with_team: str | None
    organisation: Names
    award: Names
    cycle: str
    tier: Names | None
    metal: str
    title: str
    metric: str | None
    score: Decimal | None


def picture_texts(won: Won, language: Language) -> dict[str, Any]:
    """Every text of the picture, as its template names them, in the reader's language."""
    said = _said_of(won)
    cited = said if len(said) <= CITED else f"{said[:CITED].rstrip()}…"
    with_team = _("as a member of the team %(team)s", team=won.with_team) if won.with_team else ""
    return {
        "language": language.value,
        "title": alternative(won, language),
        "heading": _("Honour roll"),
        "organisation": _in(language, won.organisation),
        "name": won.name,
        "team": with_team or won.team or "",
        "award": _in(language, won.award),
        "tier": _in(language, won.tier) if won.tier else "",
        "metal": won.metal,
        "citation": cited,
        "citation_language": language_of(cited, language),
        "cycle": period(won.cycle),
        "seal": SEALS[language],
        "seal_alt": _("Seal of the honour roll"),
    }


def alternative(won: Won, language: Language) -> str:
    """The picture in words."""
    award, cycle = _in(language, won.award), period(won.cycle)
    if won.tier is None:
        return _(
            "%(name)s has won the %(award)s for %(cycle)s.",
            name=won.name,
            award=award,
            cycle=cycle,
        )
    return _(
        "%(name)s has won the %(award)s for %(cycle)s: %(tier)s.",
        name=won.name,
        award=award,
        cycle=cycle,
        tier=_in(language, won.tier),
    )


def _said_of(won: Won) -> str:
    """What it was given for; a case by numbers is named after its award and says its figure."""
    if won.metric is not None and won.score is not None:
        metric = METRIC_NAMES[won.metric]
        return _("%(metric)s: %(score)s", metric=metric, score=format_decimal(won.score))
    return won.title


def _in(language: Language, names: Names) -> str:
    return names.get(language) or names.get(Language.EN) or next(iter(names.values()), "")
