"""The page that leads to what one manages shows that, and how much of it there is."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty


@pytest.mark.parametrize("duty", [None, *Duty])
def test_it_leads_only_to_what_opens(client: Client, app: Flask, duty: Duty | None) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        person = make_person("Somebody", duties=(duty,) if duty else ())
    client.sign_in(person)
    answer = client.get("/manage/")
    if duty not in (Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER):
        assert answer.status_code == 403
        return
    areas = re.findall(r'class="row-title" href="([^"]+)"', answer.text)
    assert "/manage/people" in areas
    assert [client.get(area).status_code for area in areas] == [200] * len(areas)
    assert "1 colleague<" in answer.text
    assert "1 in force" in answer.text
