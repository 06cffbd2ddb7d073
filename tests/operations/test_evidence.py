"""Evidence: named for several claims, marked when it comes later, and each opening noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.evidence_store import Place, Store
from models.base import db
from models.decisions import Submission
from models.evidence import EvidenceOpening, files_of
from models.nominations import Nomination, by_number
from operations import drafts, evidence
from operations.casework import NotVisible
from operations.drafts import Written
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
    make_submitted,
)
from workflow.refusal import Refused
from workflow.vocabulary import Action, EvidenceKind, Opening, Reason

pytestmark = pytest.mark.usefixtures("context")

CLAIMS = ("She called the bank.", "The refund was there the same evening.")


def case(number: str) -> Nomination:
    db.session.rollback()
    found = by_number(number)
    assert found is not None
    return found


def attach(store: Store, cast: Cast, number: str, claim_id: int, data: bytes) -> None:
    evidence.attach(
        store,
        person_id=cast.nominator,
        number=number,
        claim_id=claim_id,
        name="mail.txt",
        data=data,
        megabytes=1,
    )


def name_again(cast: Cast, number: str, claim_id: int, evidence_id: int) -> None:
    evidence.name_again(
        person_id=cast.nominator, number=number, claim_id=claim_id, evidence_id=evidence_id
    )


def returned(cast: Cast) -> str:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
    return number


def test_one_piece_shows_several_claims_without_being_sent_again(
    cast: Cast, tmp_path: Path
) -> None:
    number = make_draft(cast.nominator, [cast.nominee], claims=CLAIMS)
    first, second = case(number).claims
    attach(Store(tmp_path), cast, number, first.id, b"The bank wrote.")
    [reference, file] = case(number).claims[0].evidence
    for piece in (file.id, file.id, reference.id):
        name_again(cast, number, second.id, piece)
    named = [(piece.kind, piece.text, piece.sha256) for piece in case(number).claims[1].evidence]
    assert named == [
        (EvidenceKind.REFERENCE, f"CALL-{number}", None),
        (EvidenceKind.FILE, "mail.txt", file.sha256),
    ]
    [kept] = files_of(case(number)).values()
    assert kept.claims == [1, 2]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_piece_of_another_case_is_named_for_none(cast: Cast) -> None:
    own = make_draft(cast.nominator, [cast.nominee], claims=CLAIMS)
    other = make_draft(cast.colleague, [cast.nominee])
    [foreign] = case(other).claims[0].evidence
    with pytest.raises(NotVisible):
        name_again(cast, own, case(own).claims[0].id, foreign.id)
    with pytest.raises(NotVisible):
        name_again(cast, other, case(other).claims[0].id, foreign.id)


def test_naming_a_file_again_counts_as_a_file_of_the_claim(cast: Cast, tmp_path: Path) -> None:
    number = make_draft(cast.nominator, [cast.nominee], claims=CLAIMS)
    first, second = (claim.id for claim in case(number).claims)
    store = Store(tmp_path)
    for file in range(evidence.FILES_AT_MOST):
        attach(store, cast, number, first, f"mail {file}".encode())
    attach(store, cast, number, second, b"another")
    with pytest.raises(Refused, match="too_many_files"):
        name_again(cast, number, first, case(number).claims[1].evidence[-1].id)


def test_what_comes_after_the_submission_is_marked_and_enters_the_ledger(
    cast: Cast, tmp_path: Path, pass_time: Callable[[timedelta], None]
) -> None:
    number = returned(cast)
    assert not any(piece.came_later for piece in case(number).claims[0].evidence)
    pass_time(timedelta(days=1))
    attach(Store(tmp_path), cast, number, case(number).claims[0].id, b"The bank wrote.")
    reference, file = case(number).claims[0].evidence
    assert (reference.came_later, file.came_later) == (False, True)
    decide(cast.nominator, number, Action.RESUBMIT)
    first, second = db.session.scalars(select(Submission).order_by(Submission.id))
    assert (first.files, second.files) == ([], [file.sha256])
    assert second.ledger_body()["files"] == [file.sha256]
    assert case(number).claims[0].evidence[1].came_later


def test_a_reference_worded_anew_after_the_submission_counts_as_later(cast: Cast) -> None:
    number = returned(cast)
    [claim] = case(number).claims
    [piece] = claim.evidence
    what = Written(evidence={piece.id: piece.text})
    drafts.save(person_id=cast.nominator, number=number, written=what)
    assert not case(number).claims[0].evidence[0].came_later
    what = Written(evidence={piece.id: "CALL-9"})
    drafts.save(person_id=cast.nominator, number=number, written=what)
    assert case(number).claims[0].evidence[0].came_later


def test_a_draft_has_no_later_evidence(cast: Cast) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    assert not case(number).claims[0].evidence[0].came_later


def open_file(person_id: int, number: str, how: Opening = Opening.SHOWN) -> None:
    evidence.note_opening(person_id=person_id, number=number, digest="ab" * 32, how=how)


def test_each_opening_is_noted_once_for_as_long_as_it_lasts(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_submitted(cast)
    open_file(cast.internal, number)
    open_file(cast.internal, number)
    open_file(cast.internal, number, Opening.DOWNLOADED)
    open_file(cast.external, number)
    pass_time(evidence.SAME_OPENING + timedelta(seconds=1))
    open_file(cast.internal, number)
    noted = db.session.scalars(select(EvidenceOpening).order_by(EvidenceOpening.id))
    assert [(opening.person_id, opening.how) for opening in noted] == [
        (cast.internal, Opening.SHOWN),
        (cast.internal, Opening.DOWNLOADED),
        (cast.external, Opening.SHOWN),
        (cast.internal, Opening.SHOWN),
    ]
    with pytest.raises(NotVisible):
        open_file(cast.colleague, number)


def test_a_store_out_of_reach_leaves_the_claim_as_it_was(cast: Cast, tmp_path: Path) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    [claim] = case(number).claims
    nowhere = Place(
        tmp_path, "s3://evidence", endpoint="http://127.0.0.1:9", key_id="k", secret="s"
    )
    with pytest.raises(Refused, match="file_not_kept"):
        attach(Store(nowhere), cast, number, claim.id, b"The bank wrote.")
    assert files_of(case(number)) == {}


def test_files_that_the_store_lost_or_that_were_changed_are_named(
    cast: Cast, tmp_path: Path
) -> None:
    number, store = make_draft(cast.nominator, [cast.nominee], claims=CLAIMS), Store(tmp_path)
    for text in (b"kept", b"changed", b"lost"):
        attach(store, cast, number, case(number).claims[0].id, text)
    name_again(cast, number, case(number).claims[1].id, case(number).claims[0].evidence[-1].id)
    assert list(evidence.lost(store)) == []
    _reference, _kept, changed, lost = (piece.sha256 for piece in case(number).claims[0].evidence)
    assert changed
    assert lost
    (tmp_path / changed[:2] / changed).write_bytes(b"other")
    (tmp_path / lost[:2] / lost).unlink()
    assert dict(evidence.lost(store)) == {changed: number, lost: number}
