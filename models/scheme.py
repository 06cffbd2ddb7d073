"""The scheme as data: awards, tiers, cycles, rules, KPI targets, and each change of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, Numeric, Select, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.people import Person
from workflow.formula import Formula
from workflow.pathway import Pathway
from workflow.pathways import PATHWAYS
from workflow.tiering import TIE_BREAKS
from workflow.vocabulary import Cadence, Consequence, JobRole, Language, Stage, Subject

Names = dict[str, str]  # language -> text


def unwritten(text: Names) -> list[Language]:
    """The languages that it does not stand in yet."""
    return [language for language in Language if not text.get(language)]


class Scheme(Base):
    """The organisation's one scheme and the terms that hold for all its awards."""

    __tablename__ = "scheme"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    names: Mapped[Names] = mapped_column(JSON)
    organisation: Mapped[Names] = mapped_column(JSON, default=dict)  # as its customers know it
    timezone: Mapped[str] = mapped_column(Text, default="Asia/Shanghai")
    currency: Mapped[str] = mapped_column(Text, default="CNY")
    stage_days: Mapped[int] = mapped_column(default=5)  # working days for each audit
    return_days: Mapped[int] = mapped_column(default=10)  # working days to correct a returned case
    notice_days: Mapped[int] = mapped_column(default=7)  # calendar days of public notice
    appeal_days: Mapped[int] = mapped_column(default=14)  # calendar days after a rejection
    contact_attempts: Mapped[int] = mapped_column(default=3)
    contact_gap_days: Mapped[int] = mapped_column(default=2)  # working days between two contacts
    feedback_days: Mapped[int] = mapped_column(default=10)  # working days to reply
    reminder_days: Mapped[int] = mapped_column(default=1)  # working days before a case is due
    escalation_days: Mapped[int] = mapped_column(default=2)  # working days for each level
    results_days: Mapped[int] = mapped_column(default=7)  # calendar days that results are awaited
    words_kept_days: Mapped[int] = mapped_column(default=365)  # of customers outside the directory
    smallest_group: Mapped[int] = mapped_column(default=5)  # people; smaller ones are not counted
    refused_are_named: Mapped[bool] = mapped_column(default=False)  # in the archive
    deciders_are_named: Mapped[bool] = mapped_column(default=False)  # there too; else by duty

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class RankingTerms:
    """How a cycle ranks, and by which rules (as data) its results nominate."""

    formula: Formula
    tie_breaks: tuple[str, ...]
    eligibility: tuple[dict[str, Any], ...]

    def record(self) -> dict[str, Any]:
        """As a cycle keeps them that began under other terms than its award has now."""
        return {
            "formula": self.formula.record(),
            "tie_breaks": list(self.tie_breaks),
            "eligibility": list(self.eligibility),
        }

    @classmethod
    def of(cls, record: dict[str, Any]) -> RankingTerms:
        """What `record` wrote."""
        tie_breaks, eligibility = record["tie_breaks"], record["eligibility"]
        return cls(Formula.of(record["formula"]), tuple(tie_breaks), tuple(eligibility))


class Award(Base):
    """Something that can be won."""

    __tablename__ = "award"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    descriptions: Mapped[Names] = mapped_column(JSON)
    criteria: Mapped[Names] = mapped_column(JSON)
    cadence: Mapped[Cadence] = mapped_column(word(Cadence))
    subject: Mapped[Subject] = mapped_column(word(Subject))
    road: Mapped[str] = mapped_column(Text)
    job_role: Mapped[JobRole | None] = mapped_column(word(JobRole))  # who may win; None: everybody
    metric: Mapped[str | None] = mapped_column(Text)  # what is counted, on the road by numbers
    stages_are_separate: Mapped[bool] = mapped_column(default=True)
    team_mates_are_barred: Mapped[bool] = mapped_column(default=False)
    assigns: Mapped[bool] = mapped_column(default=False)  # only the judge assigned may decide
    survey_questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # []: usual
    second_contact_days: Mapped[int | None]  # after the first answer; None: there is no second
    waits_for_second_contact: Mapped[bool] = mapped_column(default=False)
    if_refuted: Mapped[Consequence] = mapped_column(word(Consequence), default=Consequence.RETURN)
    if_unverifiable: Mapped[Consequence] = mapped_column(
        word(Consequence), default=Consequence.CONTINUE
    )
    auditors_needed: Mapped[int] = mapped_column(default=1)  # 1 or 2 internal auditors' opinions
    weight_score: Mapped[Decimal] = mapped_column(Numeric(9, 4), default=Decimal(1))
    weight_perception: Mapped[Decimal] = mapped_column(Numeric(9, 4), default=Decimal(0))
    weight_strength: Mapped[Decimal] = mapped_column(Numeric(9, 4), default=Decimal(0))
    full_score: Mapped[Decimal] = mapped_column(Numeric(12, 4), default=Decimal(100))
    tie_breaks: Mapped[list[str]] = mapped_column(JSON, default=lambda: list(TIE_BREAKS))
    quorum: Mapped[int] = mapped_column(default=1)  # members of the committee who approve a list
    eligibility: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list
    )  # who is nominated
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)

    tiers: Mapped[list[Tier]] = relationship(back_populates="award", order_by="Tier.position")
    cycles: Mapped[list[Cycle]] = relationship(
        back_populates="award", order_by="Cycle.opens_at.desc()"
    )

    @property
    def pathway(self) -> Pathway:
        return PATHWAYS[self.road]

    @property
    def ranks(self) -> bool:
        """Whether a committee ranks the cycle's cases; else every confirmed case wins."""
        return Stage.TIERING in self.pathway.stages

    @property
    def ranking_terms(self) -> RankingTerms:
        """How its next cycles rank, and whom their results put forward."""
        weights = (self.weight_score, self.weight_perception, self.weight_strength)
        return RankingTerms(
            Formula(*weights, self.full_score), tuple(self.tie_breaks), tuple(self.eligibility)
        )

    @property
    def was_open(self) -> bool:
        """Whether colleagues know it: cycles begin when it can be won, and stay."""
        return self.active or bool(self.cycles)

    @property
    def places(self) -> int:
        return sum(tier.quota for tier in self.tiers)


class Tier(Base):
    """One level of an award: how many may have it and what it brings."""

    __tablename__ = "tier"
    __table_args__ = (UniqueConstraint("award_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    key: Mapped[str] = mapped_column(Text)
    names: Mapped[Names] = mapped_column(JSON)
    metal: Mapped[str] = mapped_column(Text, default="plain")  # gold, silver, bronze or plain
    quota: Mapped[int]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))
    rewards: Mapped[Names] = mapped_column(JSON)
    cost: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    position: Mapped[int] = mapped_column(default=0)

    award: Mapped[Award] = relationship(back_populates="tiers")


class Cycle(Base):
    """One period of an award, half-open: [opens_at, closes_at)."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("award_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    key: Mapped[str] = mapped_column(Text)  # 2026-11, 2026-Q4 or 2026
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    closed_seq: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.seq"))
    budget: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: award's

    award: Mapped[Award] = relationship(back_populates="cycles")

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    @property
    def ranking_terms(self) -> RankingTerms:
        """The terms that it began with: criteria are known in advance."""
        return RankingTerms.of(self.terms) if self.terms else self.award.ranking_terms

    @property
    def last_moment(self) -> datetime:
        """Within the last day of the cycle: its closing instant is already outside."""
        return self.closes_at - timedelta(microseconds=1)


class Holiday(Base):
    """A day on which no deadline runs."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    names: Mapped[Names] = mapped_column(JSON)


class PolicyRule(Base):
    """A conduct, attendance or complaint rule with its parameters; `kind` is in workflow.policy."""

    __tablename__ = "policy_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    names: Mapped[Names] = mapped_column(JSON)
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    active: Mapped[bool] = mapped_column(default=True)


class KpiScheme(Base):
    """The targets of one job role from a day on."""

    __tablename__ = "kpi_scheme"
    __table_args__ = (UniqueConstraint("job_role", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_role: Mapped[JobRole] = mapped_column(word(JobRole))
    version: Mapped[int]
    starts_on: Mapped[date]

    targets: Mapped[list[KpiTarget]] = relationship(
        back_populates="kpi_scheme", order_by="KpiTarget.id"
    )


class KpiTarget(Base):
    """One metric of a KPI scheme: target, weight and cap; its direction is the metric's own."""

    __tablename__ = "kpi_target"
    __table_args__ = (UniqueConstraint("kpi_scheme_id", "metric"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kpi_scheme_id: Mapped[int] = mapped_column(ForeignKey("kpi_scheme.id"))
    metric: Mapped[str] = mapped_column(Text)
    target: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    weight: Mapped[Decimal] = mapped_column(Numeric(9, 4))
    cap: Mapped[Decimal] = mapped_column(Numeric(9, 4))

    kpi_scheme: Mapped[KpiScheme] = relationship(back_populates="targets")


class SchemeChange(Recorded, Base):
    """One change of the scheme's data: what it was, what it is, who changed it and why."""

    __tablename__ = "scheme_change"
    ledger_kind = "scheme_changed"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(
        Text
    )  # "award", "tier", "cycle", "scheme", "policy_rule" ...
    subject_key: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, list[Any]]] = mapped_column(JSON)  # field -> [before, after], strings
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))

    by: Mapped[Person] = relationship()
    reason: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "subject": self.subject,
            "key": self.subject_key,
            "changes": self.changes,
            "by": self.by.key,
            "reason": self.reason.commitment,
        }


def _keep(row: Base, context: Any) -> None:
    context.session.info.setdefault("scheme", []).append(row)


# Few rows that every page asks for again and again: a session forgets what nobody holds.
for _model in (Scheme, Award, Tier, Cycle):
    event.listen(_model, "load", _keep)


def scheme() -> Scheme:
    """The scheme; raises LookupError in a database without one."""
    found = db.session.get(Scheme, 1)
    if found is None:
        raise LookupError("no scheme has been loaded")
    return found


def day_at(at: datetime) -> date:
    """The calendar day at this instant where the scheme is; in UTC before there is a scheme."""
    found = db.session.get(Scheme, 1)
    return at.astimezone(found.zone if found else UTC).date()


def holidays() -> frozenset[date]:
    """The days on which no deadline runs."""
    return frozenset(db.session.scalars(select(Holiday.day)))


def catalogue() -> Select[Award]:
    return select(Award).where(Award.active).order_by(Award.position)


def open_cycle(award: Award, at: datetime) -> Cycle | None:
    """The cycle of the award that is open at this instant."""
    return db.session.scalar(
        select(Cycle).where(Cycle.award_id == award.id, Cycle.opens_at <= at, Cycle.closes_at > at)
    )


def open_cycles(at: datetime) -> dict[int, Cycle]:
    """The open cycle of each award that has one, by the award's id."""
    found = db.session.scalars(select(Cycle).where(Cycle.opens_at <= at, Cycle.closes_at > at))
    return {cycle.award_id: cycle for cycle in found}


def award_by_key(key: str) -> Award | None:
    return db.session.scalar(select(Award).where(Award.key == key))


def kpi_schemes(roles: Collection[JobRole]) -> list[KpiScheme]:
    """Every KPI scheme of these roles with its targets, what starts last first."""
    found = (
        select(KpiScheme)
        .where(KpiScheme.job_role.in_(roles))
        .options(joinedload(KpiScheme.targets))
        .order_by(KpiScheme.starts_on.desc(), KpiScheme.version.desc())
    )
    return list(db.session.scalars(found).unique())


def in_force(schemes: Iterable[KpiScheme], role: JobRole, day: date) -> KpiScheme | None:
    """Which of these KPI schemes holds for the role on this day."""
    return next((kpi for kpi in schemes if kpi.job_role == role and kpi.starts_on <= day), None)


def targets_by_role() -> dict[JobRole, KpiScheme]:
    """The latest version of each role's targets, in force or announced."""
    found = select(KpiScheme).options(selectinload(KpiScheme.targets)).order_by(KpiScheme.version)
    return {each.job_role: each for each in db.session.scalars(found)}


def newest_targets(role: JobRole) -> KpiScheme | None:
    """The latest version of a role's targets, in force or announced."""
    return db.session.scalar(
        select(KpiScheme)
        .where(KpiScheme.job_role == role)
        .order_by(KpiScheme.version.desc())
        .limit(1)
    )
