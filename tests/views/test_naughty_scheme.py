"""Strings that break programs, typed into the scheme's forms: kept exactly or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.scheme import Award, SchemeChange
from operations import catalogue
from tests.builders import make_person
from tests.fixtures.pages import Client
from tests.views.test_scheme_pages import filled
from workflow.text import misleads, normal, shows_nothing
from workflow.vocabulary import Duty

LIST = Path(__file__).parents[3] / "shared" / "data" / "blns.json"
STRINGS: list[str] = json.loads(LIST.read_text()) if LIST.exists() else []
AWARD = "/manage/scheme/awards/woodpecker"

pytestmark = pytest.mark.skipif(not STRINGS, reason=f"{LIST.name} is not beside the project")


@pytest.mark.parametrize(
    "strings",
    [
        pytest.param(STRINGS[::32], id="some"),
        pytest.param(STRINGS, id="all", marks=pytest.mark.prove),
    ],
)
def test_an_award_s_words_and_the_reason_keep_each_exactly_or_refuse_it(
    app: Flask, client: Client, strings: list[str]
) -> None:
    with app.app_context():
        catalogue.load()
        manager = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(manager)
    whole = filled(client, AWARD)
    kept = 0
    for typed in dict.fromkeys(text.strip() for text in strings):  # again would be no change
        text = normal(typed.replace("\r\n", "\n").strip())
        reason = f"Because: {text} was asked for."
        fresh = filled(client, AWARD)
        hidden = {name: fresh[name] for name in ("seen", "request_key")}
        words = {"names-en": typed, "criteria-en": typed, "reason": reason}
        answer = client.post(AWARD, data=whole | hidden | words)
        fits = not shows_nothing(text) and not misleads(text) and len(text) <= 200
        assert answer.status_code == (303 if fits else 422), typed
        with app.app_context():
            award = db.session.scalars(select(Award).where(Award.key == "woodpecker")).one()
            change = db.session.scalars(
                select(SchemeChange).order_by(SchemeChange.id.desc())
            ).first()
            if fits:
                kept += 1
                assert (award.names["en"], award.criteria["en"]) == (text, text)
                assert change is not None
                assert change.reason.text == reason
        for path in ("/awards/woodpecker", "/awards/", "/archive/changes", AWARD):
            assert client.get(path).status_code == 200
    assert kept > len(strings) / 2
