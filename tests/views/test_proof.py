"""Anybody can check: checkpoints without signing in, receipts for one's own entries alone."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from ledger.__main__ import main
from ledger.checkpoint import Checkpoint
from ledger.note import Signer, Verifier, decoded
from ledger.proof import verify_consistency
from models import ledger
from models.base import db
from models.ledger import LedgerEntry
from models.outbox import Message
from models.people import Person
from operations import checkpoints, feedback
from operations.feedback import Particulars
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_noticed, object_to
from tests.tampering import tamper
from workflow.vocabulary import Duty


@dataclass(frozen=True)
class Signed:
    """A case in public notice with an objection to it, under a checkpoint."""

    cast: Cast
    number: str
    signer: Signer
    sign: Callable[[], object]


@pytest.fixture
def signed(app: Flask) -> Signed:
    signer: Signer = app.config["LEDGER_SIGNER"]

    def sign() -> object:
        with app.app_context():
            return checkpoints.make(signer, app.config["SETTINGS"].data_dir)

    with app.app_context():
        make_scheme()
        make_award(road="instant")
        cast = make_cast()
        number = make_noticed(cast)
        object_to(cast.colleague, number)
    sign()
    return Signed(cast, number, signer, sign)


def seqs(page: str) -> list[int]:
    return [int(seq) for seq in re.findall(r'href="/receipts/(\d+)"', page)]


def bodies(app: Flask) -> dict[int, dict[str, object]]:
    with app.app_context():
        return {entry.seq: json.loads(entry.data)["body"] for entry in ledger.entries()}


def test_the_newest_checkpoint_and_the_key_are_open_to_everybody(
    client: Client, signed: Signed
) -> None:
    note, key = client.get("/archive/checkpoint"), client.get("/archive/ledger-key")
    assert (note.mimetype, key.mimetype) == ("text/plain", "text/plain")
    found = Checkpoint.opened(note.text, [Verifier.read(key.text)])
    assert client.get(f"/archive/checkpoint/{found.size}").text == note.text
    assert client.get(f"/archive/checkpoint/{found.size + 1}").status_code == 404


def test_before_the_first_checkpoint_there_is_none(client: Client) -> None:
    assert client.get("/archive/checkpoint").status_code == 404


def test_one_checkpoint_is_shown_to_go_on_from_the_other(
    app: Flask, client: Client, signed: Signed
) -> None:
    older = Checkpoint.read(client.get("/archive/checkpoint").text)
    with app.app_context():
        make_person("One more", duties=(Duty.ARBITER,))
    signed.sign()
    newer = Checkpoint.read(client.get("/archive/checkpoint").text)
    client.sign_in(signed.cast.colleague)
    lines = client.get(f"/archive/checkpoints/{older.size}/{newer.size}").text.split()
    path = [decoded(line) for line in lines]
    verify_consistency(older.size, newer.size, older.root, newer.root, path)
    assert client.get(f"/archive/checkpoints/{newer.size}/{older.size}").status_code == 404


def test_a_receipt_is_downloaded_and_verified_offline(
    client: Client, signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client.sign_in(signed.cast.nominator)
    held = seqs(client.get(f"/receipts?case={signed.number}").text)
    (tmp_path / "key").write_text(client.get("/archive/ledger-key").text)
    (tmp_path / "ledger.txt").write_bytes(client.get("/archive/ledger").data)
    for seq in held:
        assert client.get(f"/receipts/{seq}").status_code == 200
        answer = client.get(f"/receipts/{seq}/file")
        assert f"receipt-{seq}.json" in answer.headers["Content-Disposition"]
        (tmp_path / f"receipt-{seq}.json").write_bytes(answer.data)
        arguments = ["verify", str(tmp_path / f"receipt-{seq}.json"), "--key"]
        assert main([*arguments, str(tmp_path / "key")]) == 0
        assert f"entry: {seq} of" in capsys.readouterr().out
    files = [str(tmp_path / f"receipt-{seq}.json") for seq in held]
    export = ["verify", str(tmp_path / "ledger.txt"), "--key", str(tmp_path / "key")]
    assert main([*export, "--receipt", *files]) == 0
    assert len(held) > 3


def test_everybody_holds_receipts_for_what_is_theirs_and_nothing_else(
    app: Flask, client: Client, signed: Signed
) -> None:
    everything, cast = bodies(app), signed.cast
    with app.app_context():
        keys = {person.id: person.key for person in db.session.query(Person)}
        (objected,) = (entry.seq for entry in ledger.entries() if entry.kind == "objection")
    held: dict[int, list[int]] = {}
    for who in (cast.nominator, cast.nominee, cast.internal, cast.colleague, cast.arbiter):
        client.sign_in(who)
        held[who] = seqs(client.get("/receipts").text)
        for seq in set(everything) - set(held[who]):
            assert client.get(f"/receipts/{seq}").status_code == 404
            assert client.get(f"/receipts/{seq}/file").status_code == 404
    assert held[cast.arbiter] == []
    assert [who for who in held if objected in held[who]] == [cast.colleague]
    decided = [
        seq
        for seq, body in everything.items()
        if body.get("by") == keys[cast.internal] and "dest" in body
    ]
    assert decided
    assert set(decided) <= set(held[cast.internal])
    assert set(decided) <= set(held[cast.nominee])


def test_a_party_is_not_told_by_the_receipt_who_decided(
    app: Flask, client: Client, signed: Signed
) -> None:
    with app.app_context():
        keys = {person.id: person.key for person in db.session.query(Person)}
    for who in (signed.cast.nominator, signed.cast.nominee):
        client.sign_in(who)
        for seq in seqs(client.get("/receipts").text):
            for page in (f"/receipts/{seq}", f"/receipts/{seq}/file"):
                said = client.get(page).text
                assert [key for person, key in keys.items() if key in said and person != who] == []


def test_an_entry_that_is_not_signed_yet_has_its_receipt_with_the_next_checkpoint(
    app: Flask, client: Client, signed: Signed
) -> None:
    with app.app_context():
        number = make_noticed(signed.cast)
    client.sign_in(signed.cast.nominator)
    seq = seqs(client.get(f"/receipts?case={number}").text)[0]
    assert "This entry is not signed yet" in client.get(f"/receipts/{seq}").text
    assert client.get(f"/receipts/{seq}/file").status_code == 404
    signed.sign()
    assert client.get(f"/receipts/{seq}/file").status_code == 200


def test_the_code_leads_to_a_page_that_says_whether_the_entry_is_the_same(
    app: Flask, client: Client, signed: Signed
) -> None:
    client.sign_in(signed.cast.nominator)
    seq = seqs(client.get("/receipts").text)[0]
    page = client.get(f"/receipts/{seq}").text
    assert "<path" in page.partition("receipt-code")[2]
    with app.app_context():
        leaf = db.session.get_one(LedgerEntry, seq).leaf_hash.hex()
    assert f'href="/archive/entries/{seq}/{leaf}"' in page
    assert client.get(f"/archive/entries/{seq}/{leaf}").status_code == 200
    other = client.get(f"/archive/entries/{seq}/{leaf[::-1]}")
    assert (other.status_code, "No entry with this number" in other.text) == (404, True)


def test_a_receipt_is_checked_on_the_server_too_and_what_is_wrong_is_said(
    app: Flask, client: Client, signed: Signed
) -> None:
    client.sign_in(signed.cast.nominator)
    seq = seqs(client.get("/receipts").text)[-1]
    receipt = client.get(f"/receipts/{seq}/file").data

    def check(data: bytes) -> tuple[int, str]:
        answer = client.post("/archive/check", data={"file": (io.BytesIO(data), "r.json")})
        return answer.status_code, answer.text

    assert check(receipt)[0] == 200
    assert "The receipt holds" in check(receipt)[1]
    altered = receipt.replace(f'"index": {seq - 1}'.encode(), f'"index": {seq}'.encode())
    for wrong in (altered, b"", b"{}", b"\xff\xfe", b"[" * 100_000, b"x" * 300_000):
        status, page = check(wrong)
        assert (status, "The receipt holds" in page) == (422, False)
    with app.app_context():
        tamper(f"DELETE FROM ledger_entry WHERE seq = {seq}")
    assert "the ledger has another entry there" in check(receipt)[1]


def test_only_managers_sign_at_once(client: Client, signed: Signed) -> None:
    client.sign_in(signed.cast.colleague)
    assert client.post("/archive/checkpoints").status_code == 403
    client.sign_in(signed.cast.scheme_manager)
    page = client.post("/archive/checkpoints", follow_redirects=True).text
    assert "there is nothing to sign" in page


def test_a_receipt_is_mailed_to_its_holder(app: Flask, client: Client, signed: Signed) -> None:
    client.sign_in(signed.cast.nominator)
    seq = seqs(client.get("/receipts").text)[0]
    assert client.post(f"/receipts/{seq}/mail").status_code == 303
    with app.app_context():
        leaf = db.session.get_one(LedgerEntry, seq).leaf_hash.hex()
    inbox = client.get("/inbox/").text
    assert f"Your receipt: entry {seq} of the ledger" in inbox
    assert leaf in inbox


def test_the_word_that_nobody_knows_is_not_on_the_page(client: Client, signed: Signed) -> None:
    client.sign_in(signed.cast.colleague)
    for language, words in (("en", "hash"), ("zh-Hans", "哈希"), ("zh-Hant", "雜湊")):
        client.post("/language", data={"language": language.replace("-", "_")})
        assert f'lang="{language}"' in client.get("/archive/proof").text
        for path in ("/archive/proof", "/archive/check", "/archive/checkpoints", "/receipts"):
            assert words not in client.get(path).text.lower()


def test_confidential_feedback_has_a_receipt_for_its_author_alone_and_is_never_mailed(
    app: Flask, client: Client, signed: Signed
) -> None:
    author = signed.cast.colleague
    with app.app_context():
        feedback.post(
            person_id=author,
            award_id=None,
            subject="Nights",
            body="They are forgotten, year after year.",
            more=Particulars(confidential=True),
            sealer=app.config["SEALER"],
        )
        seq = max(entry.seq for entry in ledger.entries() if entry.kind == "feedback")
        told = db.session.query(Message).count()
    signed.sign()
    client.sign_in(signed.cast.scheme_manager)
    assert client.get(f"/receipts/{seq}").status_code == 404
    client.sign_in(author)
    assert "Send it to my mailbox" not in client.get(f"/receipts/{seq}").text
    assert client.get(f"/receipts/{seq}/file").status_code == 200
    page = client.post(f"/receipts/{seq}/mail", follow_redirects=True).text
    assert "it would tie you to it" in page
    with app.app_context():
        assert db.session.query(Message).count() == told
