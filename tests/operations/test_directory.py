"""The directory of customers comes in as a whole or not at all, sealed, and repeats nobody."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from sqlalchemy import select, text

from adapters import clock
from adapters.sealing import Sealer
from models import customers
from models.base import Base, db
from models.customers import Customer, CustomerReference
from models.ledger import LedgerEntry
from models.results import Import
from operations import clockwork, directory, imports, resealing
from operations.customers import particulars
from operations.imports import ImportRefused
from tests.builders import make_scheme
from tests.directory import FILE, HEAD, LIU, WANG, bring, customer, sealer
from workflow.refusal import Refused

pytestmark = pytest.mark.usefixtures("context")

PERSONAL = ("王芳", "wang@example.cn", "5555 0101", "Liu Wei", "liu@example.org", "CALL-77")


def known(number: str, by: Sealer | None = None) -> tuple[str, str, str, tuple[str, ...]]:
    db.session.rollback()
    row = customers.by_number(number)
    assert row is not None
    found = particulars(by or sealer(), row)
    return (*vars(found.details).values(), found.references)


def found_by(reference: str, by: Sealer | None = None) -> list[str]:
    db.session.rollback()
    digests = (by or sealer()).digests(reference)
    return [each.number for each in customers.with_references(digests)]


def wrong(file: str) -> list[tuple[int, str, str]]:
    """Row, column and expectation of each mistake; nothing may have been written."""
    before = db.session.scalars(select(Customer.number)).all()
    with pytest.raises(ImportRefused) as refused:
        bring(file)
    assert db.session.scalars(select(Customer.number)).all() == before
    mistakes = refused.value.mistakes.kept
    assert {each.found for each in mistakes} <= {"", "•••"}
    return sorted((each.row, each.column, each.expected) for each in mistakes)


def test_customers_come_in_sealed_and_the_same_file_changes_nothing() -> None:
    assert bring() == {"added": 2, "corrected": 0, "unchanged": 0}
    assert known("K-1") == ("王芳", "wang@example.cn", "+86 21 5555 0101", ("call77", "t900"))
    row = customers.by_number("K-1")
    assert row is not None
    assert (row.language, row.consent, row.do_not_contact) == ("zh_Hans", True, False)
    assert row.keep_until == date(2027, 12, 31)
    assert bring() == {"added": 0, "corrected": 0, "unchanged": 2}
    kinds = db.session.scalars(select(LedgerEntry.kind)).all()
    assert kinds == ["import_applied"]


def test_no_table_holds_what_is_sealed() -> None:
    bring()
    everything = ""
    for name in Base.metadata.tables:
        rows = db.session.execute(text(f'SELECT * FROM "{name}"')).all()
        everything += " ".join(str(list(row)) for row in rows)
    assert "K-1" in everything
    assert not [piece for piece in (*PERSONAL, "call77") if piece in everything]


def test_a_reference_leads_to_its_customer_however_it_is_written() -> None:
    bring()
    assert found_by("call77") == ["K-1"]
    assert found_by("call88") == ["K-2"]
    assert found_by("call99") == []


def test_a_workbook_and_chinese_headings_in_gb18030_do_as_well() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(FILE.splitlines()):
            sheet.write_row(at, 0, line.split(","))
    reading = directory.read(buffer.getvalue(), "customers.xlsx")
    assert directory.preview(reading, sealer())["added"] == 2
    chinese = "客户编号,语言,同意回访,保存至,姓名\nK-3,简体中文,是,2027年12月31日,赵敏\n"
    reading = directory.read(chinese.encode("gb18030"), "customers.csv")
    assert directory.preview(reading, sealer()) == {"added": 1, "corrected": 0, "unchanged": 0}


def test_a_column_that_is_missing_leaves_its_field_and_a_blank_cell_empties_it() -> None:
    bring()
    bring("customer_number,language,consent,keep_until,phone\nK-1,en,no,2028-01-31,\n")
    assert known("K-1") == ("王芳", "wang@example.cn", "", ("call77", "t900"))
    row = customers.by_number("K-1")
    assert row is not None
    assert (row.language, row.consent, row.keep_until) == ("en", False, date(2028, 1, 31))


def test_mistakes_name_the_cell_and_never_what_stands_there() -> None:
    file = (
        f"{HEAD}\n"
        "K-1,王芳,no address,call me,klingon,perhaps,no,soon,\n"
        ",Liu Wei,,,en,yes,,2027-12-31,\n"
        "K-1,王\u202e芳,,,en,yes,,2027-12-31,\n"
    )
    assert wrong(file) == [
        (2, "C (email)", "email"),
        (2, "D (phone)", "phone"),
        (2, "E (language)", "language"),
        (2, "F (consent)", "yes_or_no"),
        (2, "H (keep_until)", "day"),
        (3, "A (customer_number)", "short_text"),
        (4, "A (customer_number)", "once"),
        (4, "B (name)", "short_text"),
    ]


def test_a_file_without_headings_is_refused_without_repeating_its_first_row() -> None:
    for first in (WANG, "Wang,Wang,en,yes"):
        with pytest.raises(Refused) as refused:
            directory.read(f"{first}\n{LIU}\n".encode(), "customers.csv")
        assert not [v for v in refused.value.values.values() if "W" in str(v) or "王" in str(v)]


def test_a_reference_belongs_to_one_customer() -> None:
    bring()
    assert wrong(f"{HEAD}\n{customer('K-9', references='call 77')}\n") == [
        (2, "I (references)", "own_reference")
    ]
    both = f"{customer('K-8', references='T-5')}\n{customer('K-9', references='t5')}"
    assert wrong(f"{HEAD}\n{both}\n") == [(3, "I (references)", "own_reference")]


def test_a_reference_passes_to_another_customer_when_the_file_takes_it_from_the_first() -> None:
    bring()
    first, second = customer("K-1"), customer("K-2", references="CALL-77;CALL-88")
    bring(f"{HEAD}\n{second}\n{first}\n")
    assert found_by("call77") == found_by("call88") == ["K-2"]
    assert found_by("t900") == []


def test_what_waits_to_be_applied_is_sealed() -> None:
    staged = directory.staged(FILE.encode(), sealer())
    assert not [piece for piece in PERSONAL if piece.encode() in staged]
    assert directory.unstaged(staged, sealer()) == FILE.encode()
    with pytest.raises(Refused) as refused:
        directory.unstaged(staged, Sealer(["another key"]))
    assert refused.value.message == "import_gone"


def test_a_key_that_is_missing_refuses_the_file_and_changes_nothing() -> None:
    bring()
    with pytest.raises(Refused) as refused:
        bring(FILE.replace("yes", "no"), sealed_by=Sealer(["another key"]))
    assert refused.value.message == "customer_key_missing"
    assert known("K-1")[0] == "王芳"


def test_an_import_is_applied_once() -> None:
    import_id = imports.receive(
        kind=directory.KIND, filename="c.csv", sha256="0" * 64, by_id=None, options={}
    )
    reading = directory.read(FILE.encode(), "c.csv")
    for _ in range(2):
        counts = directory.apply(import_id=import_id, reading=reading, sealer=sealer())
        assert counts["added"] == 2
    assert db.session.get_one(Import, import_id).state == imports.APPLIED


def test_after_resealing_the_first_key_alone_opens_everything() -> None:
    old, new = Sealer(["old key"]), Sealer(["new key"])
    bring(sealed_by=old)
    turning = Sealer(["new key", "old key"])
    assert found_by("call77", turning) == ["K-1"]
    assert sum(anew for anew, _of in resealing.reseal(turning)) == 2
    assert sum(anew for anew, _of in resealing.reseal(turning)) == 0
    assert known("K-1", new) == ("王芳", "wang@example.cn", "+86 21 5555 0101", ("call77", "t900"))
    assert found_by("call77", new) == ["K-1"]
    assert found_by("call77", old) == []
    assert bring(sealed_by=new) == {"added": 0, "corrected": 0, "unchanged": 2}


def test_the_clock_empties_whose_retention_has_ended() -> None:
    make_scheme()
    yesterday = (clock.now().date() - timedelta(days=2)).isoformat()
    bring(f"{HEAD}\n{customer('K-1', references='T-1;T-2', keep_until=yesterday)}\n{LIU}\n")
    assert clockwork.tick().purged == 1
    assert clockwork.tick().purged == 0
    row = customers.by_number("K-1")
    assert row is not None
    assert row.sealed is None
    assert row.purged_at is not None
    assert db.session.scalars(select(CustomerReference.customer_id)).all() != [row.id]
    assert found_by("t1") == []
    assert found_by("call88") == ["K-2"]
    bodies = [e.data for e in db.session.scalars(select(LedgerEntry)) if "purged" in e.kind]
    assert len(bodies) == 1
    assert row.key.encode() in bodies[0]
    assert b'"references":2' in bodies[0]


def test_a_customer_comes_back_by_a_later_retention_date_only() -> None:
    make_scheme()
    ended = (clock.now().date() - timedelta(days=2)).isoformat()
    gone = f"{HEAD}\n{customer('K-1', keep_until=ended)}\n"
    bring(gone)
    clockwork.tick()
    assert bring(gone)["unchanged"] == 1
    assert known("K-1") == ("", "", "", ())
    assert bring(f"{HEAD}\n{WANG}\n")["corrected"] == 1
    assert known("K-1")[0] == "王芳"
    assert clockwork.tick().purged == 0
