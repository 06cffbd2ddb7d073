"""A committee tries other figures, keeps two variants, compares them, and decides nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from adapters import clock
from models.tierlists import cycle_of, propose
from tests.builders import Cast, make_person
from tests.journeys.conftest import Organisation
from tests.roads import confirm, make_waiting

pytestmark = pytest.mark.browser


def test_a_committee_tries_keeps_and_compares_and_the_ranking_stays(
    organisation: Organisation,
) -> None:
    cast, app = organisation.cast, organisation.app
    with app.app_context():
        people = [make_person(f"{name} Nominee") for name in ("Ada", "Bo")]
        confirm(cast, *(make_waiting(Cast(**{**vars(cast), "nominee": one})) for one in people))
        sealed = _sealed()
    page = organisation.as_(cast.committee)
    page.goto("/tiering/quarterly/2026-Q4/simulate")
    expect(page.get_by_text("Nobody moves: every place stays as it is.")).to_be_visible()

    places = page.get_by_role("group", name="Gold").get_by_label("Places")
    places.fill("two")
    page.get_by_role("button", name="Show who moves").click()
    expect(page.get_by_role("link", name="Gold · Places: Write a whole number.")).to_be_visible()
    expect(places).to_have_value("two")
    places.fill("2")
    page.get_by_role("button", name="Show who moves").click()
    expect(page.get_by_role("row", name="Bo Nominee")).to_contain_text("moves up")
    expect(page.get_by_role("row", name="Together")).to_contain_text("200")
    page.get_by_label("Name of the variant").fill("两个金奖")
    page.get_by_role("button", name="Keep as a variant").click()
    expect(page.get_by_text("The variant is kept. Nothing else has changed.")).to_be_visible()

    places.fill("1")
    page.get_by_label("Budget", exact=True).fill("150")
    page.get_by_role("button", name="Show who moves").click()
    expect(page.get_by_role("row", name="Bo Nominee")).to_contain_text("drops out")
    page.get_by_label("Name of the variant").fill("A small budget")
    page.get_by_role("button", name="Keep as a variant").click()
    page.get_by_role("button", name="Set side by side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("两个金奖 beside A small budget")
    expect(page.get_by_role("row", name="Bo Nominee")).to_contain_text("drops out")
    expect(page.get_by_role("row", name="Budget left")).to_contain_text("50")
    with app.app_context():
        assert _sealed() == sealed


def _sealed() -> str:
    cycle = cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    return propose(cycle, clock.now()).input_hash
