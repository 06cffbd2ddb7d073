"""Bringing results in: a file is read, compared with what is there, and applied as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from adapters import figures, results_file
from adapters.columns import Progress
from adapters.figures import Figures, Parts
from adapters.results_file import Reading
from adapters.tables import read_table
from models import results as stored
from models.base import db
from models.bulk import NewResult, insert_results, room
from models.ledger import Wording
from models.people import Person, line_managers
from models.results import IN_FORCE, ColumnMapping, Import, Result
from operations import employees, imports
from operations.corrections import MAY
from operations.slices import slices
from operations.transaction import Transaction, operation
from workflow.metrics import METRICS, Measure
from workflow.refusal import Refused
from workflow.rules import SENTENCE_AT_LEAST
from workflow.text import shows_nothing

KIND = "results"
PEOPLE_AT_ONCE, FIGURES_AT_ONCE = 200, 20_000
CORRECTIONS_SHOWN = 20

Own = dict[int, Parts | None]  # an employee's figures by metric and day, see adapters.figures


@dataclass(frozen=True)
class Correction:
    """A figure that is there already and that the file knows better; None: it is to go."""

    employee: str
    metric: str
    day: date
    before: Measure
    after: Measure | None


@dataclass
class Changes:
    """What a file does to the results of some employees: rows to write, and how many stay."""

    added: list[NewResult] = field(default_factory=list)
    corrected: list[NewResult] = field(default_factory=list)
    voided: list[int] = field(default_factory=list)  # rows that were corrected or removed
    unchanged: int = 0
    corrections: list[Correction] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)  # whose figures are corrected


@dataclass
class Totals:
    """How much a whole file changes, and the first of its corrections."""

    counts: dict[str, int]
    corrections: list[Correction] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, people: int) -> Totals:
        zero = dict.fromkeys(("added", "corrected", "removed", "unchanged"), 0)
        return cls({"people": people, **zero})

    @property
    def figures(self) -> int:
        return sum(count for what, count in self.counts.items() if what != "people")

    def add(self, changes: Changes) -> None:
        self.counts["added"] += len(changes.added)
        self.counts["corrected"] += len(changes.corrected)
        self.counts["removed"] += len(changes.voided) - len(changes.corrected)
        self.counts["unchanged"] += changes.unchanged
        room = CORRECTIONS_SHOWN - len(self.corrections)
        self.corrections += changes.corrections[:room]
        self.touched |= changes.touched


def columns_of(mapping: str) -> Mapping[str, str] | None:
    """The columns of a saved mapping; None for a built-in one; raises Refused for neither."""
    if mapping in results_file.BUILT_IN:
        return None
    columns = db.session.scalar(select(ColumnMapping.columns).where(ColumnMapping.name == mapping))
    if columns is None:
        raise Refused("no_such_mapping", mapping=mapping)
    return columns


def read(
    data: bytes, filename: str, mapping: str, on_row: Progress = lambda done, of: None
) -> Reading:
    """The file's figures; raises Refused when it is not such a file at all."""
    table = read_table(data, filename, long=True)
    return results_file.read(table, mapping, columns_of(mapping), on_row)


@dataclass(frozen=True)
class Preview:
    """What bringing the file in would do."""

    counts: dict[str, int]
    newcomers: tuple[str, ...]
    corrections: tuple[Correction, ...]


def preview(reading: Reading, *, create_people: bool) -> Preview:
    """What would change; nothing is written. Raises ImportRefused."""
    found = employees.find(db.session(), reading.seen, may_create=create_people)
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    totals = Totals.of(len(found.newcomers))
    # Newcomers have no number yet: 0 is nobody's, so that all of theirs counts as added.
    ids = found.ids | dict.fromkeys(found.newcomers, 0)
    for changes in _changes(db.session(), reading.figures, ids):
        totals.add(changes)
    return Preview(totals.counts, found.newcomers, tuple(totals.corrections))


@operation
def apply(
    tx: Transaction,
    *,
    import_id: int,
    reading: Reading,
    reason: str = "",
    on_row: Progress = lambda done, of: None,
) -> dict[str, int]:
    """Bring the file's figures in, all or none; returns what was done. Raises ImportRefused.

    A file that corrects figures needs a reason, given here or with the import; raises Refused.
    An import that was applied before is left as it is.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        counts: dict[str, int] = row.summary["counts"]
        return counts
    imports.check_entrusted(tx, row, *MAY)
    hands = {person.id for person in imports.hands(tx, row)}
    found = employees.find(
        tx.session, reading.seen, may_create=bool(row.options.get("create_people"))
    )
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    totals = Totals.of(len(found.newcomers))
    ids, own = employees.create(tx, found), 0
    with room(tx.connection):
        for changes in _changes(tx.session, reading.figures, ids):
            _check_own(changes, ids, hands)
            _write(tx.session, changes, import_id)
            totals.add(changes)
            on_row(totals.figures, len(reading.figures))
            own += sum(new[0] in hands for new in changes.added)
    row.rows, counts = reading.rows, totals.counts
    if own:  # for everybody to see, on the page and in the ledger
        counts["own"] = own
    _tell_why(tx, row, totals, hands, (reason or str(row.options.get("reason", ""))).strip())
    imports.close(tx, row, counts, changed=any(n for k, n in counts.items() if k != "unchanged"))
    return counts


def _changes(session: Session, said: Figures, ids: Mapping[str, int]) -> Iterator[Changes]:
    """What the file does, some employees at a time: compared when the ones before are written."""
    for some in _some_at_a_time(said):
        changes, there = Changes(), _existing(session, some, ids)
        for name, own in some.items():
            _compare(changes, name, ids[name], own, there.get(ids[name], {}))
        yield changes


def _some_at_a_time(said: Figures) -> Iterator[dict[str, Own]]:
    some: dict[str, Own] = {}
    count = 0
    for name, own in said.by_employee():
        some[name] = own
        count += len(own)
        if count >= FIGURES_AT_ONCE or len(some) == PEOPLE_AT_ONCE:
            yield some
            some, count = {}, 0
    if some:
        yield some


def _existing(
    session: Session, some: Mapping[str, Own], ids: Mapping[str, int]
) -> dict[int, dict[int, tuple[int, Parts]]]:
    """What is there of these people in the days that the file speaks of: row id and figure."""
    first, last = figures.span(chain.from_iterable(some.values()))
    rows = session.execute(
        select(
            Result.person_id,
            Result.metric,
            Result.day,
            Result.id,
            Result.numerator,
            Result.denominator,
        ).where(
            IN_FORCE,
            Result.person_id.in_([ids[name] for name in some]),
            Result.day.between(first, last),
        )
    )
    there: dict[int, dict[int, tuple[int, Parts]]] = {ids[name]: {} for name in some}
    for person, metric, day, id_, part, whole in rows:
        of = figures.parts(Measure(part, whole, METRICS[metric].kind))
        there[person][figures.packed(metric, day)] = id_, of
    return there


def _compare(
    changes: Changes,
    name: str,
    person_id: int,
    own: Own,
    there: Mapping[int, tuple[int, Parts]],
) -> None:
    for key, given in own.items():
        before = there.get(key)
        if before is None:
            if given is not None:
                changes.added.append((person_id, *figures.written(key), *given))
        elif before[1] == given:
            changes.unchanged += 1
        else:
            if given is not None:
                changes.corrected.append((person_id, *figures.written(key), *given))
            changes.touched.add(person_id)
            _correct(changes, name, key, before, given)


def _check_own(changes: Changes, ids: Mapping[str, int], hands: Collection[int]) -> None:
    """Nobody corrects figures of their own; raises Refused."""
    if any(ids[each.employee] in hands for each in changes.corrections):
        raise Refused("own_result")


def _correct(
    changes: Changes, name: str, key: int, before: tuple[int, Parts], given: Parts | None
) -> None:
    (row, parts), (metric, day) = before, figures.unpacked(key)
    after = None if given is None else figures.measure(metric, given)
    changes.corrections.append(Correction(name, metric, day, figures.measure(metric, parts), after))
    changes.voided.append(row)


def _write(session: Session, changes: Changes, import_id: int) -> None:
    """What was wrong is voided, never changed; what is right are rows of their own."""
    for ids in slices(changes.voided, 500):
        void = update(Result).where(Result.id.in_(ids)).values(voided_by_id=import_id)
        session.connection().execute(void)
    insert_results(session.connection(), import_id, changes.added + changes.corrected)


def _tell_why(
    tx: Transaction, row: Import, totals: Totals, hands: Collection[int], reason: str
) -> None:
    """Who corrects figures says why, and corrects none of their own; raises Refused."""
    counts = totals.counts
    if not counts["corrected"] and not counts["removed"]:
        return
    if totals.touched.intersection(hands):
        raise Refused("own_result")
    if len(reason) < SENTENCE_AT_LEAST or shows_nothing(reason):
        raise Refused("correction_reason_missing", least=SENTENCE_AT_LEAST)
    tx.record(
        stored.Correction(
            imported=row,
            at=tx.now,
            corrected=counts["corrected"],
            removed=counts["removed"],
            reason=Wording.of(reason),
            of_own_reports=any(_is_above(each, totals.touched) for each in hands),
        )
    )


def _is_above(by_id: int, people: Collection[int]) -> bool:
    """Whether one of these people reports to this one, straight or by others."""
    return any(by_id in line_managers(list(some)) for some in slices(sorted(people), 500))


@operation
def save_mapping(tx: Transaction, *, by_id: int, name: str, columns: dict[str, str]) -> None:
    """Keep a way to read call logs under a name; an earlier one of that name is replaced.

    Figures follow from it: who laid it down stands in the ledger. Raises Refused.
    """
    by = tx.session.get_one(Person, by_id)
    if not any(by.holds(duty, tx.now) for duty in MAY):
        raise Refused("mapping_not_entrusted")
    if name in results_file.BUILT_IN:
        raise Refused("mapping_is_built_in", mapping=name)
    saved = tx.session.scalar(select(ColumnMapping).where(ColumnMapping.name == name))
    if saved is None:
        tx.add(ColumnMapping(name=name, columns=columns))
    else:
        if saved.columns == columns:
            return
        saved.columns = columns
    tx.note("mapping_saved", {"mapping": name, "columns": columns, "by": by.key})
