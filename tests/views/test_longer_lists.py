"""A list asks the database as often for fifty rows as for one."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.nominations import Nomination
from models.people import DutyGrant
from tests.builders import make_award, make_cast, make_scheme
from tests.finding import catch_up
from tests.fixtures.pages import Client
from tests.fixtures.questions import asked
from tests.rows import add_rows
from workflow.vocabulary import Duty

ADMINISTRATORS = select(DutyGrant.person_id).where(DutyGrant.duty == Duty.ADMINISTRATOR)
# Page -> the one of the cast who reads it. The honour roll and the simulator have tests like this.
LISTS = {
    "/": "internal",
    "/?": "nominator",
    "/queue": "internal",
    "/nominations": "nominator",
    "/notices/": "colleague",
    "/archive/": "colleague",
    "/archive/changes": "colleague",
    "/archive/subscriptions": "colleague",
    "/awards/": "colleague",
    "/honour-roll/words": "colleague",
    "/feedback/": "colleague",
    "/inbox/": "colleague",
    "/questionnaires/": "colleague",
    "/my-score": "nominee",
    "/tiering/": "committee",
    "/absences": "scheme_manager",
    "/declarations": "scheme_manager",
    "/manage/certificates": "scheme_manager",
    "/manage/conduct": "policy",
    "/manage/customers": "administrator",
    "/manage/duties?duty=administrator": "scheme_manager",
    "/manage/judges": "scheme_manager",
    "/manage/people": "scheme_manager",
    "/manage/questionnaires": "scheme_manager",
    "/manage/results": "scheme_manager",
    "/manage/rewards": "scheme_manager",
    "/manage/scheme": "scheme_manager",
    "/manage/tributes": "scheme_manager",
    "/manage/wall-displays": "scheme_manager",
    "/manage/watch": "scheme_manager",
    "/cases/{case}/openings": "scheme_manager",
}


@pytest.mark.parametrize("sizes", [(1, 3), pytest.param((1, 3, 50), marks=pytest.mark.prove)])
def test_a_list_asks_as_often_however_many_rows_it_has(
    app: Flask, client: Client, sizes: tuple[int, ...]
) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
    found: dict[str, list[tuple[int, int]]] = {path: [] for path in LISTS}
    for before, size in itertools.pairwise((0, *sizes)):
        with app.app_context():
            add_rows(cast, size - before)
            catch_up()
            readers = vars(cast) | {"administrator": db.session.scalars(ADMINISTRATORS).first()}
            first = db.session.scalars(select(Nomination.number).order_by(Nomination.id)).first()
        for path, reader in LISTS.items():
            client.sign_in(readers[reader])
            with asked(app) as statements:
                page = client.get(path.format(case=first))
            assert page.status_code == 200, path
            found[path].append((len(statements), len(page.data)))
    assert {path: seen for path, seen in found.items() if len({n for n, _ in seen}) > 1} == {}
    assert [path for path, seen in found.items() if seen[0][1] >= seen[1][1]] == [], "no new row"
