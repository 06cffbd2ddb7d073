"""Checkpoints over the ledger, the witnesses that get them, and what became of each on its way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ledger.examination import Head
from models.base import Base, Instant, Text, db, word
from models.ledger import LedgerEntry, Recorded, Wording
from models.people import Person
from models.tries import Tried
from workflow.vocabulary import WitnessWay


class SignedCheckpoint(Base):
    """The ledger's size and root as they were signed. It repeats the ledger, so it is no act."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(unique=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[bytes] = mapped_column(LargeBinary)  # to the byte: a signature stands on it
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def text(self) -> str:
        return self.note.decode()

    @property
    def head(self) -> Head:
        return Head(self.size, self.root)


class Witness(Recorded, Base):
    """Somebody, or a place, that gets every checkpoint; where that is may be erased."""

    __tablename__ = "witness"
    ledger_kind = "witness_named"

    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[WitnessWay] = mapped_column(word(WitnessWay))
    place_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    place: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()
    dismissal: Mapped[WitnessDismissal | None] = relationship(back_populates="witness")

    def ledger_body(self) -> dict[str, object]:
        return {"way": self.way.value, "place": self.place.commitment, "by": self.by.key}


class WitnessDismissal(Recorded, Base):
    """A witness gets no more checkpoints."""

    __tablename__ = "witness_dismissal"
    ledger_kind = "witness_dismissed"

    id: Mapped[int] = mapped_column(primary_key=True)
    witness_id: Mapped[int] = mapped_column(ForeignKey("witness.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    witness: Mapped[Witness] = relationship(back_populates="dismissal")
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {"witness": self.witness.ledger_seq, "by": self.by.key}


class Delivery(Tried, Base):
    """One checkpoint on its way to one witness: each gets each once."""

    __tablename__ = "witness_delivery"
    __table_args__ = (
        UniqueConstraint("checkpoint_id", "witness_id"),
        Index("ix_witness_delivery_unsent", "sent_at", "next_try_at"),
    )
    most_tries = 10

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("witness.id"), index=True)

    checkpoint: Mapped[SignedCheckpoint] = relationship()
    witness: Mapped[Witness] = relationship()


class Epoch(Recorded, Base):
    """The ledger went on from an older copy: what had been signed before no longer fits."""

    __tablename__ = "epoch"
    ledger_kind = "epoch"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]  # how many entries the copy had
    known_size: Mapped[int]  # of the checkpoint that does not fit
    known_root: Mapped[str] = mapped_column(Text)  # hex
    at: Mapped[datetime] = mapped_column(Instant)

    def ledger_body(self) -> dict[str, object]:
        return {"size": self.size, "known_size": self.known_size, "known_root": self.known_root}


def newest() -> SignedCheckpoint | None:
    return db.session.scalar(select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()))


def checkpoint_of(size: int) -> SignedCheckpoint | None:
    """The checkpoint over just so many entries."""
    return db.session.scalar(select(SignedCheckpoint).where(SignedCheckpoint.size == size))


def checkpoints(before: int | None, limit: int) -> list[SignedCheckpoint]:
    """The newest first, those smaller than `before`."""
    query = select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()).limit(limit)
    if before is not None:
        query = query.where(SignedCheckpoint.size < before)
    return list(db.session.scalars(query))


def leaf_hashes(size: int) -> list[bytes]:
    """The leaf hash of each of the first entries; shorter where the ledger is."""
    first = select(LedgerEntry.leaf_hash).where(LedgerEntry.seq <= size).order_by(LedgerEntry.seq)
    return list(db.session.scalars(first))


def epochs() -> list[Epoch]:
    """Every time the ledger went on from an older copy, the latest first."""
    return list(db.session.scalars(select(Epoch).order_by(Epoch.id.desc())))


def witnesses() -> list[Witness]:
    """Every witness ever named: those in office first, then the latest first."""
    query = (
        select(Witness)
        .outerjoin(Witness.dismissal)
        .order_by(WitnessDismissal.id.is_not(None), Witness.id.desc())
        .options(
            joinedload(Witness.place),
            joinedload(Witness.by),
            joinedload(Witness.dismissal).joinedload(WitnessDismissal.by),
        )
    )
    return list(db.session.scalars(query))


def in_office() -> Select[Witness]:
    """The witnesses that get the next checkpoint."""
    return select(Witness).where(~Witness.dismissal.has()).order_by(Witness.id)


def last_deliveries() -> dict[int, Delivery]:
    """What became of the newest checkpoint that each witness was to get."""
    last = select(func.max(Delivery.id)).group_by(Delivery.witness_id)
    found = db.session.scalars(
        select(Delivery).where(Delivery.id.in_(last)).options(joinedload(Delivery.checkpoint))
    )
    return {delivery.witness_id: delivery for delivery in found}


def due(at: datetime, limit: int) -> list[Delivery]:
    """Deliveries whose time has come, the longest waiting first."""
    query = (
        select(Delivery)
        .where(Delivery.sent_at.is_(None), Delivery.next_try_at <= at)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
