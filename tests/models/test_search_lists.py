"""The words of the search tell what was put in, whatever comes and goes, on both databases."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from models.base import db, table
from models.search import gram_index, postings
from models.search.records import PublicRecord
from workflow.publication import PublicKind

CHANCES = {"always": 1.0, "often": 0.5, "seldom": 0.1, "once": 0.03, "never": 0.0}
SIDES = ("left", "right")  # few have both: many keys of either are tried in vain
KEYS = range(1, 500)


def test_what_is_asked_is_found_in_order_whatever_comes_and_goes(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "PART", 3)
    chance = random.Random(5)
    held: dict[int, set[str]] = {}
    with db.engine.begin() as connection:
        for _turn in range(30):
            keys = chance.sample([key for key in KEYS if key not in held], 9)
            new = {
                key: {word for word, p in CHANCES.items() if chance.random() < p} for key in keys
            }
            connection.execute(insert(table(PublicRecord)), [_row(key) for key in new])
            gram_index.put(connection, new)
            held |= new
            gone = {key: held.pop(key) for key in chance.sample(sorted(held), 2)}
            gram_index.remove(connection, gone)
            connection.execute(delete(PublicRecord).where(PublicRecord.key.in_(gone)))
        for _turn in range(150):
            asked = set(chance.sample([*CHANCES, *SIDES], chance.randrange(4)))
            edge, up = chance.choice(KEYS), chance.random() < 0.5
            fitting = [key for key in sorted(held) if asked <= held[key]]
            behind = [key for key in fitting if (key > edge if up else key < edge)]
            walked = gram_index.walk(
                connection,
                asked,
                below=None if up else edge,
                above=edge if up else None,
                at_once=chance.choice((1, 5, 21)),
            )
            with closing(walked):
                found = [row.key for row in islice(walked, 60)]
            assert found == (behind if up else behind[::-1])[:60], (asked, edge, up)


def _words(chance: random.Random) -> set[str]:
    found = {word for word, likely in CHANCES.items() if chance.random() < likely}
    return found | ({*SIDES} if chance.random() < 0.02 else {chance.choice(SIDES)})


def _row(key: int) -> dict[str, object]:
    """A record of which only the key matters."""
    return {
        "key": key, "kind": PublicKind.CASE, "subject": str(key), "title": "", "called": "",
        "text": "", "teams": [], "shown": {}, "at": datetime(2026, 3, 1, tzinfo=UTC),
        "award": None, "cycle": None, "outcome": None,
    }  # fmt: skip
