"""Colleagues come in by file as a whole or not at all, and the same file again changes nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ledger.canonical import parse
from models import people as stored
from models.base import db
from models.ledger import LedgerEntry
from models.people import AuthSession, Person, Team
from operations import imports, people
from operations.imports import ImportRefused
from operations.people import Plan
from operations.signing_in import begin_session
from operations.transaction import Transaction, operation
from tests.builders import make_scheme
from workflow.refusal import Refused
from workflow.text import UnstorableText, misleads, normal
from workflow.vocabulary import JobRole, Language

pytestmark = pytest.mark.usefixtures("context")

HEAD = "employee_number,name,email,role,team,manager,joined,left,language"
FILE = f"""{HEAD}
1001,Li Na,LI@example.org,inbound,East,1003,2024-01-05,,zh_Hans
1002,Wu Ming,wu@example.org,outbound,East,1003,2024/2/6,,zh_Hant
1003,Tom,tom@example.org,team_leader,East,1004,,,en
1004,Ada,ada@example.org,manager,,,,,
"""
BLNS = Path(__file__).parents[3] / "shared" / "data" / "blns.json"


def look(file: str) -> Plan:
    return people.preview(people.read(file.encode(), "people.csv"))


def bring(file: str, digest: str | None = None) -> dict[str, int]:
    import_id = imports.receive(
        kind="people", filename="people.csv", sha256="0" * 64, by_id=None, options={}
    )
    reading = people.read(file.encode(), "people.csv")
    return people.apply(import_id=import_id, reading=reading, digest=digest)


def mistakes(file: str) -> list[tuple[int, str, str, str]]:
    """Row, column, found and expected, row by row; nothing may have been written."""
    before = everybody()
    with pytest.raises(ImportRefused) as refused:
        bring(file)
    assert everybody() == before
    kept = sorted(refused.value.mistakes.kept, key=lambda mistake: mistake.row)
    return [(m.row, m.column[0], m.found, m.expected) for m in kept]


def everybody() -> list[str]:
    return list(db.session.scalars(select(Person.employee_number).order_by(Person.id)))


def person(number: str) -> Person:
    found = stored.by_number(number)
    assert found is not None
    return found


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def test_a_file_brings_colleagues_in_with_teams_and_managers() -> None:
    assert bring(FILE) == {"people": 4, "changed": 0, "left": 0, "unchanged": 0}
    li = person("1001")
    assert (li.name, li.email, li.job_role) == ("Li Na", "li@example.org", JobRole.INBOUND)
    assert (li.joined_on, li.left_on, li.language) == (date(2024, 1, 5), None, Language.ZH_HANS)
    assert li.team is not None
    assert li.manager is not None
    assert (li.team.name, li.manager.name) == ("East", "Tom")
    assert person("1004").language is Language.EN
    assert stored.line_managers([li.id]) == {person("1003").id, person("1004").id}
    assert db.session.scalars(select(Team.name)).all() == ["East"]


def test_the_same_file_again_changes_nothing_and_adds_no_entry() -> None:
    bring(FILE)
    assert entries() == 1
    assert look(FILE).changes == []
    assert bring(FILE) == {"people": 0, "changed": 0, "left": 0, "unchanged": 4}
    assert entries() == 1
    assert len(everybody()) == 4


def test_the_ledger_keeps_the_file_and_the_counts_and_nobody_s_name() -> None:
    bring(FILE)
    entry = db.session.scalars(select(LedgerEntry)).one()
    body = parse(entry.data)["body"]
    assert entry.kind == "import_applied"
    assert body == {
        "kind": "people",
        "file": "0" * 64,
        "counts": {"people": 4, "changed": 0, "left": 0, "unchanged": 0},
        "by": None,
    }


def test_the_preview_shows_each_field_before_and_after() -> None:
    bring(FILE)
    changed = (
        FILE.replace("Li Na", "Li Nana")
        .replace("1001,", "1001,")
        .replace(
            "wu@example.org,outbound,East,1003,2024/2/6,",
            "wu@example.org,outbound,,1004,2024/2/6,2026-01-31",
        )
        + "1005,Mei,,support,West,1004,,,\n"
    )
    plan = look(changed)
    told = {change.number: (change.kind, dict(change.fields)) for change in plan.changes}
    assert told["1001"] == ("changed", {"name": ("Li Na", "Li Nana")})
    assert told["1002"] == (
        "left",
        {"team": ("East", None), "manager": ("1003", "1004"), "left": (None, date(2026, 1, 31))},
    )
    assert told["1005"][0] == "added"
    assert plan.counts() == {"people": 1, "changed": 1, "left": 1, "unchanged": 2}
    assert person("1001").name == "Li Na", "a preview writes nothing"
    assert bring(changed, plan.digest()) == plan.counts()
    assert person("1002").manager_id == person("1004").id


def test_a_column_that_is_not_there_leaves_its_field_as_it_is() -> None:
    bring(FILE)
    bring("employee_number,name,role,team\n1001,Li Na,inbound,\n")
    assert person("1001").email == "li@example.org"
    assert person("1001").team is None


def test_headings_and_words_are_taken_in_three_scripts() -> None:
    bring(
        "工号,姓名,邮箱,岗位,团队,上级工号,入职日期,离职日期,语言\n"
        "7,张三,z@x.cn,呼入,东,8,2024年1月5日,,简体中文\n"
        "8,李,l@x.cn,组长,东,,,,\n"
    )
    bring(
        "工號,姓名,電子郵件,崗位,團隊,主管工號,到職日期,離職日期,語言\n"
        "7,張三,z@x.cn,外撥,東,8,2024/1/5,,繁體中文\n"
    )
    zhang = person("7")
    assert (zhang.name, zhang.job_role) == ("張三", JobRole.OUTBOUND)
    assert (zhang.language, zhang.joined_on) == (Language.ZH_HANT, date(2024, 1, 5))


def test_a_workbook_comes_in_with_its_native_numbers_and_days() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工号", "姓名", "岗位", "入职日期", "上级工号"])
    sheet.write_row(1, 0, [1001, "李娜", "呼入"])
    sheet.write_datetime(1, 3, date(2024, 1, 5), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_row(2, 0, [1002, "吴", "经理", "2020-03-01"])
    sheet.write_number(1, 4, 1002)
    sheet.write_formula(2, 1, '="吴"&"明"', None, "吴明")
    book.close()
    import_id = imports.receive(kind="people", filename="", sha256="0", by_id=None, options={})
    people.apply(import_id=import_id, reading=people.read(buffer.getvalue(), "people.xlsx"))
    li, wu = person("1001"), person("1002")
    assert (li.joined_on, li.manager_id) == (date(2024, 1, 5), wu.id)
    assert wu.name == "吴明", "a formula counts as what it last showed"


def test_mistakes_name_row_column_what_was_found_and_what_is_expected() -> None:
    assert mistakes(
        f"{HEAD}\n"
        ",Nobody,,inbound,,,,,\n"
        "2001,,x,inbund,,2999,2026-02-30,soon,klingon\n"
        "2002,Ann,ann@example.org,inbound,,,2026-02-02,2026-02-01,\n"
        "2002,Bob,ANN@example.org,inbound,,,,,\n"
    ) == [
        (2, "A", "", "short_text"),
        (3, "B", "", "short_text"),
        (3, "C", "x", "email"),
        (3, "D", "inbund", "role"),
        (3, "G", "2026-02-30", "day"),
        (3, "H", "soon", "day"),
        (3, "I", "klingon", "language"),
        (3, "F", "2999", "known_manager"),
        (4, "H", "2026-02-01", "after_joining"),
        (5, "A", "2002", "once"),
        (5, "C", "ANN@example.org", "once"),
    ]


def test_a_circle_in_the_reporting_line_is_refused() -> None:
    bring(FILE)
    assert mistakes(
        FILE.replace("1004,Ada,ada@example.org,manager,,,", "1004,Ada,,manager,,1001,")
    ) == [
        (2, "F", "1003", "no_circle"),
        (4, "F", "1004", "no_circle"),
        (5, "F", "1001", "no_circle"),
    ]
    assert mistakes("employee_number,name,role,manager\n1004,Ada,manager,1001\n") == [
        (2, "D", "1001", "no_circle")
    ]
    assert mistakes("employee_number,name,role,manager\n9,Eve,support,9\n") == [
        (2, "D", "9", "no_circle")
    ]


def test_an_address_that_somebody_keeps_cannot_be_another_s() -> None:
    bring(FILE)
    assert mistakes("employee_number,name,role,email\n9,Eve,support,Tom@example.org\n") == [
        (2, "D", "tom@example.org", "own_email")
    ]


def test_two_colleagues_may_exchange_their_addresses() -> None:
    bring(FILE)
    swapped = bring(
        "employee_number,name,role,email\n"
        "1001,Li Na,inbound,wu@example.org\n"
        "1002,Wu Ming,outbound,li@example.org\n"
    )
    assert swapped["changed"] == 2
    assert (person("1001").email, person("1002").email) == ("wu@example.org", "li@example.org")


def test_a_file_without_a_needed_column_is_refused_as_a_whole() -> None:
    with pytest.raises(Refused) as refused:
        people.read(b"employee_number,surname\n1,Li\n", "people.csv")
    assert refused.value.message == "columns_missing"
    assert refused.value.values["missing"] == "name, role"


def test_a_plan_that_was_not_looked_at_is_refused() -> None:
    bring(FILE)
    changed = FILE.replace("Li Na", "Li Nana")
    seen = look(changed).digest()
    bring(FILE.replace("Li Na", "Li Ni"))
    with pytest.raises(Refused, match="import_outdated"):
        bring(changed, seen)
    assert person("1001").name == "Li Ni"


def test_an_import_is_applied_once() -> None:
    import_id = imports.receive(kind="people", filename="", sha256="0", by_id=None, options={})
    reading = people.read(FILE.encode(), "people.csv")
    first = people.apply(import_id=import_id, reading=reading)
    assert people.apply(import_id=import_id, reading=reading) == first
    assert entries() == 1


@operation
def sign_in(tx: Transaction, person_id: int) -> str:
    return begin_session(tx, person_id, timedelta(hours=1))


def test_leaving_ends_the_sessions_and_a_day_to_come_does_not() -> None:
    make_scheme()
    bring(FILE)
    sign_in(person("1001").id)
    sign_in(person("1002").id)
    bring(
        "employee_number,name,role,left\n"
        "1001,Li Na,inbound,2026-01-31\n"
        "1002,Wu Ming,outbound,2999-01-31\n"
    )
    going_on = select(AuthSession.person_id).where(AuthSession.revoked_at.is_(None))
    assert db.session.scalars(going_on).all() == [person("1002").id]


def test_every_naughty_name_is_stored_exactly_or_refused_with_its_cell() -> None:
    if not BLNS.exists():
        pytest.skip(f"the list of naughty strings is not at {BLNS}")
    strings = [s for s in json.loads(BLNS.read_text()) if s.strip()]
    kept: dict[str, str] = {}  # line of the file -> the name as it must be stored
    refused: list[str] = []
    head = "employee_number,name,role\n"
    for index, text in enumerate(strings):
        name = '"' + text.replace('"', '""') + '"'
        line = f"N{index},{name},support\n"
        try:
            expected = normal(text.strip())
        except UnstorableText:
            expected = None
        if expected is None or misleads(expected) or len(expected) > 100:
            refused.append(line)
        else:
            kept[line] = expected
    bring(head + "".join(kept))
    for line, expected in kept.items():
        assert person(line.partition(",")[0]).name == expected
    found = mistakes(head + "".join(refused))
    places = [(row, column, why) for row, column, _, why in found]
    assert places == [(row, "B", "short_text") for row in range(2, len(refused) + 2)]
    assert len(kept) > 300


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "1001", "1002", "inbound", "经理", "2026-01-01", "a@b", "=1+1", "\x00"]),
)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.lists(cells, min_size=9, max_size=9), max_size=6))
def test_any_file_comes_in_whole_or_not_at_all(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD.split(","), *rows])
    before = len(everybody())
    try:
        counts = bring(text.getvalue())
    except (ImportRefused, Refused):
        assert len(everybody()) == before
    else:
        assert len(everybody()) == before + counts["people"]
        assert look(text.getvalue()).changes == []
