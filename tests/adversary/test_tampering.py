"""Whatever somebody with access to the database changes in what was decided, it shows."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import invariants
from models.base import db
from models.damage import recorded
from operations.verification import Verification
from tests.fixtures.figures import Tell

TURNS = [pytest.param(1, id="short"), pytest.param(6, id="full", marks=pytest.mark.prove)]
SHORT, FEW = 20, 6  # of each so many columns, or tables, the short turn changes one
# When a reply should have come: kept beside the act, and no part of it.
BESIDE = frozenset({("feedback", "due_at")})
# Acts that the demo does not tell of: nothing is broken into there, so each needs its reason.
UNTOLD = {
    "epoch": "the ledger of the demo never went on from an older copy",
    "witness_dismissal": "the witness of the demo is in office",
    "tier_approval": "the committee of the demo has one member, who decides the list at once",
    "display_link": "no screen hangs in the hall of the demo",
    "display_withdrawal": "no screen hangs in the hall of the demo",
    "handover": "the rewards of the demo are not handed over yet",
    "feed_renewal": "nobody in the demo has lost a feed address",
    "handover_undoing": "the rewards of the demo are not handed over yet",
    "reward_receipt": "the rewards of the demo are not handed over yet",
    "tribute_approval": "the letters and citations of the demo are still to be written",
}
Row = tuple[str, str, int]  # table, its key, the row's


class Vault:
    """The demo's database, broken into and mended again."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.file: Path = app.config["SETTINGS"].data_dir / "plaudit.db"
        self.kept = self.file.with_name("kept.db")
        self._disconnect()
        shutil.copy(self.file, self.kept)
        tables = [kind.__tablename__ for kind in recorded().values()]
        self.tables = dict.fromkeys(tables, "ledger_seq")
        self.tables |= {"ledger_entry": "seq", "wording": "id", "ledger_head": "id"}

    def shows(self, *statements: tuple[str, tuple[Any, ...]]) -> bool:
        """Whether `ledger verify` or `check` finds that this was done; then mends it."""
        try:
            self._run(statements)
        except sqlite3.IntegrityError:
            return True  # the database itself knows better
        try:
            with self.app.app_context():
                reading = Verification()
                reading.begin()
                found = next(iter(reading.faults()), None)
                return found is not None or bool(invariants.broken())
        finally:
            self._disconnect()
            shutil.copy(self.kept, self.file)

    def _run(self, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        connection = sqlite3.connect(self.file)
        try:
            changed = sum(connection.execute(*statement).rowcount for statement in statements)
            connection.commit()
        finally:
            connection.close()
        assert changed > 0, statements

    def rows(self, table: str) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.kept)
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        connection.close()
        return found

    def _disconnect(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def vault(demo_copy: Flask) -> Vault:
    return Vault(demo_copy)


@pytest.mark.parametrize("turns", TURNS)
def test_a_changed_column_of_any_act_entry_or_text_shows(
    vault: Vault, turns: int, tell: Tell
) -> None:
    draw, hidden, tried = random.Random(turns), [], 0
    for table, key in vault.tables.items():
        rows = vault.rows(table)
        for column in rows[0] if rows else ():
            if column == "id" or (table, column) in BESIDE:
                continue  # an id that nobody refers to means nothing
            if turns == 1 and draw.randrange(SHORT):
                continue
            for row in draw.sample(rows, min(turns, len(rows))):
                other = changed(row[column], draw)
                tried += 1
                update = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
                if not vault.shows((update, (other, row[key]))):
                    hidden.append(f"{table}.{column}: {row[column]!r} to {other!r}")
    tell(f"{tried} changed columns, {tried - len(hidden)} found")
    assert hidden == []


@pytest.mark.parametrize("turns", TURNS)
def test_a_row_that_is_gone_or_has_changed_places_shows(
    vault: Vault, turns: int, tell: Tell
) -> None:
    draw, hidden, tried = random.Random(turns), [], 0
    for table, key in vault.tables.items():
        rows = vault.rows(table)
        if turns == 1 and draw.randrange(FEW):
            continue
        for row in draw.sample(rows, min(turns, len(rows))):
            tried += 1
            if not vault.shows((f"DELETE FROM {table} WHERE {key} = ?", (row[key],))):
                hidden.append(f"{table} {row[key]} deleted")
        for _ in range(turns if len(rows) > 1 else 0):
            one, two = draw.sample(rows, 2)
            tried += 1
            if not vault.shows(*_swapped(table, key, one[key], two[key])):
                hidden.append(f"{table} {one[key]} and {two[key]} swapped")
    tell(f"{tried} rows deleted or swapped, {tried - len(hidden)} found")
    assert hidden == []


def test_the_demo_tells_of_every_act_or_it_is_said_why_not(vault: Vault, tell: Tell) -> None:
    empty = {table for table in vault.tables if not vault.rows(table)}
    tell(f"{len(vault.tables)} tables, without rows: {', '.join(sorted(empty)) or 'none'}")
    assert empty <= UNTOLD.keys()


def changed(value: Any, draw: random.Random) -> Any:
    """Another value of the same kind, as near as can be."""
    if value is None:
        return 1
    if value in (0, 1):
        return 1 - value  # it may stand for yes or no
    if isinstance(value, int):
        return value + draw.choice([1, -1, 10**6])
    if isinstance(value, float):
        return value + 1e-4
    if value == b"":
        return b"\1"
    if isinstance(value, bytes):
        at = draw.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    places = [at for at, character in enumerate(value) if character.isalnum()]
    if not places:
        return f"{value}x"
    at = draw.choice(places)
    alike = "0123456789" if value[at].isdigit() else "abcdefgxyz"
    other = draw.choice([character for character in alike if character != value[at]])
    return value[:at] + other + value[at + 1 :]


def _swapped(table: str, key: str, one: int, two: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    swap = f"UPDATE {table} SET {key} = ? WHERE {key} = ?"
    yield swap, (-1, one)
    yield swap, (one, two)
    yield swap, (two, -1)
