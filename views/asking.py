"""What an address asks the archive: words, filters, order and place; and the way back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for

from adapters.folding import folding
from models.base import db
from models.people import Team
from models.scheme import Names
from models.search.query import OUTCOMES, Asked, Place, Search, asked_of
from views import addresses
from views.filters import local
from words.labels import label
from words.periods import period
from words.publication import KINDS

PLACE = re.compile(r"([tr]?)(\d{0,18})")  # among the titles, or behind them
GIVEN = ("q", "kind", "award", "cycle", "outcome", "team", "order", "older", "newer")


def asked(told: Mapping[str, str] | None = None) -> Asked:
    """What this address, or these values, ask for."""
    return asked_of(request.args if told is None else told)


def typed() -> str:
    """The words as they were typed; `Asked.text` is what is looked for."""
    return request.args.get("q", "")


def is_cut(wanted: Asked) -> bool:
    """Whether not all that was typed is looked for."""
    return len(" ".join(typed().split())) > len(wanted.text)


def search(wanted: Asked) -> Search:
    return Search.of(wanted, folding())


def place(wanted: Asked) -> Place:
    """The place in the list that this address asks for."""
    older, newer = (PLACE.fullmatch(request.args.get(name, "")) for name in ("older", "newer"))
    if older and older[0] and wanted.best:
        return Place(below=_key(older), part=int(older[1] != "t"))
    if older and older[2]:
        return Place(below=_key(older))
    return Place(above=_key(newer)) if newer and newer[2] else Place()


def address(wanted: Asked, at: Place | None = None) -> str:
    return addresses.address("archive.index", given(wanted, at))


def address_of(endpoint: str, wanted: Asked, **given_besides: Any) -> str:
    """Where else the same is answered: as a file, as a feed."""
    return url_for(endpoint, **given(wanted), **given_besides)


def query_of(wanted: Asked, at: Place | None = None) -> str:
    """The same as a query string."""
    return urlencode({name: value for name, value in given(wanted, at).items() if value})


def given(wanted: Asked, at: Place | None = None) -> dict[str, Any]:
    """What an address says for this question and place."""
    values = asdict(wanted)
    told: dict[str, Any] = {"q": values.pop("text")}
    best = values.pop("best")
    told |= {name: value for name, value in values.items() if value is not None}
    if best:
        told["order"] = "best"
    if at is not None and at.above is not None:
        told["newer"] = str(at.above)
    elif at is not None and (at.below is not None or at.part):
        part = ("t", "r")[at.part] if best else ""
        told["older"] = part + ("" if at.below is None else str(at.below))
    return {name: value for name, value in told.items() if value not in (None, "")}


def back() -> str:
    """The address of the search that the reader came from; of the whole archive otherwise."""
    told = parse_qsl(request.args.get("back", "")[:1000])
    known = {name: value for name, value in told if name in GIVEN}
    return addresses.address("archive.index", known)


def filters(wanted: Asked, awards: Mapping[str, Names]) -> list[tuple[str, str]]:
    """Each filter in force as a word, with the address of the list without it."""
    return [(word, address(_without(wanted, name))) for name, word in in_words(wanted, awards)]


def in_words(wanted: Asked, awards: Mapping[str, Names]) -> list[tuple[str, str]]:
    """What is asked for, each part under its name in the reader's words."""
    team = db.session.get(Team, wanted.team) if wanted.team else None
    outcome = next((each for each in OUTCOMES if each == wanted.outcome), None)
    told = {
        "text": wanted.text,
        "kind": str(KINDS[wanted.kind]) if wanted.kind else "",
        "award": _called(wanted.award, awards) if wanted.award else "",
        "cycle": period(wanted.cycle) if wanted.cycle else "",
        "outcome": str(label(outcome)) if outcome else "",
        "team": (team.name if team else str(wanted.team)) if wanted.team else "",
    }
    return [(name, word) for name, word in told.items() if word]


def _called(award: str, awards: Mapping[str, Names]) -> str:
    return local(awards[award]) if award in awards else award


def _without(wanted: Asked, name: str) -> Asked:
    nothing: dict[str, Any] = {name: "" if name == "text" else None}
    return replace(wanted, **nothing)


def _key(found: re.Match[str]) -> int | None:
    return int(found[2]) if found[2] else None
