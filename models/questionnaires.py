"""Questionnaires for staff: what is asked, its rounds, the sealed ballot box, and what came out.

Who has taken part and what was answered meet nowhere: a participation is a pair of numbers, and the
answers of everybody are one sealed box that is written anew with each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from ledger.canonical import canonical
from ledger.entry import instant
from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.people import Person, Team
from models.scheme import Award, Names
from workflow.questionnaires import Question, questions
from workflow.vocabulary import Grouping, JobRole, RoundState

if TYPE_CHECKING:
    from models.removals import Removal


class Questionnaire(Base):
    """What staff are asked, whom, and when; a round keeps it as it was when it opened."""

    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    leads: Mapped[Names] = mapped_column(JSON)  # what it is about, and why it is asked
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))  # None: the whole scheme
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))  # None: every team
    job_role: Mapped[JobRole | None] = mapped_column(word(JobRole))  # None: every role
    grouped_by: Mapped[Grouping | None] = mapped_column(word(Grouping))
    opens_on: Mapped[date | None]  # None: it is being drawn up
    days_open: Mapped[int] = mapped_column(default=14)
    every_months: Mapped[int] = mapped_column(default=0)  # 0: once
    reply_days: Mapped[int] = mapped_column(default=10)  # working days to the official answer
    holds: Mapped[str | None] = mapped_column(Text)  # "policy_rule/key": waits until it is answered

    award: Mapped[Award | None] = relationship()
    team: Mapped[Team | None] = relationship()
    rounds: Mapped[list[Round]] = relationship(
        back_populates="questionnaire", order_by="Round.number.desc()"
    )

    @property
    def asked(self) -> tuple[Question, ...]:
        return questions(self.questions)


class Round(Recorded, Base):
    """One time that a questionnaire is put to staff, with its questions as they were then."""

    __tablename__ = "questionnaire_round"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)
    ledger_kind = "questionnaire_opened"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    planned_on: Mapped[date]
    names: Mapped[Names] = mapped_column(JSON)
    leads: Mapped[Names] = mapped_column(JSON)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    job_role: Mapped[JobRole | None] = mapped_column(word(JobRole))
    grouped_by: Mapped[Grouping | None] = mapped_column(word(Grouping))
    reply_days: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant, index=True)

    questionnaire: Mapped[Questionnaire] = relationship(back_populates="rounds")
    team: Mapped[Team | None] = relationship()
    result: Mapped[RoundResult | None] = relationship(back_populates="round")
    answers: Mapped[list[OfficialAnswer]] = relationship(
        back_populates="round", order_by="OfficialAnswer.id"
    )

    @property
    def asked(self) -> tuple[Question, ...]:
        return questions(self.questions)

    @property
    def bound_to(self) -> str:
        """What its sealed box is bound to: it opens nowhere else."""
        return f"ballot box of {self.questionnaire.key} {self.number}"

    def state(self, at: datetime) -> RoundState:
        if self.result is None:
            return RoundState.OPEN if at < self.closes_at else RoundState.COUNTING
        if self.answers:
            return RoundState.ANSWERED
        return RoundState.OVERDUE if at >= self.result.due_at else RoundState.WAITS

    def ledger_body(self) -> dict[str, object]:
        return {
            "questionnaire": self.questionnaire.key,
            "number": self.number,
            "planned": self.planned_on.isoformat(),
            "asked": _digest({"names": self.names, "leads": self.leads, "of": self.questions}),
            "team": self.team.name if self.team else None,
            "role": self.job_role.value if self.job_role else None,
            "by_group": self.grouped_by.value if self.grouped_by else None,
            "reply_days": self.reply_days,
            "closes": instant(self.closes_at),
        }


class BallotBox(Base):
    """The answers of a round while it is open: sums and mixed words, sealed as one piece.

    Each answer writes the whole box anew, in the same size. It goes when the round is counted.
    """

    __tablename__ = "ballot_box"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaire_round.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reminded: Mapped[bool] = mapped_column(default=False)


class Participation(Base):
    """That somebody has taken part, and nothing else; it goes when the round is counted.

    Without a rowid the rows lie in the order of the people, not in that of their coming.
    """

    __tablename__ = "participation"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaire_round.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )


class RoundResult(Recorded, Base):
    """What a round came to: counts of five people and more, and the words in no order."""

    __tablename__ = "questionnaire_result"
    ledger_kind = "questionnaire_counted"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_round.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    asked: Mapped[int]  # how many people
    answered: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)  # workflow.ballots.published
    due_at: Mapped[datetime] = mapped_column(Instant)  # the official answer

    round: Mapped[Round] = relationship(back_populates="result")
    judgements: Mapped[list[Judgement]] = relationship(
        back_populates="result", order_by="Judgement.id"
    )

    def ledger_body(self) -> dict[str, object]:
        return {
            "round": self.round.ledger_seq,
            "asked": self.asked,
            "answered": self.answered,
            "figures": _digest(self.figures),
            "words": [[each.question, each.wording.commitment] for each in self.judgements],
            "due": instant(self.due_at),
        }


class Judgement(Base):
    """A judgement in somebody's own words; nobody knows whose."""

    __tablename__ = "questionnaire_judgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_result.id"), index=True)
    question: Mapped[str] = mapped_column(Text)  # its key
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"), unique=True)

    result: Mapped[RoundResult] = relationship(back_populates="judgements")
    wording: Mapped[Wording] = relationship()
    removals: Mapped[list[Removal]] = relationship(
        back_populates="judgement", order_by="Removal.id"
    )

    @property
    def text(self) -> str | None:
        """None once two people have removed it."""
        return self.wording.text

    @property
    def removed(self) -> Removal | None:
        return next((each for each in self.removals if each.is_carried), None)

    @property
    def waits(self) -> Removal | None:
        """What nobody has answered yet."""
        return next((each for each in self.removals if each.answer is None), None)


class OfficialAnswer(Recorded, Base):
    """What the scheme's managers make of a round's results."""

    __tablename__ = "questionnaire_answer"
    ledger_kind = "questionnaire_answered"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_round.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    round: Mapped[Round] = relationship(back_populates="answers")
    by: Mapped[Person] = relationship()
    body: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "round": self.round.ledger_seq,
            "by": self.by.key,
            "body": self.body.commitment,
        }


def by_key(key: str) -> Questionnaire | None:
    return db.session.scalar(select(Questionnaire).where(Questionnaire.key == key))


def every() -> Sequence[Questionnaire]:
    """All questionnaires with their rounds, the newest first."""
    query = select(Questionnaire).options(
        selectinload(Questionnaire.rounds).joinedload(Round.result)
    )
    return db.session.scalars(query.order_by(Questionnaire.id.desc())).all()


def rounds() -> Select[Round]:
    """Rounds with what a list shows of each."""
    return select(Round).options(
        joinedload(Round.questionnaire).joinedload(Questionnaire.award),
        joinedload(Round.result),
    )


def counted() -> Select[Round]:
    """Rounds that have been counted: what anybody may look up."""
    return rounds().where(Round.result.has()).options(selectinload(Round.answers))


def open_for(person: Person, at: datetime) -> list[Round]:
    """Open rounds that ask this person and that they have not answered, the first to close first.

    A colleague who is not at work on the day is asked nothing.
    """
    taken = select(Participation.round_id).where(Participation.person_id == person.id)
    query = (
        rounds()
        .where(
            *_open(at),
            Round.id.not_in(taken),
            or_(Round.team_id.is_(None), Round.team_id == person.team_id),
            or_(Round.job_role.is_(None), Round.job_role == person.job_role),
        )
        .order_by(Round.closes_at, Round.id)
    )
    return list(db.session.scalars(query))


def open_rounds(at: datetime) -> Select[Round]:
    return rounds().where(*_open(at)).order_by(Round.closes_at, Round.id)


def is_asked(round_: Round, person: Person) -> bool:
    """Whether the round is for this person."""
    team = round_.team_id in (None, person.team_id)
    return team and round_.job_role in (None, person.job_role)


def asked_people(round_: Round, day: date) -> Select[Person]:
    """Whoever the round is for and works here on this day."""
    query = select(Person).where(
        or_(Person.joined_on.is_(None), Person.joined_on <= day),
        or_(Person.left_on.is_(None), Person.left_on > day),
    )
    if round_.team_id is not None:
        query = query.where(Person.team_id == round_.team_id)
    if round_.job_role is not None:
        query = query.where(Person.job_role == round_.job_role)
    return query.order_by(Person.id)


def has_taken_part(round_id: int, person_id: int) -> bool:
    return db.session.get(Participation, (round_id, person_id)) is not None


def rounds_taken(person_id: int) -> frozenset[int]:
    """The rounds in which this person has taken part, by id."""
    taken = select(Participation.round_id).where(Participation.person_id == person_id)
    return frozenset(db.session.scalars(taken))


def taken_part(round_ids: Collection[int]) -> Counter[int]:
    """How many have answered each of these rounds so far."""
    query = select(Participation.round_id, func.count())
    rows = db.session.execute(
        query.where(Participation.round_id.in_(round_ids)).group_by(Participation.round_id)
    )
    return Counter({round_id: number for round_id, number in rows})  # noqa: C416  # rows are no plain tuples


def earlier(round_: Round) -> list[Round]:
    """The counted rounds of the same questionnaire before this one, the oldest first."""
    query = counted().where(
        Round.questionnaire_id == round_.questionnaire_id, Round.number < round_.number
    )
    return list(db.session.scalars(query.order_by(Round.number)))


def waiting_for_answer() -> list[Round]:
    """Counted rounds without an official answer, the nearest due first."""
    query = (
        counted()
        .join(RoundResult, RoundResult.round_id == Round.id)
        .where(~Round.answers.any())
        .order_by(RoundResult.due_at, Round.id)
    )
    return list(db.session.scalars(query))


def holding(name: str) -> Questionnaire | None:
    """The questionnaire for which this part of the scheme still waits: none of its rounds is
    counted and officially answered."""
    query = (
        select(Questionnaire)
        .where(
            Questionnaire.holds == name,
            ~Questionnaire.rounds.any(Round.result.has() & Round.answers.any()),
        )
        .order_by(Questionnaire.id)
        .limit(1)
    )
    return db.session.scalar(query)


def _open(at: datetime) -> tuple[Any, ...]:
    return Round.at <= at, Round.closes_at > at, ~Round.result.has()


def _digest(value: dict[str, Any]) -> str:
    return sha256(canonical({"v": 1, **value})).hexdigest()
