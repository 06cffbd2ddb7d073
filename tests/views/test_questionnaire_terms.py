"""Questionnaires drawn up by hand-made forms."""

from __future__ import annotations

import pytest
from flask import Flask

from models import questionnaires
from tests.builders import make_award, make_cast, make_scheme
from tests.fixtures.pages import Client
from tests.views.test_scheme_pages import filled

LANGUAGES = ("en", "zh_Hans", "zh_Hant")


@pytest.mark.parametrize("key", ["a\x00b", "\ud800", '"><b>', " ", "q1"])
def test_a_hidden_key_is_ours_or_made_anew(app: Flask, client: Client, key: str) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        manager = make_cast().scheme_manager
    client.sign_in(manager)
    texts = {f"{field}-{each}": "Words" for field in ("names", "leads") for each in LANGUAGES}
    texts |= {f"questions-{n}-{each}": "Words?" for n in range(2) for each in LANGUAGES}
    kinds = {"questions-0-kind": "marks", "questions-1-kind": "grades"}
    data = filled(client, "/manage/questionnaires/new", key="spring", **texts, **kinds)
    hand_made = {"questions-0-key": key.encode("utf-8", "surrogatepass"), "questions-1-key": "q1"}
    answer = client.post("/manage/questionnaires/new", data={**data, **hand_made})
    assert answer.status_code == 303, answer.text
    with app.app_context():
        found = questionnaires.by_key("spring")
        assert found is not None
        assert sorted(each.key for each in found.asked) == ["q1", "q2"]
