"""The demo with everybody in it, to type into: as it was before, whatever has been accepted."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import JSON, String, bindparam, func, literal, or_, select, union_all
from werkzeug.test import TestResponse

from models.base import Base, db
from models.prepared import Prepared
from tests.adversary.paper import Form, Paper
from tests.fixtures.pages import Client
from tests.journeys.places import Places, Visit, bring_files

SAMPLES = "styleguide.index"  # its forms lead nowhere
COOKIE = "plaudit"
HARMLESS = ("Plain words that mean no harm.", "", "too long " * 2000)


@dataclass(frozen=True)
class Place:
    """One form on one page, with somebody who may send it."""

    visit: Visit
    nth: int


@dataclass(frozen=True)
class Seen:
    """Every page of a demo, as those saw it who carry these cookies."""

    papers: dict[Visit, Paper]
    cookies: dict[int | None, str]


def look_at_everything(app: Flask) -> Seen:
    """Open every page; the database is left as it was when the first of them was opened."""
    bring_files(app)
    with app.test_request_context():
        visits = [visit for pages in Places(app).all().values() for visit in pages]
    clients = {who: Client(app) for who in {visit.who for visit in visits}}
    for who, client in clients.items():
        if who is not None:
            client.sign_in(who)
    desk = Desk(app, Seen({}, {}))
    papers = {v: Paper(clients[v.who].get(v.path).text, v.path) for v in visits}
    desk.restore()
    cookies = {who: client.get_cookie(COOKIE) for who, client in clients.items()}
    return Seen(papers, {who: cookie.value if cookie else "" for who, cookie in cookies.items()})


class Desk:
    """A copy of the demo that is as it was before, whatever has been accepted."""

    def __init__(self, app: Flask, seen: Seen) -> None:
        self.app, self.papers = app, seen.papers
        self.file: Path = app.config["SETTINGS"].data_dir / "plaudit.db"
        self.clients = {who: Client(app) for who in seen.cookies}
        for who, cookie in seen.cookies.items():
            if cookie:
                self.clients[who].set_cookie(COOKIE, cookie)
        self.keep()

    def open(self, visit: Visit) -> TestResponse:
        return self.clients[visit.who].get(visit.path)

    def send(self, place: Place, text: str) -> TestResponse:
        form = self.form(place)
        client, filled = self.clients[place.visit.who], form.filled(text)
        if form.method == "get":
            path = form.action.partition("?")[0]  # what is asked replaces what was, as in a browser
            return client.get(path, query_string=filled)
        return client.post(form.action, data=filled)

    def form(self, place: Place) -> Form:
        return self.papers[place.visit].forms[place.nth]

    @cached_property
    def places(self) -> list[Place]:
        """Every form that takes text; the same form on two pages counts once."""
        found: dict[tuple[str, str, frozenset[str]], Place] = {}
        for visit, paper in self.papers.items():
            for nth, form in enumerate(paper.forms):
                if form.typed and visit.endpoint != SAMPLES:
                    key = (visit.endpoint, shape(form.action), frozenset(map(shape, form.typed)))
                    found.setdefault(key, Place(visit, nth))
        return list(found.values())

    @cached_property
    def known(self) -> set[tuple[str, str]]:
        """Every element, with every attribute, that is on some page of ours."""
        return {part for paper in self.papers.values() for part in paper.elements}

    def strange(self, paper: Paper, place: Place) -> set[tuple[str, str]]:
        """What of an answer is on no page of ours, nor in what the form says to harmless words.

        Only whoever meets something new asks for the latter; the database is as it was then.
        """
        if not paper.elements <= self.known:
            self.known.update(*(Paper(self.send(place, text).text).elements for text in HARMLESS))
            self.restore()
        return paper.elements - self.known

    def restore(self) -> None:
        self._disconnect()
        shutil.copy(self._kept, self.file)

    def holds(self, text: str) -> bool:
        """Whether the text stands in the database, exactly, in a column or within its JSON."""
        with self.app.app_context():
            asked = {"text": text, "quoted": json.dumps(text)}
            return bool(_anywhere().find(db.session.connection(), asked))

    def keep(self) -> None:
        """From now on this is how it was before."""
        self._disconnect()
        shutil.copy(self.file, self._kept)

    def written(self) -> bytes:
        """Another one after every commit: the file's change counter."""
        with self.file.open("rb") as stored:
            return stored.read(28)[24:]

    def client(self, who: int | None) -> Client:
        client = Client(self.app)
        if who is not None:
            client.sign_in(who)
        return client

    @property
    def _kept(self) -> Path:
        return self.file.with_name("kept.db")

    def _disconnect(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def shape(name: str) -> str:
    """A field or a path with its numbers left out: claim_17 is one of many."""
    return re.sub(r"\d+", "#", name)


@cache
def _anywhere() -> Prepared:
    """Finds rows that hold the text: as a column, or quoted within JSON."""
    text, quoted, found = bindparam("text", type_=String), bindparam("quoted", type_=String), []
    for table in Base.metadata.sorted_tables:
        same = [column == text for column in table.c if _is_text(column.type)]
        same += [func.instr(c, quoted) > 0 for c in table.c if isinstance(c.type, JSON)]
        if same:
            found.append(select(literal(table.name)).select_from(table).where(or_(*same)))
    return Prepared(union_all(*found))


def _is_text(kind: object) -> bool:
    return isinstance(kind, String) or isinstance(getattr(kind, "impl", None), String)
