"""Who belonged to a team on a day: a team's award credits everybody who was there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from models.base import db
from models.people import FormerTeam, Person, Team


def members_on(team: Team, day: date) -> list[Person]:
    """Everybody who was in the team on this day, also who has left it since."""
    present = [person.id for person in team.members]
    were = select(FormerTeam.person_id).where(FormerTeam.team_id == team.id, FormerTeam.until > day)
    later = db.session.scalars(
        select(FormerTeam)
        .where(
            FormerTeam.until > day,
            or_(FormerTeam.person_id.in_(present), FormerTeam.person_id.in_(were)),
        )
        .order_by(FormerTeam.until.desc(), FormerTeam.id.desc())
    )
    on_that_day = dict.fromkeys(present, team.id)
    on_that_day |= {row.person_id: row.team_id or 0 for row in later}  # the first change comes last
    ids = [person for person, where in on_that_day.items() if where == team.id]
    people = db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id))
    return [person for person in people if person.works_on(day)]
