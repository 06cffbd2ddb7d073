"""Computing a ranking again from its sealed input alone: no database, no product, the same list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from workflow.formula import PLAIN, Formula
from workflow.tiering import Candidate, Ranking, TierSpec, allocate

# Version and algorithm of the inputs that can be read. The first knew no formula: the score alone
# ranked, as it still does unless an award says otherwise.
KNOWN = ((1, "1"), (2, "2"))
Row = dict[str, Any]  # a place as a list states it: rank, case, tier, score, explanation


def reproduce(sealed: Mapping[str, Any]) -> Ranking:
    """The ranking that this input gives; raises ValueError for an input of another algorithm.

    Also of an input that somebody has changed, to see what would be: nothing else is looked at.
    """
    if (sealed.get("v"), sealed.get("algorithm")) not in KNOWN:
        raise ValueError("the input was sealed for another algorithm than the one here")
    return allocate(
        [_candidate(each) for each in sealed["candidates"]],
        [_tier(each) for each in sealed["tiers"]],
        _number(sealed["budget"]),
        tuple(sealed["tie_breaks"]),
        sealed["holders"],
        formula_of(sealed),
    )


def formula_of(sealed: Mapping[str, Any]) -> Formula:
    """The formula by which this input ranks."""
    return Formula.of(sealed["formula"]) if "formula" in sealed else PLAIN


def renewed(sealed: Mapping[str, Any]) -> dict[str, Any]:
    """The same input in today's version: it gives the same ranking, and its formula can be set."""
    formula = formula_of(sealed).record()
    version, algorithm = KNOWN[-1]
    return {**sealed, "v": version, "algorithm": algorithm, "formula": formula}


def rows(sealed: Mapping[str, Any]) -> list[Row]:
    """The list that this input gives, the best first, as plain values."""
    scores = {each["key"]: each["score"] for each in sealed["candidates"]}
    return [
        {
            "rank": place.rank,
            "case": place.key,
            "tier": place.tier,
            "score": scores[place.key],
            "explanation": [told.record() for told in place.explanation],
        }
        for place in reproduce(sealed).places
    ]


def as_list(computed: Sequence[Row]) -> dict[str, Any]:
    """The rows as one value that has canonical bytes."""
    return {"v": 1, "places": list(computed)}


def differences(
    computed: Sequence[Row], stated: Sequence[Row]
) -> list[tuple[Row | None, Row | None]]:
    """Where a stated list is not the computed one: what was computed beside what is stated."""
    length = max(len(computed), len(stated))
    pairs = zip(_filled(computed, length), _filled(stated, length), strict=True)
    return [(mine, theirs) for mine, theirs in pairs if mine != theirs]


def _filled(found: Sequence[Row], length: int) -> list[Row | None]:
    return [*found, *[None] * (length - len(found))]


def _candidate(sealed: Mapping[str, Any]) -> Candidate:
    return Candidate(
        key=sealed["key"],
        nominees=frozenset(sealed["nominees"]),
        score=_number(sealed["score"]),
        perception=_number(sealed["perception"]),
        strength=Decimal(sealed["strength"]),
        submitted_at=datetime.fromisoformat(sealed["submitted_at"]),
    )


def _tier(sealed: Mapping[str, Any]) -> TierSpec:
    return TierSpec(
        sealed["key"], sealed["quota"], _number(sealed["threshold"]), Decimal(sealed["cost"])
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
