"""Whoever reads the whole database, copies it between any two answers and reads the logs, even with
the server's key, links what was answered to people no better than by drawing lots.

Sixty people say sixty different things in an order drawn by lot. Each attack lines the people up by
one channel and the words by another, and pairs them off; by chance one pair of sixty is true. Ten
and more come up once in ten million such pairings, and a few hundred are tried.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from models.base import db
from models.people import Person
from models.questionnaires import BallotBox
from operations.transaction import Transaction, operation
from tests.builders import make_person, make_scheme, make_team
from tests.fixtures.figures import Tell
from tests.fixtures.pages import Client
from tests.questioning import DAYS, opened, round_, sealer, turn
from workflow.ballots import Box
from workflow.vocabulary import Duty, Grouping

PEOPLE, TEAMS, SEED = 60, 4, 20261122
MOST_BY_CHANCE = 9  # true pairs of sixty
WHOLE_COPIES = 6  # of the sixty: the others are of the box and of who has taken part
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)]

Rows = list[dict[str, Any]]
Dump = dict[str, Rows]  # table -> its rows as they lie, with where they lie


@dataclass
class Seen:
    """What the attacker has: copies of the database, log lines, and in the end the box's key."""

    said: dict[int, str]  # the truth, for counting alone
    came: list[int]  # the people in the order in which they answered
    sizes: list[int] = field(default_factory=list)  # of the sealed box after each answer
    taken: list[set[int]] = field(default_factory=list)  # who has taken part after each answer
    differences: list[set[tuple[str, str]]] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)
    opened: dict[str, list[str]] = field(default_factory=dict)  # the box under way, with the key
    while_open: Dump = field(default_factory=dict)
    counted: Dump = field(default_factory=dict)
    files: bytes = b""  # of the database, while the round was open


@pytest.fixture
def seen(app: Flask, client: Client, pass_time: Any, caplog: pytest.LogCaptureFixture) -> Seen:
    """Sixty people answer through the pages; everything is copied on the way."""
    random = Random(SEED)  # a test's own lots
    with app.app_context():
        make_scheme()
        manager = make_person("Zhao Min", duties=(Duty.SCHEME_MANAGER,))
        people = _colleagues([make_team(f"Team {n}") for n in range(TEAMS)])
        round_id = opened(manager, grouped_by=Grouping.TEAM)
    said = {person: _words(random) for person in people}
    found = Seen(said, random.sample(people, PEOPLE))
    whole = set(random.sample(range(PEOPLE), WHOLE_COPIES))
    caplog.set_level(logging.INFO, logger="plaudit.access")
    for number, person in enumerate(found.came):
        client.sign_in(person)
        before = _dump(app) if number in whole else {}
        answers = {
            "q_fair": str(random.randrange(1, 11)),
            "q_clear": random.choice(("excellent", "good", "fair", "poor")),
            "q_why": said[person],
        }
        caplog.clear()
        answered = client.post(f"/questionnaires/{round_id}", data=answers)
        assert answered.status_code == 303
        found.lines += [entry.msg for entry in caplog.records if _is_ours(entry)]
        with app.app_context():
            found.sizes.append(len(db.session.get_one(BallotBox, round_id).sealed))
            found.taken.append(_taken())
        if number in whole:
            found.differences.append(_changed(before, _dump(app)))
    found.while_open, found.files = _dump(app), _files(app)
    with app.app_context():
        box = db.session.get_one(BallotBox, round_id)
        found.opened = Box.of(sealer().open(box.sealed, round_(round_id).bound_to)).words
    pass_time(timedelta(days=DAYS))
    with app.app_context():
        assert turn().counted == 1
    found.counted = _dump(app)
    return found


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_no_channel_links_words_to_people_better_than_chance(seen: Seen, tell: Tell) -> None:
    people = {name: line_up(seen) for name, line_up in PEOPLE_BY.items()}
    words = {name: line_up(seen) for name, line_up in WORDS_BY.items()}
    assert {len(found) for found in words.values()} == {PEOPLE}
    tried = {
        (who, what, way): true_pairs(seen.said, people[who], words[what][::way])
        for who, what, way in product(people, words, (1, -1))
        if people[who]
    }
    most, mean = max(tried, key=tried.__getitem__), sum(tried.values()) / len(tried)
    tell(f"{len(tried)} attacks on 60 answers: {mean:.2f} true pairs each, at most {tried[most]}")
    assert tried[most] <= MOST_BY_CHANCE, most
    _no_trace(seen)


def _no_trace(seen: Seen) -> None:
    """An answer changes who has taken part and the box, and nothing else anywhere."""
    for changed in seen.differences:
        assert changed == {("participation", "round_id,person_id"), ("ballot_box", "sealed")}
    assert len(seen.differences) == WHOLE_COPIES
    assert len(set(seen.sizes)) == 1  # the box is as large for one as for sixty
    assert seen.lines == []  # the log has no line of any answer
    said = [words.encode() for words in seen.said.values()]
    assert not any(words in seen.files for words in said)
    assert not any(words in repr(seen.while_open).encode() for words in said)
    left = {name for name, rows in seen.counted.items() if rows}
    assert not left & {"participation", "ballot_box"}


def test_the_same_attacks_read_a_box_that_keeps_what_comes_in_its_order() -> None:
    came = Random(SEED).sample(range(PEOPLE), PEOPLE)
    seen = Seen({person: f"I am {person}." for person in came}, came)
    seen.taken = [set(came[: number + 1]) for number in range(PEOPLE)]
    rows = list(enumerate(came, start=1))
    judgements = [{"id": n, "wording_id": n, "place": n} for n, _ in rows]
    wordings = [{"id": n, "text": seen.said[person], "place": n} for n, person in rows]
    seen.counted = {"questionnaire_judgement": judgements, "wording": wordings}
    for words in ("as they lie", "judgement id", "judgement place", "wording place"):
        found = true_pairs(seen.said, PEOPLE_BY["copies"](seen), WORDS_BY[words](seen))
        assert found == PEOPLE


def true_pairs(said: dict[int, str], people: Sequence[int], words: Sequence[str]) -> int:
    """How many of the pairs, first with first and so on, are true."""
    return sum(said[person] == told for person, told in zip(people, words, strict=True))


def _by_copies(seen: Seen) -> list[int]:
    """Whoever is new in each copy."""
    before: set[int] = set()
    order: list[int] = []
    for taken in seen.taken:
        order += taken - before
        before = taken
    return order


def _by_growth(seen: Seen) -> list[int]:
    """Whose answer made the box grow most."""
    grown = [after - before for before, after in zip([seen.sizes[0], *seen.sizes], seen.sizes)]  # noqa: B905
    return [person for _, person in sorted(zip(grown, _by_copies(seen), strict=True))]


def _ours(seen: Seen, rows: Iterable[dict[str, Any]], column: str = "person_id") -> list[int]:
    """The sixty in the order of the rows that name them, each once."""
    return list(dict.fromkeys(row[column] for row in rows if row[column] in seen.said))


def _people(table: str, by: str, column: str = "person_id") -> Callable[[Seen], list[int]]:
    """The people in the order of a column of this table, while the round was open."""

    def line_up(seen: Seen) -> list[int]:
        rows = seen.while_open[table]
        if rows and by not in rows[0]:
            return []  # this database does not say
        return _ours(seen, sorted(rows, key=lambda row: row[by]) if by else rows, column)

    return line_up


def _told(by: str) -> Callable[[Seen], list[str]]:
    """The counted words in the order of a column of theirs."""

    def line_up(seen: Seen) -> list[str]:
        wordings = {row["id"]: row for row in seen.counted["wording"]}
        rows = [
            {
                **wordings[row["wording_id"]],
                **row,
                "wording_place": wordings[row["wording_id"]]["place"],
            }
            for row in seen.counted["questionnaire_judgement"]
        ]
        return [row["text"] for row in (sorted(rows, key=lambda row: row[by]) if by else rows)]

    return line_up


PEOPLE_BY: dict[str, Callable[[Seen], list[int]]] = {
    "copies": _by_copies,
    "growth of the box": _by_growth,
    "participation as it lies": _people("participation", ""),
    "participation place": _people("participation", "place"),
    "participation transaction": _people("participation", "xmin"),
    "session": _people("auth_session", "id"),
    "session time": _people("auth_session", "created_at"),
    "session token": _people("auth_session", "token_hash"),
    "outbox": _people("message", "id"),
    "outbox random id": _people("message", "message_id"),
    "person": _people("person", "id", "id"),
    "person key": _people("person", "key", "id"),
    "name": _people("person", "name", "id"),
}
WORDS_BY: dict[str, Callable[[Seen], list[str]]] = {
    "the box under way, with the key": lambda seen: list(seen.opened["why"]),
    "as they lie": _told(""),
    "judgement id": _told("id"),
    "judgement place": _told("place"),
    "wording id": _told("wording_id"),
    "wording place": _told("wording_place"),
    "salt": _told("salt"),
    "commitment": _told("commitment"),
    "length": lambda seen: sorted(_told("")(seen), key=len),
    "alphabet": lambda seen: sorted(_told("")(seen)),
}


@operation
def _colleagues(tx: Transaction, teams: list[int]) -> list[int]:
    found = [
        Person(
            employee_number=f"S{number:03}",
            name=f"Colleague {number:03}",
            job_role="inbound",
            team_id=teams[number % TEAMS],
        )
        for number in range(PEOPLE)
    ]
    tx.session.add_all(found)
    tx.session.flush()
    return [person.id for person in found]


def _words(random: Random) -> str:
    """A judgement that nobody else gives, of any length."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join(
        "".join(random.choices(letters, k=random.randrange(3, 9)))
        for _ in range(random.randrange(4, 90))
    )[:900].strip()


def _is_ours(entry: logging.LogRecord) -> bool:
    return entry.name == "plaudit.access"


def _dump(app: Flask) -> Dump:
    """Every table whole, each row with where it lies and who wrote it, as far as one can ask."""
    with app.app_context():
        on_sqlite = db.engine.dialect.name == "sqlite"
        names = _tables(on_sqlite=on_sqlite)
        found: Dump = {}
        for name in names:
            places = "" if on_sqlite else ", ctid::text AS place, xmin::text::bigint AS xmin"
            rows = db.session.execute(text(f'SELECT *{places} FROM "{name}"')).mappings()
            found[name] = [{"place": n, **row} for n, row in enumerate(rows)]
        db.session.rollback()
    return found


def _tables(*, on_sqlite: bool) -> list[str]:
    """The tables that can be read whole: not those that only answer searches."""
    if not on_sqlite:
        return inspect(db.engine).get_table_names()
    plain = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    return list(db.session.scalars(text(plain)))


def _changed(before: Dump, after: Dump) -> set[tuple[str, str]]:
    """The tables that differ, with the columns that do; a new row by the columns it has."""
    physical = {"place", "xmin"}
    found = set()
    for name, rows in after.items():
        stood = before[name]
        if len(stood) == len(rows):
            pairs = zip(_sorted(stood), _sorted(rows), strict=True)
            found |= {
                (name, column)
                for old, new in pairs
                for column in new
                if column not in physical and old[column] != new[column]
            }
        else:
            columns = [column for column in rows[0] if column not in physical]
            found.add((name, ",".join(columns)))
    return found


def _sorted(rows: Rows) -> Rows:
    return sorted(
        rows, key=lambda row: repr([row[c] for c in row if c.endswith("id") or c == "seq"])
    )


def _taken() -> set[int]:
    return set(db.session.scalars(text("SELECT person_id FROM participation")))


def _files(app: Flask) -> bytes:
    folder: Path = app.config["SETTINGS"].data_dir
    return b"".join(path.read_bytes() for path in _database_files(folder))


def _database_files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.glob("plaudit.db*") if path.is_file())
