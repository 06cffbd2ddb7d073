"""Frozen scores held against what they were computed from and against the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from ledger.entry import EntryError, read
from models import frozen
from models.base import db
from models.decisions import FrozenScore
from models.frozen import stored
from models.ledger import LedgerEntry, Recorded
from models.performance import Group, Standing
from models.scheme import Cycle
from models.scores import ScoreSheet, is_sealed, sheet_of
from workflow.vocabulary import FreezeCause


@dataclass(frozen=True)
class Difference:
    """Something frozen that is not what it should be."""

    where: str
    what: str  # a word of the command's sentences
    frozen: str = ""
    recomputed: str = ""


@dataclass
class Recomputation:
    """One cycle computed again; the counts are complete once `differences` is exhausted."""

    cycle: Cycle
    scores: int = 0
    unsealed: int = 0  # frozen before figures were sealed: nothing to compute from

    def differences(self) -> Iterator[Difference]:
        """What was changed by hand, or is missing."""
        sheet = sheet_of(self.cycle)
        rows = frozen.of_cycle(self.cycle)
        if sheet is not None:
            yield from _of_sheet(sheet)
        for row in rows:
            self.scores += 1
            self.unsealed += row.sealed is None
            yield from _of_row(row, sheet)


def cycles_named(name: str) -> list[Cycle]:
    """The cycles of this key, such as 2026-11; or the one of AWARD/KEY."""
    award, _, key = name.rpartition("/")
    found = db.session.scalars(select(Cycle).where(Cycle.key == key).order_by(Cycle.id)).all()
    return [cycle for cycle in found if award in ("", cycle.award.key)]


def _of_sheet(sheet: ScoreSheet) -> Iterator[Difference]:
    where = f"{sheet.cycle.award.key} {sheet.cycle.key}"
    if not is_sealed(sheet):
        yield Difference(where, "sheet_changed")
    if not _in_the_ledger(sheet):
        yield Difference(where, "not_in_the_ledger")


def _of_row(row: FrozenScore, sheet: ScoreSheet | None) -> Iterator[Difference]:
    where = f"{row.nomination.number} {row.person.employee_number}"
    if not _in_the_ledger(row):
        yield Difference(where, "not_in_the_ledger")
    if row.sealed is None:
        return
    try:
        again = frozen.recompute(row)
    except (ValueError, LookupError, TypeError, ArithmeticError):
        yield Difference(where, "cannot_be_computed")
        return
    if again is None:
        return
    if stored(again.value) != row.score:
        yield Difference(where, "score_differs", _text(row.score), _text(stored(again.value)))
    if [line.record() for line in again.lines] != row.lines:
        yield Difference(where, "arithmetic_differs")
    if [note.record() for note in again.notes] != row.notes:
        yield Difference(where, "notes_differ")
    if sheet is not None and row.sealed["cause"] == FreezeCause.CYCLE_CLOSED:
        yield from _of_standing(where, row, sheet)


def _of_standing(where: str, row: FrozenScore, sheet: ScoreSheet) -> Iterator[Difference]:
    """The sheet holds everybody's score: the nominee's own, and those that they stand among."""
    sealed = row.sealed or {}
    everybody = sheet.sealed["roles"].get(sealed["role"], {})
    own = everybody.get(row.person.key)
    if stored(None if own is None else Decimal(own)) != row.score:
        yield Difference(where, "sheet_differs", _text(row.score), str(own))
        return
    scores = sorted(Decimal(score) for score in everybody.values() if score is not None)
    there = Standing.of(sealed["standing"])
    anew = Group(tuple(scores), there.medians).standing(None if own is None else Decimal(own))
    if anew != there:
        frozen_, again = (f"{s.rank}/{s.peers}, {s.median}" for s in (there, anew))
        yield Difference(where, "standing_differs", frozen_, again)


def _in_the_ledger(row: Recorded) -> bool:
    entry = db.session.get(LedgerEntry, row.ledger_seq)
    try:
        return entry is not None and read(entry.data).body == row.ledger_body()
    except EntryError:
        return False


def _text(score: Decimal | None) -> str:
    return "-" if score is None else f"{score:.4f}"
