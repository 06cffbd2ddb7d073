"""Scores as they were frozen at a cycle's close, and how the colleagues of a role stand by now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.canonical import CanonicalError, canonical
from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded
from models.performance import Group, Yardstick
from models.reviews import Days
from models.scheme import Cycle
from workflow.vocabulary import JobRole


class ScoreSheet(Recorded, Base):
    """A closed cycle's scores were frozen: of its nominees, beside everybody of their roles.

    `sealed` holds the days that count, the `cases`, up to which change of results they were known
    (`as_of`) and, for each role, everybody's score by the person's key and the `medians`; for a
    team award also the members of all `teams`. Each nominee's own figures are sealed in their
    FrozenScore. Version 1 had only days and scores.
    """

    __tablename__ = "score_sheet"
    ledger_kind = "scores_frozen"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    formula: Mapped[str] = mapped_column(Text)
    results_until: Mapped[date | None]  # the last day of which there was any result
    sealed: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed_hash: Mapped[str] = mapped_column(Text)  # SHA-256 of `sealed`, for the ledger
    written: Mapped[bool] = mapped_column(default=True)  # whether every nominee's score is, too

    cycle: Mapped[Cycle] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "formula": self.formula,
            "results_until": self.results_until.isoformat() if self.results_until else None,
            "sealed": self.sealed_hash,
        }

    def group(self, role: JobRole) -> Group | None:
        """The scores of a role as they were sealed; None where they, or the medians, were not."""
        scores, medians = (self.sealed.get(name, {}).get(role) for name in ("roles", "medians"))
        if scores is None or medians is None:
            return None
        known = sorted(Decimal(score) for score in scores.values() if score is not None)
        return Group(tuple(known), {name: Decimal(value) for name, value in medians.items()})

    @property
    def is_whole(self) -> bool:
        """Whether results had come in up to the cycle's last day."""
        until: str = self.sealed["days"][1]
        return self.results_until is not None and self.results_until.isoformat() >= until


class RoleStanding(Base):
    """The scores of a role over the days of an open cycle, added up by the worker for the pages.

    It can be thrown away: the worker makes it anew whenever results have come in.
    """

    __tablename__ = "role_standing"
    __table_args__ = (UniqueConstraint("job_role", "since", "until", "metric"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_role: Mapped[JobRole] = mapped_column(word(JobRole))
    since: Mapped[date]
    until: Mapped[date]
    metric: Mapped[str] = mapped_column(Text)  # the one figure that an award counts; "": the score
    kpi_scheme_id: Mapped[int | None] = mapped_column(ForeignKey("kpi_scheme.id"))
    results_seen: Mapped[int]  # the last change of results that it knows
    at: Mapped[datetime] = mapped_column(Instant)
    scores: Mapped[list[str]] = mapped_column(JSON)  # lowest first
    medians: Mapped[dict[str, str]] = mapped_column(JSON)

    @property
    def group(self) -> Group:
        medians = {metric: Decimal(value) for metric, value in self.medians.items()}
        return Group(tuple(Decimal(score) for score in self.scores), medians)


def groups(
    roles: Collection[JobRole], since: date
) -> dict[tuple[JobRole, Days, str | None], Group]:
    """The scores of these roles as the worker added them up last, over any days that begin then
    or later: by role, days and the one figure that counts.
    """
    found = db.session.scalars(
        select(RoleStanding).where(RoleStanding.job_role.in_(roles), RoleStanding.since >= since)
    )
    return {
        (row.job_role, Days(row.since, row.until), row.metric or None): row.group for row in found
    }


def known_group(role: JobRole, stick: Yardstick, seen: int) -> Group | None:
    """The scores of a role, if the worker knew this change of results and went by these targets."""
    row = standing(role, stick.days, stick.metric)
    kpi = stick.kpi.id if stick.kpi else None
    if row is None or (row.results_seen, row.kpi_scheme_id) != (seen, kpi):
        return None
    return row.group


def standing(role: JobRole, days: Days, metric: str | None) -> RoleStanding | None:
    return db.session.scalar(
        select(RoleStanding).where(
            RoleStanding.job_role == role,
            RoleStanding.since == days.since,
            RoleStanding.until == days.until,
            RoleStanding.metric == (metric or ""),
        )
    )


def seal(content: dict[str, Any]) -> str:
    """What the ledger says of a sheet's content."""
    return sha256(canonical(content)).hexdigest()


def is_sealed(sheet: ScoreSheet) -> bool:
    """Whether a sheet is what the ledger was told of it."""
    try:
        return seal(sheet.sealed) == sheet.sealed_hash
    except CanonicalError:
        return False


def sheet_of(cycle: Cycle) -> ScoreSheet | None:
    """The scores of a cycle as they were frozen; None before all are written."""
    sheet = begun_sheet(cycle)
    return sheet if sheet and sheet.written else None


def begun_sheet(cycle: Cycle) -> ScoreSheet | None:
    """The same while the nominees' scores may still be written."""
    return db.session.scalar(select(ScoreSheet).where(ScoreSheet.cycle_id == cycle.id))
