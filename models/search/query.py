"""Asking the search: words and filters in, records out, newest first or best first, by key.

Best first is what is called so before what only mentions it, and of either the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select

from models.archive import OUTCOMES as STAGES
from models.base import db
from models.ledger import LedgerEntry, LedgerHead
from models.nominations import Nomination
from models.scheme import Cycle
from models.search import gram_index
from models.search.gram_index import Listed
from models.search.records import SearchProgress
from models.search.words import IN_TITLE, filters
from workflow.grams import Folding, Word, words
from workflow.publication import PublicKind
from workflow.vocabulary import FeedbackState

READ_AT_MOST = 5000  # for one page, when texts do not hold what their words promised
MOST_AT_ONCE = 500
TEXT_AT_MOST = 200
OUTCOMES = (*STAGES, *FeedbackState)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; None and no words leave everything in."""

    text: str = ""
    kind: PublicKind | None = None
    award: str | None = None
    cycle: str | None = None
    outcome: str | None = None
    team: int | None = None
    best: bool = False


def asked_of(given: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is as good as not there."""
    team = given.get("team", "")
    return Asked(
        text=_line(given.get("q", "")),
        kind=next((kind for kind in PublicKind if kind == given.get("kind")), None),
        award=_line(given.get("award", "")) or None,
        cycle=_line(given.get("cycle", "")) or None,
        outcome=next((each.value for each in OUTCOMES if each == given.get("outcome")), None),
        team=int(team) if re.fullmatch(r"[0-9]{1,9}", team) else None,
        best=given.get("order") == "best",
    )


def _line(typed: str) -> str:
    """In one line, as it will stand in a letter's subject; PostgreSQL knows no longer words."""
    return " ".join(typed[: 2 * TEXT_AT_MOST].split())[:TEXT_AT_MOST]


@dataclass(frozen=True)
class Place:
    """A place in a list: below a key, or above it; of the best first, `part` 0 are the titles."""

    below: int | None = None
    above: int | None = None
    part: int = 0


@dataclass(frozen=True)
class Found:
    """Records in order, and the places of the pages around them, where there are any."""

    rows: list[Listed]
    newer: Place | None = None
    older: Place | None = None


@dataclass(frozen=True)
class Search:
    """One question, with its words as they are looked for: None where nothing can be found."""

    asked: Asked
    words: list[Word] | None
    folding: Folding = field(repr=False)

    @classmethod
    def of(cls, asked: Asked, folding: Folding) -> Search:
        return cls(asked, words(asked.text, folding), folding)

    def find(self, place: Place = Place(), *, size: int = 20) -> Found:
        """One page. Where texts were read in vain too often, it is short, and there is an older."""
        if self.words is None:
            return Found([])
        if self.asked.best and self.words:
            return self._best(place, size)
        return self._newest(place, size)

    def all(self, *, at_once: int = MOST_AT_ONCE) -> Iterator[Listed]:
        """Everything that fits, newest first, a page in memory at a time."""
        place: Place | None = Place()
        while place is not None:
            found = Found([]) if self.words is None else self._newest(place, at_once)
            db.session.rollback()  # an open reading would keep writers waiting
            yield from still_public(found.rows)
            place = found.older

    def _newest(self, place: Place, size: int) -> Found:
        rows, more = self._rows(place, size, part=1)
        if place.above is None:
            newer = Place(above=rows[0].key) if rows and place.below is not None else None
            return Found(rows, newer, _below(rows, more))
        newer = Place(above=rows[0].key) if rows and more is not None else None
        return Found(rows, newer, Place(below=rows[-1].key) if rows else None)

    def _best(self, place: Place, size: int) -> Found:
        """Titles first; the page after the last of them goes on with what mentions it."""
        rows: list[Listed] = []
        if place.part == 0:
            rows, more = self._rows(place, size, part=0)
            if more is not None:
                return Found(rows, None, Place(below=more, part=0))
            place = Place(part=1)
            if len(rows) == size:
                return Found(rows, None, place)
        rest, more = self._rows(Place(below=place.below), size - len(rows), part=1)
        return Found([*rows, *rest], None, None if more is None else Place(below=more, part=1))

    def _rows(self, place: Place, size: int, *, part: int) -> tuple[list[Listed], int | None]:
        """So many records, and the edge to go on from when there may be more behind it."""
        up, inexact = place.above is not None, [word for word in self.words or () if not word.exact]
        spelt = [word.ways(self.folding) for word in inexact]
        walked = gram_index.walk(
            db.session.connection(),
            self._wanted(part),
            held=[spellings for spellings in spelt if spellings],
            below=place.below,
            above=place.above,
            at_once=size + 1,
        )
        with closing(walked):
            fitting: Iterator[Listed] = walked
            if part == 0 or self.asked.best or not all(spelt):
                fitting = (row for row in islice(walked, READ_AT_MOST) if self._fits(row, part))
            rows = list(islice(fitting, size + 1))
            if len(rows) > size:
                rows.pop()
                more: int | None = rows[-1].key
            else:
                ahead = next(walked, None)  # not looked at: as many were read as may be
                more = None if ahead is None else ahead.key + (-1 if up else 1)
        return rows[::-1] if up else rows, more

    def _wanted(self, part: int) -> set[str]:
        lead = IN_TITLE if part == 0 else ""
        wanted = {lead + gram for word in self.words or () for gram in word.grams}
        asked = self.asked
        return wanted | filters(asked.kind, asked.award, asked.cycle, asked.outcome, asked.team)

    def _fits(self, row: Listed, part: int) -> bool:
        """Whether its text holds what its words promise; a title shown above is not shown again."""
        if not self.words:
            return True
        in_title = (self.asked.best or part == 0) and self._in_title(row)
        if part == 0:
            return in_title
        if self.asked.best and in_title:
            return False
        if all(word.exact for word in self.words):
            return True
        text = "\n".join((row.title, row.called, row.text))
        return all(word.exact or word.stands_in(text, self.folding) for word in self.words)

    def _in_title(self, row: Listed) -> bool:
        return all(word.stands_in(row.title, self.folding) for word in self.words or ())


def behind(at: datetime, patience: timedelta) -> int:
    """How many entries the search has yet to follow, when the first has waited for so long."""
    progress, head = db.session.get(SearchProgress, 1), db.session.get(LedgerHead, 1)
    done, size = progress.seq if progress else 0, head.size if head else 0
    if size <= done:
        return 0
    waiting = db.session.get(LedgerEntry, done + 1)
    return size - done if waiting is not None and waiting.at <= at - patience else 0


def still_public(rows: list[Listed]) -> list[Listed]:
    """Without cases that have moved since the search last looked: those it will show anew."""
    numbers = [row.subject for row in rows if row.is_case]
    stages = dict(
        db.session.execute(
            select(Nomination.number, Nomination.stage).where(Nomination.number.in_(numbers))
        ).all()
    )
    return [row for row in rows if not row.is_case or stages.get(row.subject) == row.outcome]


def cycles(at: datetime) -> list[str]:
    """The cycles that have begun by now, the latest first."""
    query = select(Cycle.key).where(Cycle.opens_at <= at).group_by(Cycle.key)
    return list(db.session.scalars(query.order_by(func.max(Cycle.closes_at).desc(), Cycle.key)))


def _below(rows: list[Listed], more: int | None) -> Place | None:
    return None if more is None else Place(below=more)
