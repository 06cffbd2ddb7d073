"""From an act to its proof: a colleague downloads a receipt and checks it without the server."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ledger.__main__ import main
from tests.builders import make_submitted
from tests.journeys.conftest import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.prove]


def test_a_receipt_is_downloaded_and_verified_offline(
    organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = organisation.cast
    with organisation.app.app_context():
        number = make_submitted(cast)
    page = organisation.as_(cast.scheme_manager)
    page.goto("/archive/checkpoints")
    page.get_by_role("button", name="Sign the ledger now").click()
    expect(page.get_by_text("The ledger is signed as it is now")).to_be_visible()

    page = organisation.as_(cast.nominator)
    page.goto(f"/cases/{number}")
    page.get_by_role("link", name="My receipts for this case").click()
    page.get_by_role("link", name="The nomination as you submitted it").click()
    code = page.locator("svg.receipt-code").bounding_box()
    assert code
    assert code["width"] > 100
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the receipt").click()
    receipt = organisation.folder / "receipt.json"
    download.value.save_as(receipt)
    page.goto("/archive/proof")
    key = page.get_by_role("region", name="The key that it is signed with").inner_text().strip()

    assert main(["verify", str(receipt), "--key", key]) == 0
    assert number in capsys.readouterr().out
    altered = receipt.read_text().replace(number, "2026-9999")
    forged = organisation.folder / "altered.json"
    forged.write_text(altered)
    assert main(["verify", str(forged), "--key", key]) == 1

    page.get_by_role("link", name="Check a receipt here").click()
    page.get_by_label("Your receipt").set_input_files(forged)
    page.get_by_role("button", name="Check the receipt").click()
    expect(page.get_by_role("heading", name="This receipt does not hold")).to_be_visible()
    page.get_by_label("Your receipt").set_input_files(receipt)
    page.get_by_role("button", name="Check the receipt").click()
    expect(page.get_by_role("heading", name="The receipt holds")).to_be_visible()
