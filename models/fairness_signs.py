"""What scheme managers look at: how each auditor decides, who nominates whom, whose words recur.

Nothing of it is kept: it is counted from decisions and nominations each time, in a fixed number
of statements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from models.base import db
from models.decisions import Decision
from models.mentions import PRINT_SHARED_BY, SHARE_AT_LEAST, TextPrint, text_of
from models.nominations import Nomination, Nominee
from models.people import Person
from workflow.acquaintance import Nominated
from workflow.copies import shared
from workflow.fairness import CONFIDENCE, Interval, difference, wilson
from workflow.vocabulary import AUDITS, Action, Stage

COMPARED = 20  # pairs of cases with the most fingerprints in common
PRINTS_AT_LEAST = 3
JUDGED = (Action.APPROVE, Action.RETURN, Action.REJECT)


@dataclass(frozen=True)
class Auditor:
    """How one person decided at one stage, beside all others there."""

    person_id: int
    stage: Stage
    approved: int
    returned: int
    rejected: int
    others: tuple[int, int]  # approved, decided
    confidence: float  # of `apart`: raised with the number of auditors (Bonferroni)

    @property
    def decided(self) -> int:
        return self.approved + self.returned + self.rejected

    @property
    def rate(self) -> Interval | None:
        return wilson(self.approved, self.decided)

    @property
    def apart(self) -> Interval | None:
        """By how much they approve more often than the others; below 0: more severe."""
        return difference((self.approved, self.decided), self.others, self.confidence)

    @property
    def stands_out(self) -> bool:
        """Whether that is more than chance would give."""
        return self.apart is not None and not self.apart.low <= 0 <= self.apart.high


@dataclass(frozen=True)
class Copied:
    """Two cases that share a good part of their words."""

    case: Nomination
    other: Nomination
    percent: int
    passage: str


def auditors(award_ids: Collection[int] | None, since: datetime) -> list[Auditor]:
    """Everybody who decided at an audit, by stage and person."""
    rows = db.session.execute(
        select(Decision.stage, Decision.by_id, Decision.action, func.count())
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .where(
            Decision.stage.in_(AUDITS),
            Decision.action.in_(JUDGED),
            Decision.at >= since,
            _of(award_ids),
        )
        .group_by(Decision.stage, Decision.by_id, Decision.action)
    )
    acts: defaultdict[tuple[Stage, int], Counter[Action]] = defaultdict(Counter)
    whole: defaultdict[Stage, Counter[Action]] = defaultdict(Counter)
    for stage, by_id, action, count in rows:
        if by_id is None:
            continue
        acts[stage, by_id][action] += count
        whole[stage][action] += count
    confidence = 1 - (1 - CONFIDENCE) / max(len(acts), 1)
    return [
        Auditor(
            by_id,
            stage,
            mine[Action.APPROVE],
            mine[Action.RETURN],
            mine[Action.REJECT],
            (
                whole[stage][Action.APPROVE] - mine[Action.APPROVE],
                whole[stage].total() - mine.total(),
            ),
            confidence,
        )
        for (stage, by_id), mine in sorted(
            acts.items(), key=lambda it: (AUDITS.index(it[0][0]), it[0][1])
        )
    ]


def nominations(award_ids: Collection[int] | None, since: datetime) -> list[Nominated]:
    """Who put whom forward; a team's nomination names nobody in particular."""
    rows = db.session.execute(
        select(Nomination.nominator_id, Nominee.person_id, Person.team_id)
        .join(Nominee, Nominee.nomination_id == Nomination.id)
        .join(Person, Person.id == Nominee.person_id)
        .where(
            Nomination.nominator_id.is_not(None),
            Nomination.team_id.is_(None),
            Nomination.submitted_at >= since,
            _of(award_ids),
        )
        .order_by(Nomination.id, Nominee.person_id)
    )
    return [Nominated(by, who, str(team)) for by, who, team in rows if by is not None]


def team_sizes() -> dict[str, int]:
    """How many people each team has now."""
    rows = db.session.execute(
        select(Person.team_id, func.count())
        .where(Person.left_on.is_(None))
        .group_by(Person.team_id)
    )
    return {str(team): count for team, count in rows}


def copies(award_ids: Collection[int] | None, since: datetime) -> list[Copied]:
    """Pairs of cases that share a good part of their words, the most alike first."""
    mine, other = aliased(TextPrint), aliased(TextPrint)
    phrase = (
        select(TextPrint.print)
        .group_by(TextPrint.print)
        .having(func.count().between(2, PRINT_SHARED_BY))
        .scalar_subquery()
    )
    pairs = db.session.execute(
        select(mine.nomination_id, other.nomination_id)
        .join(other, (other.print == mine.print) & (other.nomination_id < mine.nomination_id))
        .join(Nomination, Nomination.id == mine.nomination_id)
        .where(mine.print.in_(phrase), Nomination.submitted_at >= since, _of(award_ids))
        .group_by(mine.nomination_id, other.nomination_id)
        .having(func.count() >= PRINTS_AT_LEAST)
        .order_by(func.count().desc(), mine.nomination_id, other.nomination_id)
        .limit(COMPARED)
    ).all()
    cases = {
        case.id: case
        for case in db.session.scalars(
            select(Nomination)
            .where(Nomination.id.in_({each for pair in pairs for each in pair}))
            .options(joinedload(Nomination.award), selectinload(Nomination.claims))
        )
    }
    found = []
    for one, two in pairs:
        common = shared(text_of(cases[one]), text_of(cases[two]))
        if common and common.share >= SHARE_AT_LEAST:
            found.append(Copied(cases[one], cases[two], round(common.share * 100), common.passage))
    return sorted(found, key=lambda copied: -copied.percent)


def names(person_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def _of(award_ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if award_ids is None else Nomination.award_id.in_(award_ids)
