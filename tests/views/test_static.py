"""Files of the installation: fetched once, and again only when one of them has changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, request, request_started, url_for
from playwright.sync_api import Page

from tests.fixtures.pages import Client
from views.installation import version

YEAR = "public, max-age=31536000, immutable"


def addresses(html: str) -> set[str]:
    """Every file of the installation that a page asks for."""
    found = re.findall(r'(?:href|src)="([^"#]*/static/[^"#]+)', html)
    return set(found)


def test_every_file_of_a_page_is_kept_for_a_year(client: Client) -> None:
    found = addresses(client.get("/sign-in").text)
    kinds = {Path(address).suffix for address in found}
    assert kinds == {".css", ".js", ".svg"}
    assert any("bootstrap" in address for address in found)
    for address in found:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, YEAR), address
        assert answer.headers.get("Vary") in (None, "Accept-Encoding"), "whoever signs in"
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.headers["Cache-Control"]) == (304, YEAR), address


def test_a_page_from_before_an_upgrade_gets_its_files_and_keeps_them_not(client: Client) -> None:
    answer = client.get("/static/0123456789ab/css/page.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["css/none.css", "../app.py", "%2e%2e/app.py", ""])
def test_what_is_not_there_is_not_kept_either(app: Flask, client: Client, path: str) -> None:
    with app.test_request_context():
        folder = url_for("static", filename="x").removesuffix("x")
    answer = client.get(folder + path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_develops_sees_each_change(app: Flask, client: Client) -> None:
    app.debug = True
    try:
        for address in addresses(client.get("/sign-in").text):
            assert client.get(address).headers["Cache-Control"] == "no-cache"
    finally:
        app.debug = False


def test_the_version_differs_whenever_a_file_does(tmp_path: Path) -> None:
    sheet = tmp_path / "css" / "page.css"
    sheet.parent.mkdir()
    sheet.write_text("a {}")
    first = version(tmp_path)
    assert version(tmp_path) == first
    sheet.write_text("b {}")
    assert version(tmp_path) != first
    sheet.write_text("a {}")
    assert version(tmp_path) == first
    sheet.rename(tmp_path / "css" / "form.css")
    assert version(tmp_path) != first


@pytest.mark.browser
def test_later_pages_fetch_nothing_but_themselves(app: Flask, page: Page) -> None:
    served: list[str] = []
    page.goto("/styleguide", wait_until="networkidle")
    with request_started.connected_to(lambda sender: served.append(request.path), app):
        page.goto("/sign-in", wait_until="networkidle")
        page.goto("/styleguide", wait_until="networkidle")
        page.reload(wait_until="networkidle")
    assert served == ["/sign-in", "/styleguide", "/styleguide"]
