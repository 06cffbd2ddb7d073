"""What a page's own address asks for: filters and places in a list, whatever was typed there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, request, url_for
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**31 - 1  # what both databases hold in a key


class Key(IntegerConverter):
    """A number in a path that can be a row's key; no page has a larger one."""

    def __init__(self, map: Map, **asked: Any) -> None:  # noqa: A002  # Werkzeug's name
        super().__init__(map, **{"max": LARGEST_KEY, **asked})


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = Key


def key(name: str) -> int | None:
    """A number in the query string that can be a row's key; anything else is as good as none."""
    return _key(request.args.get(name, type=int))


def sent_key(name: str) -> int | None:
    """The same of a form: hand-made ones send what no database holds."""
    return _key(request.form.get(name, type=int))


def _key(given: int | None) -> int | None:
    return given if given is not None and 0 < given <= LARGEST_KEY else None


def address(endpoint: str, asked: Mapping[str, Any]) -> str:
    """The page's address with these filters; what is empty is left out."""
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    return url_for(endpoint, **given)
