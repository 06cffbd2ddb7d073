"""Values that no page of ours sends: each is answered with a sentence, never with a fault."""

from __future__ import annotations

import io

from flask import Flask

from operations import catalogue
from tests.builders import make_award, make_cast, make_draft, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.views.test_nominate import Desk
from tests.views.test_scheme_pages import filled
from workflow.vocabulary import Duty, EvidenceKind

TERMS = "/manage/scheme/terms"


def test_a_number_of_four_hundred_digits_is_out_of_range(app: Flask, client: Client) -> None:
    with app.app_context():
        catalogue.load()
        client.sign_in(make_person("Manager", duties=(Duty.SCHEME_MANAGER,)))
    answer = client.post(TERMS, data=filled(client, TERMS) | {"stage_days": "9" * 400})
    assert answer.status_code == 422
    assert "Choose a number from" in answer.text


def test_a_seal_of_a_ranking_that_no_page_shows_is_a_bad_request(
    app: Flask, client: Client
) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        client.sign_in(make_cast().committee)
    for seal in ("\x00", "a\nb", "印"):
        sent = {"input_hash": seal, "version": "1", "request_key": "k"}
        assert client.post("/tiering/quarterly/2026-Q4", data=sent).status_code == 400


def test_a_step_beside_a_file_that_is_refused_keeps_the_page(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        number = make_draft(cast.nominator, [cast.nominee])
    client.sign_in(cast.nominator)
    desk = Desk(app, client, number)
    [claim] = desk.claim_ids()
    for step in ("add_claim", f"add_note:{claim}"):
        files = {f"file_{claim}": (io.BytesIO(b"<script>"), "page.html"), "do": step}
        answer = client.post(f"/nominations/{number}/edit", data=files)
        assert answer.status_code == 422
        assert "page.html" in answer.text or f'id="file_{claim}-error"' in answer.text
    assert len(desk.claim_ids()) == 2
    piece, other = desk.evidence_ids(EvidenceKind.REFERENCE)[0], desk.claim_ids()[1]
    both = {f"again_{other}": str(piece), "happened_on": "the day after"}
    answer = client.post(f"/nominations/{number}/edit", data=both)
    assert answer.status_code == 422
    assert "the day after" in answer.text, "what was typed is kept"
