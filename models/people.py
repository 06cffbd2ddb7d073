"""Teams, people and what they are entrusted with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask_login import UserMixin
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Select,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from workflow.case import Actor
from workflow.vocabulary import Duty, Gender, JobRole, Language, Shift

if TYPE_CHECKING:
    from models.scheme import Award


LONGEST_SEARCH = 100  # characters: SQLite refuses a pattern of many thousand


class Team(Base):
    """A team of the organisation, with the name the organisation gave it."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    members: Mapped[list[Person]] = relationship(back_populates="team")


class Person(UserMixin, Base):
    """A colleague; `key` stands for them in the ledger, which holds nothing personal."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True, default=lambda: secrets.token_hex(8))
    employee_number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, unique=True)  # kept in lower case
    job_role: Mapped[JobRole] = mapped_column(word(JobRole))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    shift: Mapped[Shift | None] = mapped_column(word(Shift))
    gender: Mapped[Gender | None] = mapped_column(word(Gender), deferred=True)  # counted, not shown
    language: Mapped[Language] = mapped_column(word(Language), default=Language.EN)
    password_hash: Mapped[str | None] = mapped_column(Text)

    team: Mapped[Team | None] = relationship(back_populates="members")
    manager: Mapped[Person | None] = relationship(remote_side=[id])
    grants: Mapped[list[DutyGrant]] = relationship(
        back_populates="person", foreign_keys="DutyGrant.person_id"
    )

    def __init__(self, **values: Any) -> None:
        # The ledger may name a new colleague before their row is written.
        super().__init__(**{"key": secrets.token_hex(8), **values})

    def works_on(self, day: date) -> bool:
        """Whether the person belongs to the organisation on this day."""
        joined = self.joined_on is None or self.joined_on <= day
        return joined and (self.left_on is None or day < self.left_on)

    def duties(self, at: datetime, award_id: int | None = None) -> frozenset[Duty]:
        """The duties in force at this instant, for all awards or for this one."""
        return frozenset(
            grant.duty
            for grant in self.grants
            if grant.is_in_force(at) and grant.award_id in (None, award_id)
        )

    def holds(self, duty: Duty, at: datetime) -> bool:
        """Whether the person holds the duty now for any award at all."""
        return any(grant.duty is duty and grant.is_in_force(at) for grant in self.grants)

    def actor(self, at: datetime, award_id: int | None) -> Actor:
        """The person as the rules see them on a case of this award."""
        return Actor(self.id, self.duties(at, award_id))


class FormerTeam(Base):
    """The team that somebody belonged to until a day, so that a case can name who was there."""

    __tablename__ = "former_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)  # None: none
    until: Mapped[date]  # the first day in another one


class FormerManager(Base):
    """Who was above somebody in the reporting line until then: a case begun before remembers."""

    __tablename__ = "former_manager"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_direct: Mapped[bool]  # else by others
    until: Mapped[datetime] = mapped_column(Instant)


class DutyGrant(Recorded, Base):
    """One duty given to one person; its end before time is a row of its own."""

    __tablename__ = "duty_grant"
    ledger_kind = "duty_granted"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    duty: Mapped[Duty] = mapped_column(word(Duty))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    granted_by: Mapped[Person | None] = relationship(foreign_keys=[granted_by_id])
    award: Mapped[Award | None] = relationship()
    revocation: Mapped[DutyRevocation | None] = relationship(back_populates="grant", lazy="joined")

    @property
    def last_moment(self) -> datetime | None:
        """The last instant before it ends, which is on its last day."""
        return self.ends_at - timedelta(microseconds=1) if self.ends_at else None

    def is_in_force(self, at: datetime) -> bool:
        """Half-open: from its start until its end or revocation."""
        ends = [self.ends_at, self.revocation.at if self.revocation else None]
        return self.starts_at <= at and all(end is None or at < end for end in ends)

    def ledger_body(self) -> dict[str, object]:
        return {
            "person": self.person.key,
            "duty": self.duty.value,
            "award": self.award_id,
            "from": _instant(self.starts_at),
            "until": _instant(self.ends_at),
            "by": self.granted_by.key if self.granted_by else None,
        }


class DutyRevocation(Recorded, Base):
    """The end of a duty before its time, with the reason."""

    __tablename__ = "duty_revocation"
    ledger_kind = "duty_revoked"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("duty_grant.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))

    grant: Mapped[DutyGrant] = relationship(back_populates="revocation")
    by: Mapped[Person] = relationship()
    reason: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "grant": self.grant.ledger_seq,
            "by": self.by.key,
            "reason": self.reason.commitment,
        }


class AuthSession(Base):
    """One signed-in browser, revocable at once; the cookie holds the token, we its hash."""

    __tablename__ = "auth_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link with which one person sets a password, once, within its time."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class SignInFailure(Base):
    """A failed sign-in or guessed link, by keyed hash: enough to lock out, nothing to read."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_hash: Mapped[str] = mapped_column(Text, index=True)
    at: Mapped[datetime] = mapped_column(Instant)


def failed_lately(mark: str, since: datetime) -> int:
    """How often it failed since then, by what is kept of whoever tried."""
    failed = (SignInFailure.identifier_hash == mark, SignInFailure.at > since)
    return db.session.scalar(select(func.count(SignInFailure.id)).where(*failed)) or 0


def token_hash(token: str) -> str:
    """What is kept of a token: enough to recognise it, too little to use it."""
    return sha256(token.encode()).hexdigest()


def invitation(token: str, at: datetime) -> Invitation | None:
    """The invitation that the token stands for, while it can be used."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.token_hash == token_hash(token),
            Invitation.expires_at > at,
            Invitation.used_at.is_(None),
        )
    )


def by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def by_key(key: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.key == key))


def by_number(employee_number: str) -> Person | None:
    return db.session.scalar(
        select(Person).where(Person.employee_number == employee_number.strip())
    )


def demo_accounts(at: datetime) -> list[tuple[Duty | None, Person]]:
    """Whom the demo's sign-in page offers: one per duty, and one who has none and leads nobody."""
    held = select(DutyGrant.person_id)
    leads = select(Person.manager_id).where(Person.manager_id.is_not(None))
    plain = select(Person).where(
        Person.id.not_in(held), Person.id.not_in(leads), Person.left_on.is_(None)
    )
    chosen: list[tuple[Duty | None, Person | None]] = [
        (None, db.session.scalar(plain.order_by(Person.id).limit(1)))
    ]
    taken: set[int] = set()
    for duty in Duty:
        candidates = db.session.scalars(holders(duty, at, None)).all()
        person = next((each for each in candidates if each.id not in taken), None)
        chosen.append((duty, person))
        taken |= {person.id} if person else set()
    return [(duty, person) for duty, person in chosen if person]


def holders(
    duty: Duty | BindParameter[Any],
    at: datetime | BindParameter[Any],
    award_id: int | BindParameter[Any] | None,
) -> Select[Person]:
    """People who hold the duty at this instant for this award (or for all)."""
    grant = DutyGrant
    award = grant.award_id.is_(None)
    return (
        select(Person)
        .join(grant, grant.person_id == Person.id)
        .outerjoin(DutyRevocation, DutyRevocation.grant_id == grant.id)
        .where(
            grant.duty == duty,
            or_(award, grant.award_id == award_id) if award_id is not None else award,
            *in_force(at),
        )
        .distinct()
        .order_by(Person.id)
    )


def in_force(at: Any) -> tuple[ColumnElement[bool], ...]:
    """Grants that count at this instant; their revocation must be outer-joined."""
    return (
        DutyGrant.starts_at <= at,
        or_(DutyGrant.ends_at.is_(None), DutyGrant.ends_at > at),
        or_(DutyRevocation.id.is_(None), DutyRevocation.at > at),
    )


def line_managers(person_ids: list[int]) -> frozenset[int]:
    """Everybody above these people in the reporting line."""
    if not person_ids:
        return frozenset()
    above = (
        select(Person.manager_id.label("id"))
        .where(Person.id.in_(person_ids), Person.manager_id.is_not(None))
        .cte("above", recursive=True)
    )
    above = above.union(
        select(Person.manager_id)
        .join(above, Person.id == above.c.id)
        .where(Person.manager_id.is_not(None))
    )
    return frozenset(db.session.scalars(select(above.c.id)))


def directory(text: str, team_id: int | None, day: date | None) -> Select[Person]:
    """People whose name, number or address holds the text; who work on the day, if it is given."""
    query = select(Person).options(joinedload(Person.team))
    wanted = text.strip().lower()[:LONGEST_SEARCH]
    if wanted:
        columns = (Person.name, Person.employee_number, Person.email)
        query = query.where(
            or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns))
        )
    if team_id is not None:
        query = query.where(Person.team_id == team_id)
    if day is not None:
        query = query.where(or_(Person.left_on.is_(None), Person.left_on > day))
    return query


def teams() -> list[Team]:
    return list(db.session.scalars(select(Team).order_by(Team.name)))


def counted(query: Select[Any]) -> int:
    """How many rows the query would give."""
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def duty_grants(duty: Duty | None = None) -> Select[DutyGrant]:
    """Every grant ever made of this duty, or of any, with the people it names."""
    query = select(DutyGrant).options(
        joinedload(DutyGrant.person),
        joinedload(DutyGrant.granted_by),
        joinedload(DutyGrant.award),
        joinedload(DutyGrant.revocation).options(
            joinedload(DutyRevocation.by), joinedload(DutyRevocation.reason)
        ),
    )
    return query if duty is None else query.where(DutyGrant.duty == duty)


def matching(text: str, spellings: Iterable[str], day: date) -> Select[Person]:
    """Colleagues at work on this day whom the text finds; for choosing nominees.

    It stands in their name in any of its spellings, in their number, or before the @ of their
    e-mail address: there Chinese names are mostly in letters, with or without marks between.
    """
    typed = _pattern(text)
    mailbox = func.lower(Person.email)
    for mark in (".", "-", "_"):
        mailbox = func.replace(mailbox, mark, "")
    wanted = or_(
        *(func.lower(Person.name).like(_pattern(each)) for each in spellings),
        func.lower(Person.employee_number).like(typed),
        mailbox.like(f"{typed.replace('.', '').replace('-', '').replace(' ', '')}@%"),
    )
    here = and_(
        or_(Person.joined_on.is_(None), Person.joined_on <= day),
        or_(Person.left_on.is_(None), Person.left_on > day),
    )
    return select(Person).where(wanted if text.strip() else false(), here).order_by(Person.name)


def _pattern(text: str) -> str:
    return f"%{text[:LONGEST_SEARCH].strip().lower().replace('%', '').replace('_', '')}%"


def _instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None


def person_by_key(key: str) -> Person | None:
    """The colleague for whom this key stands in the ledger."""
    return db.session.scalar(select(Person).where(Person.key == key))
