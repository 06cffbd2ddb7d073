"""The append-only record: entries, its head, and the texts that it only commits to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ledger.commitment import commit, new_salt
from models.base import Base, Instant, Text, db
from workflow.text import normal


class LedgerEntry(Base):
    """One act: canonical bytes in a gapless sequence, with their RFC 9162 leaf hash."""

    __tablename__ = "ledger_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[str | None] = mapped_column(Text, index=True)  # a case number, for its timeline
    data: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerHead(Base):
    """The one row that says how long the ledger is and what its Merkle root is."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)  # of the last entry: time never runs backwards
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary)


class Wording(Base):
    """A text that may have to be erased; the ledger holds its salted commitment only."""

    __tablename__ = "wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[str] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def of(cls, text: str) -> Wording:
        text, salt = normal(text), new_salt()  # committed to as it will be stored
        return cls(text=text, salt=salt, commitment=commit(text, salt))

    def erase(self, at: datetime) -> None:
        """Let the text go, and the salt by which a short one could be guessed."""
        self.text, self.salt, self.erased_at = None, b"", at


class Recorded:
    """A row written by an act: its ledger entry must say what the row says.

    `ledger_body` is computed from the row alone, so `ledger verify` can compare the two.
    """

    ledger_kind: ClassVar[str]

    @declared_attr
    def ledger_seq(cls) -> Mapped[int]:  # noqa: N805 — SQLAlchemy hands in the class
        return mapped_column(ForeignKey("ledger_entry.seq"), unique=True)

    def ledger_body(self) -> dict[str, object]:
        raise NotImplementedError(type(self).__name__)

    def ledger_subject(self) -> str | None:
        """The case that the entry belongs to, if any."""
        return None


def head() -> LedgerHead | None:
    return db.session.get(LedgerHead, 1)


def timeline(subject: str) -> list[LedgerEntry]:
    """Every entry about one case, oldest first."""
    return list(
        db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.subject == subject).order_by(LedgerEntry.seq)
        )
    )


def entries(subject: str | None = None) -> Iterator[LedgerEntry]:
    """Every entry, or those about one case, oldest first, without holding them all."""
    wanted = select(LedgerEntry).order_by(LedgerEntry.seq).execution_options(yield_per=500)
    if subject is not None:
        wanted = wanted.where(LedgerEntry.subject == subject)
    yield from db.session.scalars(wanted)
