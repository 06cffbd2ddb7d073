"""Imported figures: daily results, conduct records, the imports that brought them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Text, word
from models.ledger import Recorded
from models.people import Person
from workflow.vocabulary import ConductKind


class Result(Base):
    """One metric of one person on one day, as numerator and denominator.

    A period's mean is the sum of numerators over the sum of denominators: over its calls, not its
    days. A plain sum has no denominator (None). What was blank has no row.
    """

    __tablename__ = "result"
    __table_args__ = (
        UniqueConstraint("person_id", "metric", "day"),
        Index("ix_result_metric_day", "metric", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    metric: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    numerator: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))

    person: Mapped[Person] = relationship()


class ConductRecord(Base):
    """A complaint, breach, quality fault, failed re-training or day of absence."""

    __tablename__ = "conduct_record"
    __table_args__ = (UniqueConstraint("reference", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConductKind] = mapped_column(word(ConductKind))
    day: Mapped[date]
    upheld: Mapped[bool] = mapped_column(default=True)
    reference: Mapped[str] = mapped_column(Text)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))

    person: Mapped[Person] = relationship()


class Import(Base):
    """One file brought in: previewed, then applied as a whole, with its progress."""

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # people, results, conduct
    filename: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # mapping, create_people
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the command line
    created_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Text)  # previewed, waiting, running, applied, failed
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # counts and errors
    applied_at: Mapped[datetime | None] = mapped_column(Instant)

    by: Mapped[Person | None] = relationship()


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
        return {
            "kind": self.imported.kind,
            "file": self.imported.sha256,
            "counts": self.counts,
            "by": self.imported.by.key if self.imported.by else None,
        }


class ColumnMapping(Base):
    """A saved way to read a call log: which column means what."""

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
