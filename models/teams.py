"""Teams beside each other over a closed cycle: the mean of their members' frozen scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from models.base import db
from models.nominations import Nomination
from models.people import Person, Team
from models.performance import mean_score, middle
from models.scores import ScoreSheet
from workflow.vocabulary import JobRole

SHOWN = 10
Members = dict[str, list[str]]  # team -> keys of its members, as a sheet seals them


@dataclass(frozen=True)
class TeamScore:
    """One team's score; equals share the better place."""

    name: str
    score: Decimal
    scored: int  # members with a score
    members: int
    place: int
    is_own: bool


@dataclass(frozen=True)
class Comparison:
    """All teams with a score, the best first, and their median."""

    teams: tuple[TeamScore, ...]
    median: Decimal | None

    @property
    def shown(self) -> tuple[TeamScore, ...]:
        """The best, and the nominated one wherever it stands."""
        return tuple(team for nth, team in enumerate(self.teams) if nth < SHOWN or team.is_own)

    @property
    def own(self) -> TeamScore | None:
        return next((team for team in self.teams if team.is_own), None)


def members() -> Members:
    """Who is in which team now."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Person.team_id, Person.key).where(Person.team_id.is_not(None)).order_by(Person.key)
    )
    for team_id, key in rows:
        found[str(team_id)].append(key)
    return dict(found)


def roles_in_teams() -> set[JobRole]:
    """The roles of everybody who is in a team."""
    query = select(Person.job_role).where(Person.team_id.is_not(None)).distinct()
    return set(db.session.scalars(query))


def compare(
    nomination: Nomination, sheet: ScoreSheet, own: Iterable[Decimal | None]
) -> Comparison | None:
    """The nominated team among all, by the scores that the sheet seals; None where it has no teams.

    `own`: the frozen scores of the nominees. They are the team, as it was when it was nominated.
    """
    sealed: Members | None = sheet.sealed.get("teams")
    if sealed is None or nomination.team_id is None:
        return None
    everybody = {
        key: score for role in sheet.sealed["roles"].values() for key, score in role.items()
    }
    scores = {team: _scores(keys, everybody) for team, keys in sealed.items()}
    scores[str(nomination.team_id)] = list(own)
    means = {team: mean for team, each in scores.items() if (mean := mean_score(each)) is not None}
    names = {str(team.id): team.name for team in db.session.scalars(select(Team))}
    teams = [
        TeamScore(
            name=names.get(team, team),
            score=mean,
            scored=sum(score is not None for score in scores[team]),
            members=len(scores[team]),
            place=1 + sum(other > mean for other in means.values()),
            is_own=team == str(nomination.team_id),
        )
        for team, mean in means.items()
    ]
    ordered = sorted(teams, key=lambda team: (team.place, team.name))
    return Comparison(tuple(ordered), middle(list(means.values())))


def _scores(keys: Iterable[str], everybody: Mapping[str, str | None]) -> list[Decimal | None]:
    return [None if (score := everybody.get(key)) is None else Decimal(score) for key in keys]
