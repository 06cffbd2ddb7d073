"""The wall display: a link that a scheme manager makes and withdraws, and nothing but winners."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from models.base import db
from models.displays import DisplayLink
from models.nominations import Nomination
from models.people import Person
from operations import displays
from operations.verification import Verification
from tests.builders import make_award, make_cast, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from tests.winners import multiply
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language

pytestmark = pytest.mark.both_databases


@pytest.fixture
def hall(app: Flask) -> tuple[int, int, str]:
    """A scheme manager, a winner, and the number of the winner's case."""
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_awarded(cast, award_key="special")
        return make_person("沈若兰", duties=(Duty.SCHEME_MANAGER,)), cast.nominee, number


def made(client: Client, manager: int, language: str = "en") -> str:
    """A link that the manager made on the page, as a path."""
    client.sign_in(manager)
    answer = client.post("/manage/wall-displays", data={"place": "三楼入口", "language": language})
    assert answer.status_code == 200
    [link] = re.findall(r'value="[^"]*(/honour-roll/wall/[^"]+)"', answer.text)
    client.post("/sign-out")
    return unescape(link)


def test_a_screen_shows_the_winners_until_its_link_is_withdrawn(
    app: Flask, client: Client, hall: tuple[int, int, str]
) -> None:
    manager, _winner, number = hall
    path = made(client, manager, "zh_Hant")
    screen = client.get(path)
    assert 'lang="zh-Hant"' in screen.text
    assert "Lin Nominee" in screen.text
    assert f'data-number="{number}"' in screen.text
    assert "<a " not in screen.text, "nothing leads anywhere"
    assert 'http-equiv="refresh"' in screen.text, "it turns without script as well"
    assert screen.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in screen.headers["Content-Security-Policy"]
    same = client.get(path, headers={"If-None-Match": screen.headers["ETag"]})
    assert same.status_code == 304
    with app.app_context():
        multiply(number, 1)
    new = client.get(path, headers={"If-None-Match": screen.headers["ETag"]})
    assert new.status_code == 200
    assert new.text.index("王𠮷 1") < new.text.index("Lin Nominee")

    token = path.rpartition("/")[2]
    with app.app_context():
        [link] = db.session.scalars(select(DisplayLink)).all()
        assert token not in str(vars(link))
        link_id = link.id
    client.sign_in(manager)
    assert "三楼入口" in client.get("/manage/wall-displays").text
    assert client.post(f"/manage/wall-displays/{link_id}/withdraw").status_code == 303
    assert client.post(f"/manage/wall-displays/{link_id}/withdraw").status_code == 303
    client.post("/sign-out")
    over = client.get(path)
    assert over.status_code == 404
    assert "Lin Nominee" not in over.text
    assert client.get(f"{path}x").status_code == 404
    with app.app_context():
        assert [fault for fault in _verified() if "display" in str(fault)] == []


def test_who_did_not_agree_is_shown_by_letters_alone(
    client: Client, hall: tuple[int, int, str]
) -> None:
    manager, winner, _number = hall
    path, out = made(client, manager), io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(out, "PNG")
    client.sign_in(winner)
    client.post("/portrait", data={"file": (io.BytesIO(out.getvalue()), "me.png")})
    assert f"/portraits/{winner}" in client.get("/honour-roll/wall").text, "colleagues see it"
    client.post("/sign-out")
    assert "<img" not in client.get(path).text
    assert client.get(f"{path}/faces/{winner}").status_code == 404
    client.sign_in(winner)
    client.post("/portrait", data={"on_wall": "y"})
    client.post("/sign-out")
    assert f"{path}/faces/{winner}" in client.get(path).text
    shown = client.get(f"{path}/faces/{winner}")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert client.get(f"/honour-roll/wall/x/faces/{winner}").status_code == 404
    assert client.get(f"{path}/faces/{manager}").status_code == 404


def test_the_operation_itself_asks_for_the_duty(app: Flask, hall: tuple[int, int, str]) -> None:
    _manager, winner, _number = hall
    with app.app_context(), pytest.raises(Refused):
        displays.make(by_id=winner, place="Entrance", language=Language.EN)
    with app.app_context(), pytest.raises(Refused):
        displays.withdraw(by_id=winner, link_id=1)


def test_a_team_of_many_is_named_as_far_as_it_can_be_read(
    app: Flask, client: Client, hall: tuple[int, int, str]
) -> None:
    _manager, winner, number = hall
    with app.app_context():
        members = [make_person(f"Member {n}") for n in range(14)]
        nomination = db.session.scalars(select(Nomination).where(Nomination.number == number)).one()
        nomination.team_id = db.session.get_one(Person, winner).team_id
        others = [db.session.get_one(Person, each) for each in members]
        nomination.nominees = [*nomination.nominees, *others]
        db.session.commit()
    client.sign_in(winner)
    wall = client.get("/honour-roll/wall").text
    assert "Inbound East" in wall
    assert "and 3 more" in wall
    assert client.get("/honour-roll/wall?at=999999999999999999999").status_code == 200


def _verified() -> list[object]:
    reading = Verification()
    reading.begin()
    return list(reading.faults())
