"""The fulfilment list: seen and kept by scheme managers, signed on the case by the winner."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from models import fulfilment
from models.people import Person
from models.scheme import Award
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from tests.winners import multiply

FORMULA = "=HYPERLINK(1)"
TIER = "/manage/scheme/awards/special/tiers/gold/rewards"
GIFT = {
    "lines-0-kind": "gift",
    "lines-0-en": FORMULA,
    "lines-0-zh_Hans": "礼品",
    "lines-0-zh_Hant": "禮品",
    "lines-0-amount": "150.50",
    "lines-0-each_member": "y",
    "lines-1-kind": "",
    "reason": "Agreed with the works council.",
}


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant", quotas=(1,))
        cast = make_cast()
        rename(cast.nominee)
        return cast


@operation
def rename(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).name = "@SUM(A1)"
    tx.session.query(Award).one().names = {"en": "+1", "zh_Hans": "+1", "zh_Hant": "+1"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_reward_goes_from_the_scheme_to_the_winners_signature_and_to_payroll(
    cast: Cast, client: Client, app: Flask
) -> None:
    client.sign_in(cast.scheme_manager)
    seen = hidden(client.get(TIER).text, "seen")
    refused = client.post(TIER, data={**GIFT, "seen": seen, "lines-0-zh_Hans": ""})
    assert refused.status_code == 422
    assert FORMULA in refused.text
    assert client.post(TIER, data={**GIFT, "seen": seen}).status_code == 303
    with app.app_context():
        number = make_awarded(cast, award_key="special")
    client.sign_in(cast.scheme_manager)  # days have gone by
    page = client.get("/manage/rewards").text
    (address,) = set(re.findall(r"/manage/rewards/[\d-]+/0/\d+", page))
    key = hidden(client.get(address).text, "request_key")
    taken = {"receiver": cast.nominee, "note": "", "request_key": key}
    assert client.post(address, data={**taken, "receiver": cast.colleague}).status_code == 422
    assert client.post(address, data=taken).status_code == 303
    assert client.post(address, data={"note": "", "request_key": key}).status_code == 422
    (undo,) = set(re.findall(rf"/manage/rewards/{number}/undo/\d+", client.get(address).text))
    assert client.post(undo, data={"reason": "Oops"}).status_code == 422
    assert client.post(undo, data={"reason": "It was another parcel."}).status_code == 303
    taken["request_key"] = hidden(client.get(address).text, "request_key")
    assert client.post(address, data=taken).status_code == 303

    client.sign_in(cast.nominator)
    assert "I have received it" not in client.get(f"/cases/{number}").text
    client.sign_in(cast.nominee)
    case = client.get(f"/cases/{number}").text
    (sign,) = set(re.findall(rf"/cases/{number}/rewards/\d+", case))
    for _twice in range(2):
        assert (
            client.post(sign, data={"request_key": hidden(case, "request_key")}).status_code == 303
        )
    assert "Received and signed for" in client.get(f"/cases/{number}").text

    client.sign_in(cast.scheme_manager)
    text = client.get("/manage/rewards.csv").data.decode("utf-8-sig")
    [head, line] = csv.reader(io.StringIO(text))
    row = dict(zip(head, line, strict=True))
    assert row["Name"] == "'@SUM(A1)"
    assert row["Reward"] == f"'{FORMULA}"
    assert row["Amount"] == "150.50"
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/manage/rewards.xlsx").data))
    [words, cells] = book.get_sheet_by_index(0).to_python()
    sheet = dict(zip(words, cells, strict=True))
    assert (sheet["Name"], sheet["Reward"], sheet["Amount"]) == ("@SUM(A1)", FORMULA, 150.5)
    client.sign_in(cast.committee)
    assert client.get("/manage/rewards.csv").status_code == 403


def test_a_long_list_comes_in_pages_that_lose_nothing_and_each_sums_up_whole_cycles(
    cast: Cast, client: Client, app: Flask
) -> None:
    client.sign_in(cast.scheme_manager)
    seen = hidden(client.get(TIER).text, "seen")
    assert client.post(TIER, data={**GIFT, "seen": seen}).status_code == 303
    with app.app_context():
        won = make_awarded(cast, award_key="special")
        numbers = [won, *multiply(won, fulfilment.AWARDS_AT_ONCE + 2)]
    client.sign_in(cast.scheme_manager)
    first = client.get("/manage/rewards").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older[1].replace("&amp;", "&")).text
    assert 'rel="next"' not in second
    assert 'rel="prev"' in second
    listed = [re.findall(r">([\d-]+)</a> <span", page) for page in (first, second)]
    assert [len(page) for page in listed] == [fulfilment.AWARDS_AT_ONCE, 3]
    assert sorted([*listed[0], *listed[1]]) == sorted(numbers)
    promised = f"{150.5 * len(numbers):,.2f}"
    assert promised in first
    assert promised in second
