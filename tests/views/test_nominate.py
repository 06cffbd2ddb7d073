"""Nominating through the pages, without script: nothing that was typed is ever lost."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from PIL import Image
from sqlalchemy import select

from models.base import db
from models.nominations import Nomination, by_number
from models.people import Person, Team
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_draft,
    make_person,
    stage,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Action, EvidenceKind, Reason, Stage, Subject

EVENT = {
    "title": "She stayed until the refund was found",
    "story": "A customer called for the fifth time.",
    "happened_on": "2026-10-14",
    "channel": "phone",
}
SENTENCE = "The second claim has no ticket number yet."


@dataclass
class Desk:
    """The nominator at the nomination page."""

    app: Flask
    client: Client
    number: str

    def write(self, do: str = "save", **fields: str) -> int:
        """Send the form by this button."""
        path = f"/nominations/{self.number}/edit"
        return self.client.post(path, data={"do": do} | fields).status_code

    def attach(self, claim: int, data: bytes, name: str) -> int:
        path = f"/nominations/{self.number}/edit"
        file = (io.BytesIO(data), name)
        return self.client.post(path, data={f"file_{claim}": file}).status_code

    def claim_ids(self) -> list[int]:
        with self.app.app_context():
            return [claim.id for claim in self._case().claims]

    def evidence_ids(self, kind: EvidenceKind) -> list[int]:
        with self.app.app_context():
            return [
                piece.id
                for claim in self._case().claims
                for piece in claim.evidence
                if piece.kind is kind
            ]

    def files(self) -> list[str]:
        """The hash of each file attached."""
        with self.app.app_context():
            pieces = [piece for claim in self._case().claims for piece in claim.evidence]
            return [piece.sha256 for piece in pieces if piece.sha256]

    def page(self, path: str = "edit") -> str:
        return self.client.get(f"/nominations/{self.number}/{path}", follow_redirects=True).text

    def _case(self) -> Nomination:
        nomination = by_number(self.number)
        assert nomination is not None
        return nomination


def begin(app: Flask, client: Client, person: int, award: str = "quarterly") -> Desk:
    client.sign_in(person)
    answer = client.post("/nominate", data={"award": award})
    assert answer.status_code == 303
    number = answer.location.split("/")[2]
    return Desk(app, client, number)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


def complete(desk: Desk, nominee: int) -> None:
    """Everything that a submission needs."""
    [claim], [reference] = desk.claim_ids(), desk.evidence_ids(EvidenceKind.REFERENCE)
    desk.write(f"add_nominee:{nominee}")
    desk.write(**EVENT, **{f"claim_{claim}": "She called back.", f"evidence_{reference}": "C-7"})


def test_a_colleague_nominates_from_the_first_question_to_the_internal_audit(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    assert "Lin Nominee" in desk.page("edit?find=lin")
    complete(desk, cast.nominee)
    assert "named here already" in desk.page("edit?find=lin")
    assert "Nobody can nominate themselves" in desk.page("edit?find=chen")
    preview = desk.page("preview")
    assert "She called back." in preview
    assert "C-7" in preview
    version = re.search(r'name="version" value="(\d+)"', preview)
    assert version
    answer = client.post(
        f"/cases/{desk.number}/submit", data={"version": version[1], "request_key": "k1"}
    )
    assert answer.status_code == 303
    with app.app_context():
        assert stage(desk.number) is Stage.INTERNAL_AUDIT


def test_a_colleague_is_found_in_either_script_and_by_the_letters_of_their_address(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        asked = make_person("劉家瑋")
        _write_to(asked, "liu.jia-wei@example.org")
    desk = begin(app, client, cast.nominator)
    for typed in ("刘家", "劉", "liujia", "Liu.Jia", "E"):
        assert "劉家瑋" in desk.page(f"edit?find={typed}"), typed
    for typed in ("刘家伟", "example"):
        assert "劉家瑋" not in desk.page(f"edit?find={typed}"), typed


@operation
def _write_to(tx: Transaction, person_id: int, email: str) -> None:
    tx.session.get_one(Person, person_id).email = email


def test_an_award_by_numbers_cannot_be_chosen_and_says_that_results_decide(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        make_award("volume", road="by_numbers")
    client.sign_in(cast.nominator)
    page = client.get("/nominate").text
    assert 'value="volume"' not in page
    assert "the results of the cycle put the best forward" in page
    assert client.post("/nominate", data={"award": "volume"}).status_code == 422


def test_an_award_without_an_open_cycle_cannot_be_chosen(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        make_award("past", closes_in=timedelta(seconds=-1))
    client.sign_in(cast.nominator)
    assert 'value="past"' not in client.get("/nominate").text
    assert client.post("/nominate", data={"award": "past"}).status_code == 422


def test_beginning_twice_without_writing_opens_the_same_draft(
    app: Flask, client: Client, cast: Cast
) -> None:
    first = begin(app, client, cast.nominator)
    assert begin(app, client, cast.nominator).number == first.number


def test_an_incomplete_draft_is_kept_and_says_beside_each_field_what_is_missing(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    assert desk.write("preview", title="Only a title") == 303
    page = desk.page("preview")
    assert 'value="Only a title"' in page
    for sentence in (
        "Say who is nominated.",
        "Tell what happened, so that somebody who was not there can follow it.",
        "Say on which day it happened.",
        "Say how the customer and your organisation met.",
        "Say what happened: one thing that can be checked.",
        "Add what shows it: a reference number, a note or a file.",
    ):
        assert sentence in page


def test_a_day_that_is_none_is_told_and_the_rest_is_kept(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    answer = client.post(
        f"/nominations/{desk.number}/edit",
        data={"do": "preview", "title": "A title", "happened_on": "2026-02-31"},
    )
    assert answer.status_code == 422
    assert "Write the day as 2026-11-03." in answer.text
    assert 'value="2026-02-31"' in answer.text
    assert 'value="A title"' in desk.page()


def test_claims_and_evidence_are_added_and_removed_without_script(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [first] = desk.claim_ids()
    desk.write("add_claim", **{f"claim_{first}": "The first claim."})
    [_, second] = desk.claim_ids()
    desk.write(f"add_note:{second}", **{f"claim_{second}": "The second claim."})
    [note] = desk.evidence_ids(EvidenceKind.NOTE)
    desk.write(**{f"evidence_{note}": "Wu saw it."})
    page = desk.page()
    assert "The first claim." in page
    assert "Wu saw it." in page
    desk.write(f"remove_evidence:{note}")
    assert desk.evidence_ids(EvidenceKind.NOTE) == []
    desk.write(f"remove_claim:{first}")
    assert desk.claim_ids() == [second]
    assert "Claim 1" in desk.page()


def test_autosave_keeps_the_form_as_it_is_and_counts_the_version_up(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [claim] = desk.claim_ids()
    path = f"/nominations/{desk.number}/autosave"
    first = client.post(path, data={"title": "Half a ti", f"claim_{claim}": "Half a cl"}).get_json()
    again = client.post(path, data={"title": "Half a ti", f"claim_{claim}": "Half a cl"}).get_json()
    more = client.post(path, data={"title": "A title"}).get_json()
    assert re.fullmatch(r"\d\d:\d\d", first["saved"])
    assert first["version"] == again["version"] < more["version"]
    page = desk.page()
    assert 'value="A title"' in page
    assert "Half a cl" in page


def test_what_is_added_is_what_the_page_comes_back_to(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [first] = desk.claim_ids()

    def comes_back_to(do: str) -> str:
        answer = client.post(f"/nominations/{desk.number}/edit", data={"do": do})
        return answer.location.partition("#")[2]

    assert comes_back_to("add_claim") == f"claim_{desk.claim_ids()[-1]}"
    there = comes_back_to(f"add_note:{first}")
    assert there == f"evidence_{desk.evidence_ids(EvidenceKind.NOTE)[0]}"
    assert f'id="{there}"' in desk.page()


def test_autosave_says_which_field_is_too_long_and_keeps_the_others(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    path = f"/nominations/{desk.number}/autosave"
    answer = client.post(path, data={"title": "long " * 30, "story": "Half a story"})
    assert answer.status_code == 422
    told = "What happened, in one line? Shorten it to 120 characters or fewer."
    assert answer.get_json() == {"message": told}
    assert "Half a story" in desk.page()


def test_text_that_cannot_be_stored_is_refused_beside_its_field(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    answer = client.post(
        f"/nominations/{desk.number}/edit", data={"title": "a\x00b", "story": "Kept."}
    )
    assert answer.status_code == 422
    assert "cannot be stored" in answer.text
    assert "Kept." in desk.page()


def test_a_file_is_attached_downloaded_and_refused_by_what_it_is(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [claim] = desk.claim_ids()
    assert desk.attach(claim, picture(), "shot.png") == 303
    [digest] = desk.files()
    sent = client.get(f"/cases/{desk.number}/evidence/{digest}/file")
    assert sent.mimetype == "image/png"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert sent.headers["Cache-Control"] == "no-store"
    svg = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    answer = client.post(
        f"/nominations/{desk.number}/edit",
        data={f"claim_{claim}": "Kept beside it.", f"file_{claim}": (svg, "drawing.txt")},
    )
    assert answer.status_code == 422
    assert "can carry scripts" in answer.text
    assert "Kept beside it." in desk.page()
    assert desk.files() == [digest]


def test_a_file_sent_beside_a_field_in_error_is_kept(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [claim] = desk.claim_ids()
    answer = client.post(
        f"/nominations/{desk.number}/edit",
        data={"title": "x" * 500, f"file_{claim}": (io.BytesIO(picture()), "shot.png")},
    )
    assert answer.status_code == 422
    assert len(desk.files()) == 1
    assert "shot.png" in answer.text


def test_what_shows_one_claim_is_chosen_for_another_without_script(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    desk.write("add_claim")
    first, second = desk.claim_ids()
    desk.attach(first, picture(), "shot.png")
    piece = desk.evidence_ids(EvidenceKind.FILE)[0]
    assert f'<option value="{piece}">File: shot.png</option>' in desk.page()
    assert desk.write(**{f"again_{second}": str(piece)}) == 303
    assert len(desk.files()) == 2
    assert len(set(desk.files())) == 1
    assert "File: shot.png" not in desk.page()
    assert desk.write(**{f"again_{second}": "999"}) == 303  # nothing is left to choose from


def test_a_text_says_once_how_it_is_written(app: Flask, client: Client, cast: Cast) -> None:
    desk = begin(app, client, cast.nominator)
    [claim] = desk.claim_ids()
    assert desk.attach(claim, "她回了電話。".encode(), "note.txt") == 303
    [digest] = desk.files()
    sent = client.get(f"/cases/{desk.number}/evidence/{digest}/file")
    assert sent.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_file_is_handed_only_to_those_who_may_see_the_case(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    [claim] = desk.claim_ids()
    desk.attach(claim, picture(), "shot.png")
    [digest] = desk.files()
    path = f"/cases/{desk.number}/evidence/{digest}"
    for stranger in (cast.colleague, cast.internal, cast.nominee):
        client.sign_in(stranger)
        for way in ("", "/content", "/file", "/pages/1"):
            assert client.get(path + way).status_code == 404


def test_nobody_nominates_themselves_not_even_by_a_hand_made_post(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    answer = client.post(
        f"/nominations/{desk.number}/edit",
        data={"do": f"add_nominee:{cast.nominator}", "title": "Kept"},
    )
    assert answer.status_code == 422
    assert "Nobody can nominate themselves." in answer.text
    assert 'value="Kept"' in desk.page()


def test_a_team_is_chosen_and_its_members_are_nominated(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        make_award("team", subject=Subject.TEAM)
        team = db.session.scalars(select(Team)).one()
        team_id, members = team.id, {person.name for person in team.members}
    assert members == {"Chen Nominator", "Lin Nominee"}
    desk = begin(app, client, cast.colleague, "team")
    desk.write(team=str(team_id))
    with app.app_context():
        nomination = by_number(desk.number)
        assert nomination is not None
        assert {person.name for person in nomination.nominees} == members
    assert "Inbound East" in desk.page()


def test_a_likely_duplicate_is_pointed_out_and_does_not_stop_anybody(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        other = make_draft(cast.colleague, [cast.nominee], title="Stayed until refund was found")
        decide(cast.colleague, other, Action.SUBMIT)
    desk = begin(app, client, cast.nominator)
    complete(desk, cast.nominee)
    [reference] = desk.evidence_ids(EvidenceKind.REFERENCE)
    desk.write(**{f"evidence_{reference}": f" call-{other} "})
    page = desk.page("preview")
    assert "It names the same reference number." in page
    assert f"/cases/{other}" not in page, "the other nomination is not theirs to open"
    assert "Submit the nomination" in page


def test_a_returned_case_is_corrected_on_the_same_page_under_its_reason(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        decide(cast.nominator, number, Action.SUBMIT)
        decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    client.sign_in(cast.nominator)
    desk = Desk(app, client, number)
    page = desk.page()
    assert SENTENCE in page
    [claim] = desk.claim_ids()
    desk.write(**{f"claim_{claim}": "Ticket 88213 was answered on the same day."})
    assert "Submit the corrected nomination" in desk.page("preview")
    with app.app_context():
        decide(cast.nominator, number, Action.RESUBMIT)
        assert stage(number) is Stage.INTERNAL_AUDIT


def test_a_colleague_cannot_open_or_write_in_another_ones_draft(
    app: Flask, client: Client, cast: Cast
) -> None:
    desk = begin(app, client, cast.nominator)
    client.sign_in(cast.colleague)
    assert client.get(f"/nominations/{desk.number}/edit").status_code == 404
    assert desk.write(title="Not mine") == 404
    assert client.post(f"/nominations/{desk.number}/autosave", data={}).status_code == 404


def test_a_submitted_nomination_is_not_written_in_any_more(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        decide(cast.nominator, number, Action.SUBMIT)
    client.sign_in(cast.nominator)
    answer = client.post(f"/nominations/{number}/autosave", data={"title": "Later"})
    assert answer.status_code == 422
    assert client.get(f"/nominations/{number}/edit").location.endswith(f"/cases/{number}")
    late = client.post(f"/nominations/{number}/edit", data={"do": "save", "story": "Half an hour."})
    assert late.status_code == 409
    assert "Half an hour." in late.text  # typed in another tab, or while the draft expired
