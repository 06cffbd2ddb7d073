"""The certificates of a whole cycle, made by the worker: how far it is, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Text, db
from models.people import Person
from models.scheme import Cycle

WAITING, MADE, FAILED = "waiting", "made", "failed"


class CertificateRun(Base):
    """One asking for all certificates of a cycle; `sha256` names the file that came of it."""

    __tablename__ = "certificate_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(Text)
    total: Mapped[int]
    done: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    cycle: Mapped[Cycle] = relationship()
    by: Mapped[Person] = relationship()


def latest() -> dict[int, CertificateRun]:
    """The last run for each cycle, by the cycle's id."""
    runs = db.session.scalars(select(CertificateRun).order_by(CertificateRun.id))
    return {run.cycle_id: run for run in runs}


def waiting() -> list[CertificateRun]:
    """What the worker has to do, the longest waiting first."""
    return list(
        db.session.scalars(
            select(CertificateRun)
            .where(CertificateRun.state == WAITING)
            .order_by(CertificateRun.id)
        )
    )


def kept() -> set[str]:
    """The hashes of the files that came of any run."""
    made = select(CertificateRun.sha256).where(CertificateRun.sha256.is_not(None))
    return {digest for digest in db.session.scalars(made) if digest is not None}
