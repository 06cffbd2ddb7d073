"""Imported figures: daily results, conduct records, the imports that brought them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Select,
    Subquery,
    UniqueConstraint,
    and_,
    case,
    column,
    exists,
    extract,
    func,
    or_,
    select,
    text,
    union,
    union_all,
    values,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    aliased,
    joinedload,
    mapped_column,
    relationship,
)

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.people import Person
from workflow.message import plain
from workflow.metrics import METRICS, Direction, Kind, Measure
from workflow.vocabulary import ConductKind

WORK = [
    metric.key
    for metric in METRICS.values()
    if (metric.kind, metric.direction) != (Kind.SUM, Direction.LESS)
]
BY_HAND = "by_hand"
Measures = dict[str, Measure]  # metric -> what was recorded of it in a period
DayOf = tuple[date, Measures]
Span = tuple[int, date, date]  # a person, and from when until when, both included


class Result(Base):
    """One metric of one person on one day, as numerator and denominator.

    A period's mean is the sum of numerators over the sum of denominators: over its calls, not its
    days. A plain sum has no denominator (None). What was blank has no row. A figure is never
    written over: a correction is a row of its own, and the one that was wrong says who voided it.
    """

    __tablename__ = "result"
    __table_args__ = (
        Index(
            "ix_result_in_force",
            "person_id",
            "metric",
            "day",
            unique=True,
            sqlite_where=text("voided_by_id IS NULL"),
            postgresql_where=text("voided_by_id IS NULL"),
        ),
        Index("ix_result_metric_day", "metric", "day"),
        Index(
            "ix_result_voided",
            "voided_by_id",
            sqlite_where=text("voided_by_id IS NOT NULL"),
            postgresql_where=text("voided_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    metric: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    numerator: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))

    person: Mapped[Person] = relationship()

    @property
    def measure(self) -> Measure:
        return Measure(self.numerator, self.denominator, METRICS[self.metric].kind)

    def parts(self) -> list[str | None]:
        """Numerator and denominator as the ledger has them."""
        whole = self.denominator
        return [plain(self.numerator), None if whole is None else plain(whole)]


IN_FORCE = Result.voided_by_id.is_(None)


class Correction(Recorded, Base):
    """Figures were put in the place of others, or some were taken away: by whom and why.

    By an import of a file; or by hand, of the one `result` and with its `replacement` (None: it
    was taken away). `of_own_reports`: whoever did it stands above somebody whose figure it was.
    """

    __tablename__ = "correction"
    ledger_kind = "results_corrected"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    corrected: Mapped[int]
    removed: Mapped[int]
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"), unique=True)
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("result.id"))
    of_own_reports: Mapped[bool | None]  # None: from before it was kept

    imported: Mapped[Import] = relationship()
    reason: Mapped[Wording] = relationship()
    result: Mapped[Result | None] = relationship(foreign_keys=[result_id])
    replacement: Mapped[Result | None] = relationship(foreign_keys=[replacement_id])

    def ledger_body(self) -> dict[str, object]:
        line = {} if self.of_own_reports is None else {"of_own_reports": self.of_own_reports}
        return (
            self._what()
            | line
            | {
                "corrected": self.corrected,
                "removed": self.removed,
                "by": self.imported.by.key if self.imported.by else None,
                "reason": self.reason.commitment,
            }
        )

    def _what(self) -> dict[str, object]:
        if self.result is None:
            return {"file": self.imported.sha256}
        return {
            "person": self.result.person.key,
            "metric": self.result.metric,
            "day": self.result.day.isoformat(),
            "before": self.result.parts(),
            "after": self.replacement.parts() if self.replacement else None,
        }


class ConductRecord(Base):
    """A complaint, breach, quality fault, failed re-training or day of absence.

    A correction is a row of its own with the next revision; nothing is written over.
    """

    __tablename__ = "conduct_record"
    __table_args__ = (UniqueConstraint("reference", "person_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConductKind] = mapped_column(word(ConductKind))
    day: Mapped[date]
    upheld: Mapped[bool] = mapped_column(default=True)
    reference: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    effective_from: Mapped[date | None]  # of a correction; None: as if it had always been so
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))

    person: Mapped[Person] = relationship()


class Import(Base):
    """One file brought in: previewed, then applied as a whole, with its progress.

    A correction by hand is one too, of the kind BY_HAND, without a file.
    """

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # people, results, conduct, by_hand
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # mapping, applied_by ...
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the command line
    created_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Text)  # previewed, waiting, running, applied, failed
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # counts and errors
    applied_at: Mapped[datetime | None] = mapped_column(Instant)

    by: Mapped[Person | None] = relationship()

    @property
    def applied_by(self) -> str | None:
        """The key of who had it applied, where that is not who sent it."""
        key: str | None = self.options.get("applied_by")
        return key


class ImportRecord(Recorded, Base):
    """The ledger's side of an applied import: which file, how much of it changed what."""

    __tablename__ = "import_record"
    ledger_kind = "import_applied"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)

    imported: Mapped[Import] = relationship()

    def ledger_body(self) -> dict[str, object]:
        other: dict[str, object] = {"applied_by": self.imported.applied_by}
        return {
            "kind": self.imported.kind,
            "file": self.imported.sha256,
            "counts": self.counts,
            "by": self.imported.by.key if self.imported.by else None,
        } | (other if self.imported.applied_by else {})


class ColumnMapping(Base):
    """A saved way to read a call log: which column means what."""

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSON)


def last_change() -> int:
    """The ledger's number of the last file or correction that changed results."""
    files = (
        select(func.max(ImportRecord.ledger_seq))
        .join(ImportRecord.imported)
        .where(Import.kind == "results")
    )
    corrected = select(func.max(Correction.ledger_seq))
    return max(db.session.scalar(query) or 0 for query in (files, corrected))


def measures_of(
    person_ids: Collection[int], since: date, until: date, as_of: int | None = None
) -> dict[int, Measures]:
    """What was recorded of each of these people from one day to another, both included.

    `as_of`: as it was known after this `last_change`; None: as it is now.
    """
    there = _counted(as_of, Result.person_id.in_(person_ids), Result.day.between(since, until)).c
    rows = db.session.execute(
        select(
            there.person_id, there.metric, func.sum(there.numerator), func.sum(there.denominator)
        ).group_by(there.person_id, there.metric)
    )
    found: defaultdict[int, Measures] = defaultdict(dict)
    for person_id, metric, numerator, denominator in rows:
        found[person_id][metric] = Measure(numerator, denominator, METRICS[metric].kind)
    return dict(found)


def days_worked(
    person_ids: Collection[int], since: date, until: date, as_of: int | None = None
) -> dict[int, int]:
    """On how many days each of these people did something that was counted.

    Errors and complaints alone do not make a day of work: they are found on days off too.
    """
    there = _counted(as_of, Result.person_id.in_(person_ids), Result.day.between(since, until)).c
    worked = case((there.metric.in_(WORK), there.day))  # in WHERE it would mislead SQLite's planner
    rows = db.session.execute(
        select(there.person_id, func.count(worked.distinct())).group_by(there.person_id)
    )
    return {person_id: days for person_id, days in rows}  # noqa: C416  # rows are no plain tuples


def measures_over(spans: Collection[Span]) -> dict[Span, Measures]:
    """What was recorded of each of these people over days of their own."""
    found: dict[Span, Measures] = {span: {} for span in spans}
    sums = (Result.metric, func.sum(Result.numerator), func.sum(Result.denominator))
    for row in _over(spans, sums, Result.metric):
        person_id, since, until, metric, numerator, denominator = row
        measure = Measure(numerator, denominator, METRICS[metric].kind)
        found[person_id, since, until][metric] = measure
    return found


def days_worked_over(spans: Collection[Span]) -> dict[Span, int]:
    """On how many of these days each of these people did something that was counted."""
    worked = case((Result.metric.in_(WORK), Result.day))
    found = _over(spans, [func.count(worked.distinct())])
    return {(person_id, since, until): days for person_id, since, until, days in found}


def _over(
    spans: Collection[Span], asked: Iterable[Any], *each: InstrumentedAttribute[Any]
) -> Iterable[Any]:
    if not spans:
        return []
    names = (column("person_id", Integer), column("since", Date), column("until", Date))
    over = values(*names, name="span").data([*spans]).cte().c
    within = (Result.person_id == over.person_id, Result.day.between(over.since, over.until))
    query = select(*over, *asked).join(Result, and_(IN_FORCE, *within)).group_by(*over, *each)
    return db.session.execute(query)


def each_day(person_id: int, since: date, until: date) -> list[DayOf]:
    """What was recorded of one person, day by day."""
    rows = db.session.execute(
        select(Result.day, Result.metric, Result.numerator, Result.denominator)
        .where(IN_FORCE, Result.person_id == person_id, Result.day.between(since, until))
        .order_by(Result.day)
    )
    found: defaultdict[date, Measures] = defaultdict(dict)
    for day, metric, numerator, denominator in rows:
        found[day][metric] = Measure(numerator, denominator, METRICS[metric].kind)
    return list(found.items())


def _counted(as_of: int | None, *wanted: ColumnElement[bool]) -> Subquery:
    """The figures that count; or that did after that change: neither brought in nor voided since.

    Two selects, because each has its own partial index.
    """
    figures = select(
        Result.person_id, Result.metric, Result.day, Result.numerator, Result.denominator
    ).where(*wanted)
    if as_of is None:
        return figures.where(IN_FORCE).subquery()
    since = union(
        select(ImportRecord.import_id).where(ImportRecord.ledger_seq > as_of),
        select(Correction.import_id).where(Correction.ledger_seq > as_of),
    )
    known = figures.where(or_(Result.import_id.is_(None), Result.import_id.not_in(since)))
    voided = Result.voided_by_id.is_not(None) & Result.voided_by_id.in_(since)
    return union_all(known.where(IN_FORCE), known.where(voided)).subquery()


Figure = tuple[Person, date, str, Measure]


def by_day(metrics: Collection[str]) -> Iterator[Figure]:
    """Every figure of these metrics, by name, day and metric; streamed."""
    query = (
        select(Person, Result.day, Result.metric, Result.numerator, Result.denominator)
        .join(Result.person)
        .where(IN_FORCE, Result.metric.in_(metrics))
        .order_by(Person.name, Person.id, Result.day, Result.metric)
    )
    for person, day, metric, numerator, denominator in _streamed(query):
        yield person, day, metric, Measure(numerator, denominator, METRICS[metric].kind)


def by_month(metrics: Collection[str]) -> Iterator[Figure]:
    """The same added up over calendar months, each named by its first day."""
    year, month = extract("year", Result.day), extract("month", Result.day)
    sums = func.sum(Result.numerator), func.sum(Result.denominator)
    query = (
        select(Person, year, month, Result.metric, *sums)
        .join(Result.person)
        .where(IN_FORCE, Result.metric.in_(metrics))
        .group_by(Person.id, year, month, Result.metric)
        .order_by(Person.name, Person.id, year, month, Result.metric)
    )
    for person, of_year, of_month, metric, numerator, denominator in _streamed(query):
        day = date(int(of_year), int(of_month), 1)
        yield person, day, metric, Measure(numerator, denominator, METRICS[metric].kind)


def _streamed(query: Executable) -> Iterator[Any]:
    yield from db.session.execute(query.execution_options(yield_per=1000))


def last_day_recorded() -> date | None:
    """The latest day of which there is a result."""
    last = union_all(  # each metric from the index: over all of them at once it would be read whole
        *(select(func.max(Result.day).label("day")).where(Result.metric == key) for key in METRICS)
    ).subquery()
    return db.session.scalar(select(func.max(last.c.day)))


def imports(*kinds: str) -> Select[Import]:
    """Imports of these kinds, in no order yet."""
    return select(Import).where(Import.kind.in_(kinds)).options(joinedload(Import.by))


def mappings() -> list[ColumnMapping]:
    """The saved ways to read a call log, by name."""
    return list(db.session.scalars(select(ColumnMapping).order_by(ColumnMapping.name)))


def conduct_records(text: str) -> Select[ConductRecord]:
    """Conduct records, those of one employee or reference where the text names one."""
    query = select(ConductRecord).options(joinedload(ConductRecord.person))
    if not text.strip():
        return query
    wanted = text.strip()
    named = or_(Person.name == wanted, Person.employee_number == wanted)
    of_person = ConductRecord.person_id.in_(select(Person.id).where(named))
    return query.where(or_(of_person, ConductRecord.reference == wanted))


def conduct_of(person_ids: Collection[int], until: date) -> dict[int, list[ConductRecord]]:
    """The conduct records of these people up to a day, oldest first, each as it holds on that day.

    A correction without a day of its own holds on every day: what was wrong was never right.
    """
    found: defaultdict[int, list[ConductRecord]] = defaultdict(list)
    for record in db.session.scalars(
        select(ConductRecord)
        .where(
            ConductRecord.person_id.in_(person_ids),
            ConductRecord.day <= until,
            _holds(ConductRecord, until),
            ~_corrected(until),
        )
        .order_by(ConductRecord.day, ConductRecord.id)
    ):
        found[record.person_id].append(record)
    return dict(found)


def newest_conduct(references: Collection[str]) -> dict[tuple[str, int], ConductRecord]:
    """The last word on each of these records, by reference and person."""
    rows = db.session.scalars(
        select(ConductRecord)
        .where(ConductRecord.reference.in_(references))
        .order_by(ConductRecord.revision)
    )
    return {(row.reference, row.person_id): row for row in rows}


def _holds(row: type[ConductRecord], day: date) -> ColumnElement[bool]:
    return or_(row.effective_from.is_(None), row.effective_from <= day)


def _corrected(until: date) -> ColumnElement[bool]:
    """Whether a later revision holds on that day."""
    later = aliased(ConductRecord)
    return exists().where(
        later.reference == ConductRecord.reference,
        later.person_id == ConductRecord.person_id,
        later.revision > ConductRecord.revision,
        _holds(later, until),
    )
