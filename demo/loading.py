"""Playing the demo: everything that happens, in the order of its instants, up to now."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from adapters import clock
from adapters.folding import folding
from demo import (
    acting,
    asking,
    cast,
    desks,
    directory,
    faces,
    figures,
    office,
    proving,
    questionnaires,
    thanks,
    voices,
)
from demo.calendar import Calendar, moved_clock, set_clock
from demo.case import Case
from demo.story import stories
from models import scheme
from models.base import db
from models.people import Person
from operations import catalogue, clockwork, search, standings, subscriptions

Instants = Iterator[datetime]
SEED = 20261122


class NotEmpty(Exception):
    """There is data already: the demo is for an empty database."""


def is_empty() -> bool:
    return all(db.session.query(table).first() is None for table in (scheme.Scheme, Person))


def load() -> None:
    """Fill an empty database; raises NotEmpty. The clock is right again afterwards."""
    if not is_empty():
        raise NotEmpty
    now = clock.now() - timedelta(seconds=30)
    with moved_clock():
        set_clock(_opening(now))
        catalogue.load()
        calendar = Calendar(now, scheme.scheme().zone, Random(SEED))  # noqa: S311  # no secret
        ids = cast.load(calendar.day(calendar.begins))
        directory.bring_in(calendar)
        _play(calendar, ids)
    standings.refresh()
    search.follow(folding())
    subscriptions.subscribe(person_id=ids["E1017"], given={"q": "退款"}, called="退款")


def _opening(now: datetime) -> datetime:
    """The first minute of the demo, before there is a scheme to say in which time zone."""
    return Calendar(now, catalogue.zone(), Random(SEED)).begins  # noqa: S311


def _play(calendar: Calendar, ids: dict[str, int]) -> None:
    order = itertools.count()
    lives = [
        _results(calendar),
        _mornings(calendar),
        _corrected(calendar),
        *office.routines(calendar, ids),
        *voices.lives(calendar, ids),
        *desks.lives(calendar, ids),
        *thanks.lives(calendar, ids),
        *faces.lives(calendar, ids),
        *proving.lives(calendar, ids),
        *questionnaires.lives(calendar, ids),
        *itertools.chain.from_iterable(
            (acting.live(case), asking.follow_up(case))
            for case in (Case(story, calendar, ids) for story in stories())
        ),
    ]
    waiting: list[tuple[datetime, int, Instants]] = []
    for life in lives:
        _queue(waiting, life, next(order), calendar.now)
    while waiting:
        at, _, life = heapq.heappop(waiting)
        set_clock(at)
        _queue(waiting, life, next(order), calendar.now)
    set_clock(calendar.now)
    clockwork.tick()  # what has come due since this morning


def _queue(
    waiting: list[tuple[datetime, int, Instants]], life: Instants, order: int, now: datetime
) -> None:
    """Let it act, and wait for its next instant, unless that lies in the future."""
    at = next(life, None)
    if at is not None and at < now:
        heapq.heappush(waiting, (at, order, life))


def _mornings(calendar: Calendar) -> Instants:
    for at in calendar.mornings():
        yield at
        clockwork.tick()


def _corrected(calendar: Calendar) -> Instants:
    yield calendar.ago(5)
    figures.correct(calendar)


def _results(calendar: Calendar) -> Instants:
    """Results come in every Monday morning for the days before; the last ones today."""
    first = calendar.day(calendar.begins)
    for at in (*calendar.mondays(), calendar.now - timedelta(hours=1)):
        yield at
        last = calendar.day(at) - timedelta(days=1)
        if first <= last:
            figures.bring_in(first, last)
            figures.bring_in_conduct(calendar, first, last)
            first = last + timedelta(days=1)
