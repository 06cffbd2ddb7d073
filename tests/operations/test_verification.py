"""One changed byte, one deleted row, two swapped rows: each is found, and its place is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from ledger.examination import Fault
from models.base import Base, db
from models.damage import recorded
from models.decisions import Decision
from models.feedback import Feedback
from models.ledger import LedgerEntry, LedgerHead, Recorded, Wording, head
from models.voices import Objection
from operations import feedback
from operations.casework import Request
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme
from tests.fixtures.histories import lived
from tests.roads import (
    appeal,
    judge_appeal,
    make_awarded,
    make_noticed,
    make_rejected,
    object_to,
    settle,
)
from tests.tampering import flip, swap, tamper
from words.faults import fault
from workflow.vocabulary import FeedbackState

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: Flask) -> Cast:
    return lived(context, "verified", _acts)


def _acts() -> Cast:
    """A ledger with acts of many kinds."""
    make_scheme()
    make_award(road="instant")
    cast = make_cast()
    objected = make_noticed(cast)
    object_to(cast.colleague, objected)
    object_to(make_person("Second"), objected)
    settle(cast.arbiter, objected, uphold=False)
    rejected = make_rejected(cast)
    appeal(cast.nominee, rejected)
    judge_appeal(cast.arbiter, rejected, uphold=False)
    opinion = feedback.post(
        person_id=cast.colleague, award_id=None, subject="Nights", body="They are forgotten."
    )
    feedback.answer(
        person_id=cast.scheme_manager,
        feedback_id=opinion,
        state=FeedbackState.ADOPTED,
        body="Not any more.",
        request=Request(version=0),
    )
    return cast


def verify() -> list[Fault]:
    db.session.rollback()
    verification = Verification()
    verification.begin()
    return list(verification.faults())


def codes(faults: list[Fault]) -> set[tuple[int, str]]:
    return {(found.seq, found.code) for found in faults}


def decision_seqs() -> list[int]:
    return list(db.session.scalars(select(Decision.ledger_seq).order_by(Decision.ledger_seq)))


def said(faults: list[Fault]) -> str:
    return "\n".join(fault(found) for found in faults)


def test_a_sound_ledger_has_no_fault_and_everything_was_counted(cast: Cast) -> None:
    steps: list[int] = []
    verification = Verification(on_step=steps.append)
    verification.begin()
    assert list(verification.faults()) == []
    now = head()
    assert now is not None
    assert (verification.size, verification.root) == (now.size, now.root)
    assert verification.rows["decision"] == db.session.query(Decision).count()
    assert verification.rows["objection"] == 2
    assert sum(verification.rows.values()) == now.size
    assert sum(steps) == verification.steps


def test_an_empty_ledger_is_sound(context: object) -> None:
    assert verify() == []


def test_a_changed_byte_in_an_entry_is_found(cast: Cast) -> None:
    flip(LedgerEntry.data, LedgerEntry.seq == 7, position=20)
    faults = verify()
    assert (7, "entry_altered") in codes(faults)
    assert {found.seq for found in faults} == {7}
    assert "Entry 7 was altered" in said(faults)


def test_a_changed_byte_in_a_stored_hash_is_found(cast: Cast) -> None:
    flip(LedgerEntry.leaf_hash, LedgerEntry.seq == 7)
    assert codes(verify()) == {(7, "entry_altered")}


@pytest.mark.parametrize("column", ["kind", "subject"])
def test_a_changed_byte_beside_an_entry_is_found(cast: Cast, column: str) -> None:
    seq = decision_seqs()[0]
    flip(getattr(LedgerEntry, column), LedgerEntry.seq == seq, position=3)
    faults = verify()
    assert codes(faults) == {(seq, "entry_column_differs")}
    assert faults[0].values["column"] == column


def test_a_moved_instant_is_found(cast: Cast) -> None:
    seq = decision_seqs()[0]
    entry = db.session.get_one(LedgerEntry, seq)
    entry.at += timedelta(seconds=1)
    db.session.commit()
    assert codes(verify()) == {(seq, "entry_column_differs")}


def test_a_deleted_entry_is_found(cast: Cast) -> None:
    seq = decision_seqs()[2]
    tamper(f"DELETE FROM ledger_entry WHERE seq = {seq}")
    faults = verify()
    assert codes(faults) == {(seq, "entries_missing"), (seq, "row_without_entry")}
    assert f"Entries {seq} to {seq} are missing." in said(faults)


def test_deleted_last_entries_are_found(cast: Cast) -> None:
    now = head()
    assert now is not None
    tamper(f"DELETE FROM ledger_entry WHERE seq > {now.size - 2}")
    found = codes(verify())
    assert (now.size - 1, "head_size_differs") in found
    assert {seq for seq, _ in found} <= {now.size - 1, now.size}


def test_two_swapped_entries_are_found(cast: Cast) -> None:
    swap("ledger_entry", "seq", 5, 9)
    faults = verify()
    now = head()
    assert now is not None
    assert codes(faults) == {
        (5, "entry_misplaced"),
        (9, "entry_misplaced"),
        (now.size, "head_root_differs"),
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("role = 'innocent bystander'", "role"),
        ("dest = 'awarded'", "dest"),
        ("reason = 'duplicate'", "reason"),
        ("by_id = by_id + 1", "by"),
        ("round = round + 1", "round"),
        ("facts = '{}'", "facts"),
    ],
)
def test_a_changed_decision_is_found(cast: Cast, change: str, field: str) -> None:
    row = db.session.scalars(select(Decision).where(Decision.reason.is_not(None))).first()
    assert row is not None
    assert change != "dest = 'awarded'" or row.dest != "awarded"
    seq = row.ledger_seq
    tamper(f"UPDATE decision SET {change} WHERE id = {row.id}")
    found = [each for each in verify() if each.code == "row_differs"]
    assert [(each.seq, each.values["field"]) for each in found] == [(seq, field)]
    assert f"decision, row {row.id}, entry {seq}: the row says {field} is" in said(found)


def test_one_changed_byte_in_a_decision_is_found_even_if_it_cannot_be_read(cast: Cast) -> None:
    seqs = decision_seqs()
    tamper(f"UPDATE decision SET action = 'bpprove' WHERE ledger_seq = {seqs[1]}")
    faults = verify()
    assert codes(faults) == {(seqs[1], "row_unreadable")}
    assert "bpprove" in said(faults)


def test_a_later_date_on_a_decision_is_found(cast: Cast) -> None:
    row = db.session.scalars(select(Decision)).first()
    assert row is not None
    seq = row.ledger_seq
    row.at += timedelta(days=1)
    db.session.commit()
    (found,) = verify()
    assert (found.seq, found.code, found.values["field"]) == (seq, "row_differs", "at")


def test_a_deleted_decision_is_found(cast: Cast) -> None:
    seq = decision_seqs()[2]
    tamper(f"DELETE FROM decision WHERE ledger_seq = {seq}")
    faults = verify()
    assert (seq, "entry_without_row") in codes(faults)
    assert f"Entry {seq} (decision): the row that it stands for is gone" in said(faults)


def test_two_swapped_decisions_are_found(cast: Cast) -> None:
    one, other = decision_seqs()[1:3]
    swap("decision", "ledger_seq", one, other)
    faults = verify()
    assert {found.seq for found in faults} == {one, other}
    assert {found.code for found in faults} == {"row_differs"}


def test_an_invented_decision_is_found(cast: Cast) -> None:
    row = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
    now = head()
    assert row is not None
    assert now is not None
    seq = now.size + 1
    tamper(
        "INSERT INTO decision (nomination_id, stage, round, action, dest, role, at, facts,"
        f" ledger_seq) SELECT nomination_id, stage, 77, action, dest, role, at, facts, {seq}"
        f" FROM decision WHERE id = {row.id}"
    )
    assert codes(verify()) == {(seq, "beyond_the_head")}


def test_a_row_that_borrows_the_entry_of_another_act_is_found(cast: Cast) -> None:
    row = db.session.scalars(select(Objection)).first()
    assert row is not None
    tamper(
        "INSERT INTO feedback"
        " (kind, named, by_id, subject_id, body_id, at, due_at, state, ledger_seq)"
        f" SELECT kind, named, by_id, subject_id, body_id, at, due_at, state, {row.ledger_seq}"
        " FROM feedback"
    )
    assert codes(verify()) == {(row.ledger_seq, "row_of_another_kind")}


def test_a_changed_byte_in_a_wording_is_found(cast: Cast) -> None:
    row = db.session.scalars(select(Objection).order_by(Objection.id)).first()
    assert row is not None
    text_id = row.grounds_id
    flip(Wording.text, Wording.id == text_id, position=4)
    faults = verify()
    assert [(found.code, found.values["id"]) for found in faults] == [("wording_altered", text_id)]
    (found,) = faults
    assert f"wording, row {text_id}, entry {found.seq}" in fault(found)
    assert found.seq in {row.ledger_seq, row.ledger_seq - 1}  # the objection and its decision


def test_a_deleted_wording_is_found(cast: Cast) -> None:
    row = db.session.scalars(select(Feedback)).one()
    tamper(f"DELETE FROM wording WHERE id = {row.body_id}")
    faults = verify()
    assert codes(faults) == {(row.ledger_seq, "row_leads_nowhere")}
    assert faults[0].values["column"] == "body_id"


def test_two_swapped_wordings_are_found(cast: Cast) -> None:
    row = db.session.scalars(select(Feedback)).one()
    swap("wording", "id", row.subject_id, row.body_id)
    faults = verify()
    assert {(found.seq, found.values["field"]) for found in faults} == {
        (row.ledger_seq, "subject"),
        (row.ledger_seq, "body"),
    }


def test_two_swapped_texts_are_found(cast: Cast) -> None:
    row = db.session.scalars(select(Feedback)).one()
    one, other = row.subject.text, row.body.text
    row.subject.text, row.body.text = other, one
    db.session.commit()
    assert codes(verify()) == {(row.ledger_seq, "wording_altered")}


def test_a_text_that_vanished_is_found_and_an_erased_one_is_not_a_fault(cast: Cast) -> None:
    row = db.session.scalars(select(Feedback)).one()
    row.body.text = None
    db.session.commit()
    assert codes(verify()) == {(row.ledger_seq, "wording_gone")}
    row.body.erased_at = row.at
    db.session.commit()
    assert codes(verify()) == {(row.ledger_seq, "wording_gone")}, (
        "what it could be guessed by stays"
    )
    row.body.erase(row.at)
    db.session.commit()
    assert verify() == []
    row.body.text = "Restored in secret."
    db.session.commit()
    assert codes(verify()) == {(row.ledger_seq, "wording_not_erased")}


@pytest.mark.parametrize("column", ["root", "frontier"])
def test_a_changed_head_is_found(cast: Cast, column: str) -> None:
    flip(getattr(LedgerHead, column), LedgerHead.id == 1, position=9)
    assert verify() != []


def test_a_deleted_head_is_found(cast: Cast) -> None:
    tamper("DELETE FROM ledger_head")
    assert (1, "beyond_the_head") in codes(verify())


def test_a_damaged_entry_hides_no_other_fault(cast: Cast) -> None:
    one, other = decision_seqs()[1], decision_seqs()[5]
    tamper(
        f"UPDATE decision SET action = 'bpprove' WHERE ledger_seq = {one}",
        f"UPDATE decision SET role = 'nobody' WHERE ledger_seq = {other}",
    )
    assert codes(verify()) == {(one, "row_unreadable"), (other, "row_differs")}


def test_a_long_ledger_is_read_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.verification.BATCH", 4)
    seq = decision_seqs()[-1]
    assert verify() == []
    tamper(f"UPDATE decision SET role = 'nobody' WHERE ledger_seq = {seq}")
    assert codes(verify()) == {(seq, "row_differs")}


def test_every_table_of_acts_is_compared_and_no_two_share_a_kind(app: Flask) -> None:
    acts = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Recorded)]
    assert set(recorded().values()) == set(acts)
    assert len(recorded()) == len(acts) >= 14
    for table in acts:
        assert table.ledger_body is not Recorded.ledger_body, table


def test_the_command_says_what_is_wrong_and_where(cast: Cast, app: Flask) -> None:
    sound = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert sound.exit_code == 0, sound.output
    now = head()
    assert now is not None
    assert f"entries: {now.size}\n" in sound.output
    assert f"root: {now.root.hex()}\n" in sound.output
    assert "faults: 0\n" in sound.output
    seq = decision_seqs()[0]
    tamper(f"DELETE FROM decision WHERE ledger_seq = {seq}")
    broken = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert broken.exit_code == 1
    assert f"Entry {seq} (decision)" in broken.output


def test_the_ledger_is_shown_whole_or_for_one_case(cast: Cast, app: Flask) -> None:
    number = make_awarded(cast)
    total = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    shown = app.test_cli_runner().invoke(args=["ledger", "show"])
    assert len(shown.output.splitlines()) == total
    one = app.test_cli_runner().invoke(args=["ledger", "show", "--case", number])
    lines = one.output.splitlines()
    assert len(lines) >= 7
    assert all(f'"case":"{number}"' in line for line in lines)
    none = app.test_cli_runner().invoke(args=["ledger", "show", "--case", "2026-none"])
    assert none.exit_code == 1


@operation
def _note(tx: Transaction, kind: str) -> None:
    tx.note(kind, {"what": "something"})


def test_an_entry_of_no_known_kind_is_found(cast: Cast) -> None:
    _note("something_else")
    now = head()
    assert now is not None
    assert codes(verify()) == {(now.size, "kind_unknown")}
