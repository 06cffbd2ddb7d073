"""The picture of an award: for whoever is signed in, the same bytes each time, and in words too."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from models.base import db
from models.people import Person
from tests.builders import make_award, make_cast, make_scheme
from tests.fixtures.pages import Client
from tests.histories import make_history
from tests.roads import make_awarded
from workflow.vocabulary import Language


def test_a_winner_has_a_picture_to_share(app: Flask, client: Client) -> None:
    with app.app_context():
        history = make_history()
    winner, reader = history.cast.nominee, history.cast.colleague
    client.sign_in(reader)
    path = f"/honour-roll/{history.awarded}/{winner}"
    assert path in client.get(f"/honour-roll/people/{winner}").text
    page = client.get(path).text
    assert page.count("Lin Nominee has won the Quarterly Award for Q4 2026: Gold.") == 2
    first = client.get(f"{path}.png")
    picture = Image.open(io.BytesIO(first.data))
    assert (first.mimetype, picture.format, picture.size) == ("image/png", "PNG", (1200, 630))
    again = client.get(f"{path}.png?download=1")
    assert again.data == first.data
    assert "attachment" in again.headers["Content-Disposition"]
    same = client.get(f"{path}.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    for number, person in (
        (history.awarded, reader),
        (history.revoked, winner),
        (history.noticed, winner),
        (history.rejected, winner),
    ):
        assert client.get(f"/honour-roll/{number}/{person}.png").status_code == 404
        assert client.get(f"/honour-roll/{number}/{person}").status_code == 404
    client.post("/sign-out")
    assert client.get(f"{path}.png").status_code == 303


@pytest.mark.parametrize(
    ("name", "status"), [("王𠮷", 200), ("Zoë O'Neill-García", 200), ("Zoë 😀", 422)]
)
def test_every_name_is_set_whole_or_not_at_all(
    app: Flask, client: Client, name: str, status: int
) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_awarded(cast, award_key="special")
        winner = db.session.get_one(Person, cast.nominee)
        winner.name, winner.language = name, Language.ZH_HANS
        db.session.commit()
    client.sign_in(cast.nominee)
    path = f"/honour-roll/{number}/{cast.nominee}"
    shown = client.get(path).text
    assert (f'src="{path}.png"' in shown) == (status == 200)  # no broken picture
    answer = client.get(f"{path}.png")
    assert answer.status_code == status
    if status == 422:
        assert "😀" in shown
        assert "😀" in answer.text
