"""The search over up to a million records, beside the best SQL by hand over the same tables.

Each record holds some 350 Chinese characters. Words of one, two and four characters are planted:
the common in three records of ten, the middling in one of a hundred, the rare in twenty whatever
the size, always spread evenly. Beside each record with a middling word of four characters another
holds its parts and not the word. `python -m bench.search [sqlite|postgresql] [records ...]`.

The SQL by hand goes straight to the driver and must bring the same records. It is written in the
forms that somebody who knows the database would try (one index walked, the newest first; all that
fits, sorted; the newest window first), and the best of them is taken for each question.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade

from adapters.folding import folding
from app import create_app
from config import Settings
from models.base import db
from models.search.gram_index import COLUMNS
from models.search.postings import PART, written
from models.search.query import Asked, Place, Search
from models.search.records import key_of
from models.search.words import filters, words_of
from tests.fixtures.postgres import running_server
from workflow.grams import words
from workflow.publication import PublicKind

SIZES = (10_000, 100_000, 1_000_000)
TRIALS, TURNS = 9, 401
SIZE = 20  # records on a page
UNIT = 100_000  # records made one by one
GIN_UP_TO = 100_000
RECENT = 4096  # records in the small GIN
APART = 4  # entries of the ledger from one record's newest to the next one's
BEGINS = datetime(2020, 1, 1, tzinfo=UTC)

COMMON = {1: "甲", 2: "鲸鱼", 4: "蜂蜜柠檬"}
MIDDLING = {1: "乙", 2: "鹦鹉", 4: "琥珀珍珠"}
RARE = {1: "丙", 2: "麒麟", 4: "翡翠玛瑙"}
DECOY = "琥珀。珀珍。珍珠"
ENGLISH = "refund"
RARE_ONES = 20
PLANTED = set("".join((*COMMON.values(), *MIDDLING.values(), *RARE.values())))
AWARDS, CYCLES, OUTCOMES = 8, 12, ("awarded", "not_placed", "rejected")


@dataclass(frozen=True)
class Record:
    """One record to be searched."""

    key: int
    subject: str
    at: datetime
    award: str
    cycle: str
    outcome: str
    teams: list[int]
    title: str
    called: str
    text: str
    kind: PublicKind = PublicKind.CASE

    def row(self) -> tuple[Any, ...]:
        shown = '{"people": ["陈小雨"], "team": null, "tier": null, "metal": "plain"}'
        teams = str(self.teams)
        return (self.key, self.kind.value, self.subject, self.at, self.award, self.cycle,
                self.outcome, teams, self.title, self.called, self.text, shown)  # fmt: skip


def records(size: int, rare_ones: int = RARE_ONES) -> Iterator[Record]:
    """The same ones each time."""
    chance = random.Random(size)
    pool = _sentences(chance)
    apart = size // rare_ones
    rare = set(range(apart // 2, size, apart))
    for n in range(size):
        text = "。".join(chance.choice(pool) for _ in range(10))
        planted = [word for word in COMMON.values() if chance.random() < 0.3]
        planted += [word for word in MIDDLING.values() if chance.random() < 0.01]
        planted += [DECOY] if chance.random() < 0.01 else []
        planted += [ENGLISH] if chance.random() < 0.01 else []
        planted += RARE.values() if n in rare else []
        subject = f"{2020 + n // 200_000}-{n % 200_000:06}"
        yield Record(
            key=key_of((n + 1) * APART, PublicKind.CASE),
            subject=subject,
            at=BEGINS + timedelta(minutes=n),
            award=f"award-{n % AWARDS}",
            cycle=f"2026-{n // AWARDS % CYCLES + 1:02}",
            outcome=chance.choice(OUTCOMES),
            teams=[n % 40 + 1],
            title=chance.choice(pool)[:14],
            called=f"{subject}\n奖项 {n % AWARDS}",
            text=f"{text}。{'，'.join(planted)}。",
        )


def _sentences(chance: random.Random) -> list[str]:
    """Twenty thousand of them, of three thousand characters, some used far more than others."""
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3100) if chr(code) not in PLANTED]
    weights = [1 / (rank + 10) for rank in range(len(characters))]
    return ["".join(chance.choices(characters, weights, k=34)) for _ in range(20_000)]


@dataclass(frozen=True)
class Question:
    """What is asked, and from which place on."""

    name: str
    asked: Asked
    far: bool = False


def questions() -> list[Question]:
    found = [
        Question(f"{len(word)} ch. {name}", Asked(word))
        for name, kinds in (("common", COMMON), ("middling", MIDDLING), ("rare", RARE))
        for word in kinds.values()
    ]
    three = Asked(award="award-3", cycle="2026-05", outcome="awarded")
    found += [
        Question("an English word", Asked(ENGLISH)),
        Question("three filters", three),
        Question("three filters, 2 ch. common", replace(three, text=COMMON[2])),
        Question("nothing asked", Asked()),
    ]
    far = [0, 1, 3, 4, 9, 10, 12]
    return found + [Question(f"{found[n].name}, far", found[n].asked, far=True) for n in far]


@dataclass(frozen=True)
class Cost:
    """Seconds: ours, and the best by hand."""

    ours: float
    ours_p95: float
    best: float
    best_p95: float
    how: str
    rows: int


class Base:
    """One database filled with so many records, and the SQL by hand on it."""

    name: str

    def __init__(self, app: Flask, size: int) -> None:
        self.app, self.size = app, size

    def forms(self, question: Question, below: int) -> dict[str, Callable[[], list[Any]]]:
        """The ways to ask by hand; each gives whole rows, newest first."""
        raise NotImplementedError

    def cost(self, question: Question) -> Cost:
        """Of the ways by hand the best is found first, then measured in turn with ours."""
        middle = key_of(self.size // 2 * APART, PublicKind.CASE)
        place = Place(below=middle) if question.far else Place()
        below = middle if question.far else 1 << 62
        table = folding()
        with self.app.app_context():
            db.session.connection()

            def ask() -> list[Any]:
                search = Search(question.asked, words(question.asked.text, table), table)
                return search.find(place, size=SIZE).rows

            rows = ask()
            forms = self.forms(question, below)
            tried = self._taken(forms, rows, turns=TRIALS)
            how = min(tried, key=lambda each: median(tried[each]))
            taken = self._taken({"": ask, how: forms[how]}, rows, turns=TURNS)
        ours, best = taken[""], taken[how]
        return Cost(median(ours), _p95(ours), median(best), _p95(best), how, len(rows))

    def _taken(
        self, ways: dict[str, Callable[[], list[Any]]], rows: list[Any], *, turns: int
    ) -> dict[str, list[float]]:
        """All ways in turn, so that a busy machine is as busy for each of them.

        Only the best by hand is measured beside ours: a slow one would leave the other cold.
        """
        taken: dict[str, list[float]] = {how: [] for how in ways}
        order, chance = list(ways), random.Random(1)
        for _turn in range(turns):
            chance.shuffle(order)  # nobody always finds warm what another has read
            for how in order:
                seconds, found = _timed(ways[how])
                taken[how].append(seconds)
                assert [row[0] for row in found][:SIZE] == [row[0] for row in rows], how
        return taken


def _timed(ask: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    began = time.perf_counter()
    found = ask()
    return time.perf_counter() - began, found


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]


def _grams(asked: Asked) -> tuple[list[str], str]:
    """What the index is asked for, and the text to be looked for in the record, if need be."""
    found = words(asked.text, folding()) or []
    wanted = {gram for word in found for gram in word.grams}
    wanted |= filters(asked.kind, asked.award, asked.cycle, asked.outcome, asked.team)
    return sorted(wanted), "" if all(word.exact for word in found) else asked.text


class OnSqlite(Base):
    name = "SQLite"

    def __init__(self, folder: Path, size: int) -> None:
        app = create_app(Settings(data_dir=folder, secret_key="for the benchmark only"))
        with app.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()
        self.driver = sqlite3.connect(folder / "plaudit.db", isolation_level=None)
        self._fill(size)
        super().__init__(app, size)

    def _fill(self, size: int) -> None:
        """A million are a hundred thousand ten times over, put in one after the other."""
        table, run, many = folding(), self.driver.execute, self.driver.executemany
        run("PRAGMA synchronous=OFF")
        run("PRAGMA cache_size=-400000")
        run("BEGIN")
        run("INSERT INTO public_gram(public_gram, rank) VALUES ('automerge', 0)")
        run("INSERT INTO public_gram(public_gram, rank) VALUES ('crisismerge', 64)")
        unit = min(size, UNIT)
        copies = size // unit
        made = list(records(unit, RARE_ONES // copies))
        grams = [" ".join(words_of(record, table)) for record in made]
        for nth in range(copies):
            ahead = nth * key_of(unit * APART, PublicKind.CASE)
            many(
                "INSERT INTO public_record VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                ((key + ahead, kind, f"{nth}-{subject}", f"{at:%Y-%m-%d %H:%M:%S.%f}", *rest)
                 for key, kind, subject, at, *rest in (record.row() for record in made)),
            )  # fmt: skip
            many(
                "INSERT INTO public_gram(rowid, grams) VALUES (?, ?)",
                ((record.key + ahead, held) for record, held in zip(made, grams, strict=True)),
            )
        run("INSERT INTO public_gram(public_gram) VALUES ('optimize')")
        run("COMMIT")
        run("CREATE INDEX by_hand ON public_record (award, cycle, outcome, key)")
        run("ANALYZE public_record")

    def forms(self, question: Question, below: int) -> dict[str, Callable[[], list[Any]]]:
        wanted, exact = _grams(question.asked)
        match = " ".join(f'"{gram}"' for gram in wanted)
        given = {"words": match, "below": below, "exact": exact, "asked": question.asked.award,
                 "cycle": question.asked.cycle, "outcome": question.asked.outcome}  # fmt: skip
        if not wanted:
            walk = f"SELECT {COLUMNS} FROM public_record r WHERE r.key < :below"
            walk += f" ORDER BY r.key DESC LIMIT {SIZE + 1}"
            return {"key": lambda: self.driver.execute(walk, given).fetchall()}
        held = " AND instr(r.text, :exact)" if exact else ""
        forms = {
            "FTS5 walked": f"SELECT {COLUMNS} FROM public_gram g CROSS JOIN public_record r"
            f" ON r.key = g.rowid WHERE public_gram MATCH :words AND g.rowid < :below{held}"
            f" ORDER BY g.rowid DESC LIMIT {SIZE + 1}",
        }
        if question.asked.award and not question.asked.text:
            forms["columns walked"] = (
                f"SELECT {COLUMNS} FROM public_record r WHERE r.award = :asked AND"
                " r.cycle = :cycle AND r.outcome = :outcome AND r.key < :below"
                f" ORDER BY r.key DESC LIMIT {SIZE + 1}"
            )
        return {how: (lambda sql=sql: self.driver.execute(sql, given).fetchall())
                for how, sql in forms.items()}  # fmt: skip


class OnPostgresql(Base):
    """Beside the lists of the product stands GIN, up to `GIN_UP_TO` records: it is slow to make."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, server: str, size: int) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE search{size}")
        address = server.replace("/postgres?", f"/search{size}?")
        app = create_app(
            Settings(data_dir=folder, database_url=address, secret_key="for the benchmark only")
        )
        with app.app_context():
            upgrade()
            db.session.remove()
        self.driver = psycopg.connect(address, autocommit=True)
        self._fill(size)
        self.has_gin = size <= GIN_UP_TO
        if self.has_gin:
            self._make_gin(size)
        super().__init__(app, size)

    def _fill(self, size: int) -> None:
        """A million are a hundred thousand ten times over, without leaving the server."""
        run = self.driver.execute
        run("ALTER TABLE public_gram DROP CONSTRAINT pk_public_gram")
        unit = min(size, UNIT)
        copies = size // unit
        lists: dict[str, array[int]] = defaultdict(lambda: array("q"))
        table = folding()
        for chunk in _chunks(records(unit, RARE_ONES // copies), 5000):
            self._copy("public_record", (record.row() for record in chunk))
            for record in chunk:
                for word in words_of(record, table):
                    lists[word].append(record.key)
        self._copy("public_gram", _parts(lists))
        lists.clear()
        for nth in range(1, copies):
            given = {"ahead": nth * key_of(unit * APART, PublicKind.CASE), "nth": f"{nth}-",
                     "unit": key_of(unit * APART, PublicKind.CASE)}  # fmt: skip
            run(
                "INSERT INTO public_record SELECT key + %(ahead)s, kind, %(nth)s || subject, at,"
                " award, cycle, outcome, teams, title, called, text, shown FROM public_record"
                " WHERE key <= %(unit)s ORDER BY key",
                given,
            )
            run(
                "INSERT INTO public_gram SELECT word, first + %(ahead)s, keys FROM public_gram"
                " WHERE first <= %(unit)s",
                given,
            )
        run("SET maintenance_work_mem = '1GB'")
        run("ALTER TABLE public_gram ADD CONSTRAINT pk_public_gram PRIMARY KEY (word, first)")
        run("CREATE INDEX by_hand ON public_record (award, cycle, outcome, key)")
        run("VACUUM ANALYZE public_gram")
        run("VACUUM ANALYZE public_record")

    def _make_gin(self, size: int) -> None:
        """As somebody would who trusts GIN, with a small one of the newest records."""
        edge, table = key_of((size - RECENT) * APART, PublicKind.CASE), folding()
        self.driver.execute(
            "CREATE TABLE gin (key BIGINT PRIMARY KEY, recent BOOLEAN NOT NULL,"
            " grams TSVECTOR NOT NULL)"
        )
        rows = (
            (
                record.key,
                record.key > edge,
                " ".join(f"'{gram}'" for gram in words_of(record, table)),
            )
            for record in records(size)
        )
        self._copy("gin", rows)
        self.driver.execute("CREATE INDEX gin_all ON gin USING gin (grams)")
        self.driver.execute("CREATE INDEX gin_recent ON gin USING gin (grams) WHERE recent")
        self.driver.execute("VACUUM ANALYZE gin")

    def _copy(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self.driver.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def forms(self, question: Question, below: int) -> dict[str, Callable[[], list[Any]]]:
        wanted, exact = _grams(question.asked)
        asked = question.asked
        given: dict[str, Any] = {"below": below, "exact": exact, "award": asked.award,
                                 "cycle": asked.cycle, "outcome": asked.outcome}  # fmt: skip
        held = " AND strpos(r.text, %(exact)s) > 0" if exact else ""
        last = f" ORDER BY r.key DESC LIMIT {SIZE + 1}"
        rows = f"SELECT {COLUMNS} FROM public_record r"
        if not wanted:
            walk = f"{rows} WHERE r.key < %(below)s{last}"
            return {"key": lambda: self._run(walk, given)}
        rarest = sorted(wanted, key=self._count)
        given |= {f"w{n}": word for n, word in enumerate(rarest)}
        given["words"] = " & ".join(f"'{gram}'" for gram in wanted)
        forms = self._by_list(len(rarest), rows, held, last) | {
            how: sql for how, sql in self._by_gin(rows, held, last).items() if self.has_gin
        }
        if asked.award and not asked.text:
            forms["columns walked"] = (
                f"{rows} WHERE r.award = %(award)s AND r.cycle = %(cycle)s"
                f" AND r.outcome = %(outcome)s AND r.key < %(below)s{last}"
            )
        ways = {how: (lambda sql=sql: self._run(sql, given)) for how, sql in forms.items()}
        if self.has_gin:
            joined = forms["GIN as planned"]
            recent = joined.replace(" AND r.key <", " AND g.recent AND r.key <")
            ways["GIN, newest window"] = lambda: self._window(recent, joined, given)
        return ways

    def _by_list(self, count: int, rows: str, held: str, last: str) -> dict[str, str]:
        """The lists walked: the others' looked up by key, or joined."""
        parts = (
            "SELECT first, keys FROM public_gram WHERE word = %(w{})s AND first < %(below)s"
            " ORDER BY first DESC"
        )
        list_of = (
            f"SELECT k.key FROM ({parts}) g CROSS JOIN LATERAL"
            " (SELECT g.first + k AS key FROM unnest(g.keys) k ORDER BY k DESC) k"
            " WHERE k.key < %(below)s"
        )
        walked = list_of.format(0)
        looked_up = "".join(
            " AND EXISTS (SELECT FROM (SELECT o.first, o.keys FROM public_gram o"
            f" WHERE o.word = %(w{n})s AND o.first <= r.key ORDER BY o.first DESC LIMIT 1) o"
            " WHERE r.key - o.first = ANY (o.keys))"
            for n in range(1, count)
        )
        joined = "".join(f" JOIN ({list_of.format(n)}) l{n} USING (key)" for n in range(count))
        forms = {"lists joined": f"{rows}{joined} WHERE true{held}{last}"}
        if count > 1 or held:
            forms["list walked"] = (
                f"{rows} JOIN ({walked}) w USING (key) WHERE true{looked_up}{held} LIMIT {SIZE + 1}"
            )
        else:
            forms["list walked"] = f"{rows} JOIN ({walked} LIMIT {SIZE + 1}) w USING (key){last}"
        return forms

    def _by_gin(self, rows: str, held: str, last: str) -> dict[str, str]:
        found = "SELECT key FROM gin WHERE grams @@ %(words)s::tsquery AND key < %(below)s"
        return {
            "GIN as planned": f"{rows} JOIN gin g USING (key) WHERE g.grams @@ %(words)s::tsquery"
            f" AND r.key < %(below)s{held}{last}",
            "GIN, all sorted": f"WITH f AS MATERIALIZED ({found}) {rows} JOIN f USING (key)"
            f" WHERE true{held}{last}",
        }

    def _count(self, word: str) -> int:
        sql = "SELECT sum(cardinality(keys)) FROM public_gram WHERE word = %s"
        (count,) = self.driver.execute(sql, [word]).fetchone() or (0,)
        return count or 0

    def _window(self, first: str, then: str, given: dict[str, Any]) -> list[Any]:
        found = self._run(first, given)
        return found if len(found) > SIZE else self._run(then, given)

    def _run(self, sql: str, given: dict[str, Any]) -> list[Any]:
        """Lists are planned once, by the driver's own choice; GIN each time, by the words."""
        prepare = False if "@@" in sql else None
        return self.driver.execute(sql, given, prepare=prepare).fetchall()


def _parts(lists: dict[str, array[int]]) -> Iterator[tuple[str, int, str]]:
    """As the product cuts them when records come in order."""
    for word, keys in lists.items():
        for at in range(0, len(keys), PART):
            yield word, keys[at], written(keys[at], keys[at : at + PART])


def _chunks(found: Iterator[Record], size: int) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for record in found:
        chunk.append(record)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def measure(make: Callable[[Path, int], Base], sizes: tuple[int, ...]) -> None:
    """Print each question's cost at each size, and by how much it grew."""
    first: dict[str, float] = {}
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="plaudit-search-"))
        try:
            began = time.perf_counter()
            base = make(folder, size)
            print(f"{base.name}, {size:,} records, made in {time.perf_counter() - began:.0f} s")
            print(f"  {'':<34} ours: median, p95   by hand: median, p95   ratio  growth")
            for question in questions():
                cost = base.cost(question)
                before = first.setdefault(question.name, cost.ours)
                print(
                    f"  {question.name:<34} {cost.ours * 1e3:7.2f} {cost.ours_p95 * 1e3:7.2f} ms"
                    f"   {cost.best * 1e3:7.2f} {cost.best_p95 * 1e3:7.2f} ms"
                    f"   {cost.ours / cost.best:5.2f}  {cost.ours / before:5.2f}"
                    f"   {cost.rows:2} rows, {cost.how}",
                    flush=True,
                )
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def main(given: list[str]) -> None:
    sizes = tuple(int(each) for each in given if each.isdigit()) or SIZES
    if "postgresql" not in given:
        measure(OnSqlite, sizes)
    if "sqlite" not in given:
        with running_server() as server:
            measure(lambda folder, size: OnPostgresql(folder, server, size), sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
