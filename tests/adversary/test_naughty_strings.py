"""Strings that break programs, typed into every text field of the road: kept exactly or refused.

The list stands beside the project, as `../shared/data/blns.json`.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from forms.nomination import NOTE, REFERENCE, STATEMENT, STORY, TITLE
from models.nominations import by_number
from operations import drafts
from operations.drafts import Step, Written
from tests.builders import Cast, decide, make_award, make_cast, make_draft, make_scheme
from tests.fixtures.pages import Client
from workflow.text import UnstorableText, normal
from workflow.vocabulary import Action

LIST = Path(__file__).parents[3] / "shared" / "data" / "blns.json"
STRINGS: list[str] = json.loads(LIST.read_text()) if LIST.exists() else []

pytestmark = pytest.mark.skipif(not STRINGS, reason=f"{LIST.name} is not beside the project")

# Every eighth in each run, so that all kinds are met; the whole list in `make prove`.
some = pytest.mark.parametrize(
    "strings",
    [
        pytest.param(STRINGS[::8], id="some"),
        pytest.param(STRINGS, id="all", marks=pytest.mark.prove),
    ],
)


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        return make_cast()


def shown(page: str, name: str) -> str:
    """What the field of this name holds on the page, as a browser reads it."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\r?\n(.*?)</textarea>', page, re.DOTALL)
    line = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    found = area or line
    assert found, name
    return unescape(found[1]).replace("\r\n", "\n")


def as_kept(typed: str, limit: int) -> str | None:
    """What a field keeps of it: all, without the blanks around it; None where it refuses."""
    try:
        text = normal(typed.replace("\r\n", "\n").strip())
    except UnstorableText:
        return None
    return text if len(text) <= limit else None


@some
def test_every_field_of_a_nomination_keeps_each_exactly_or_refuses_it(
    app: Flask, client: Client, cast: Cast, strings: list[str]
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        drafts.save(
            person_id=cast.nominator,
            number=number,
            written=Written(),
            step=Step.ADD_NOTE,
            target=_claim(number),
        )
        nomination = by_number(number)
        assert nomination is not None
        [claim] = nomination.claims
        reference, note = (piece.id for piece in claim.evidence)
        fields = {
            "title": TITLE,
            "story": STORY,
            f"claim_{claim.id}": STATEMENT,
            f"evidence_{reference}": REFERENCE,
            f"evidence_{note}": NOTE,
        }
    client.sign_in(cast.nominator)
    path = f"/nominations/{number}/edit"
    for typed in strings:
        answer = client.post(path, data=dict.fromkeys(fields, typed), follow_redirects=True)
        kept = {name: as_kept(typed, limit) for name, limit in fields.items()}
        assert answer.status_code == (422 if None in kept.values() else 200), typed
        for name, text in kept.items():
            if text is not None:
                assert shown(answer.text, name) == text, name


@some
def test_a_verdicts_note_and_a_sentence_keep_each_exactly_or_refuse_it(
    app: Flask, client: Client, cast: Cast, strings: list[str]
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        decide(cast.nominator, number, Action.SUBMIT)
        claim = _claim(number)
    client.sign_in(cast.internal)
    for typed in strings:
        noted = client.post(f"/cases/{number}/worksheet", data={f"note_{claim}": typed})
        said = client.post(f"/cases/{number}/reject", data={"version": 0, "sentence": typed})
        assert (noted.status_code, said.status_code) == (200, 422), typed
        text = as_kept(typed, 2000)
        if text is not None:
            page = client.get(f"/cases/{number}/internal-audit").text
            assert shown(page, f"note_{claim}") == text
            assert shown(said.text, "sentence") == text


def _claim(number: str) -> int:
    nomination = by_number(number)
    assert nomination is not None
    return nomination.claims[0].id
