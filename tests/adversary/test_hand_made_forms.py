"""Forms as somebody makes them by hand: other people's, outdated, with numbers that no page has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.adversary.desk import SAMPLES, Desk
from tests.adversary.paper import Form
from tests.adversary.test_permissions import COLLEAGUE, MAY
from tests.builders import make_person
from tests.journeys.places import Visit
from workflow.vocabulary import Duty

TEXT = "A sentence that says enough."
# What these add stands beside whatever happened meanwhile; the last hand in a draft is its own.
WITHOUT_VERSION = frozenset(
    {
        "audits.external", "feedback.link", "feedback.new", "feedback.remark",
        "judges.step_aside", "motions.answer", "motions.ask", "nominations.edit",
        "objections.new", "removals.answer", "removals.ask", "surveys.release",
    }
)  # fmt: skip
NUMBERS = ("", "x", "-1", "1e3", "\u0663", "9" * 40, "0x10", "1; DROP TABLE nomination", "\x00")

SOME = 4  # of so many impossible numbers each form gets one, and every one of them some form


@dataclass(frozen=True)
class Sheet:
    """A form of a page, filled in, and whose it is."""

    visit: Visit
    endpoint: str
    form: Form
    values: dict[str, str]


@pytest.fixture(scope="module")
def sheets(desk: Desk) -> list[Sheet]:
    return list(_sheets(desk))


@pytest.mark.parametrize("each", [2, pytest.param(1, marks=pytest.mark.prove)])
def test_no_form_is_taken_from_a_stranger(desk: Desk, sheets: list[Sheet], each: int) -> None:
    """The very form of somebody else's page, sent by a colleague with nothing to do with it."""
    with desk.app.app_context():
        stranger = make_person("Stranger")
    client = desk.client(stranger)
    desk.keep()
    wrong, tried = [], 0
    theirs = [sheet for sheet in sheets if COLLEAGUE not in MAY[sheet.endpoint]]
    for sheet in theirs[::each]:
        tried += 1
        before = desk.written()
        answer = client.post(sheet.form.action, data=sheet.values)
        if answer.status_code not in (403, 404) or desk.written() != before:
            wrong.append(f"{sheet.form.action}: {answer.status_code}")
            desk.restore()
    assert wrong == []
    assert tried > 20


@pytest.mark.parametrize("each", [SOME, pytest.param(1, marks=pytest.mark.prove)])
def test_an_outdated_or_impossible_version_changes_nothing(
    desk: Desk, sheets: list[Sheet], each: int
) -> None:
    """Every form with an outdated version and one ahead of its time; the numbers in turns."""
    wrong, tried = [], 0
    for nth, sheet in enumerate(sheets):
        if "version" not in sheet.values or sheet.endpoint in WITHOUT_VERSION:
            continue
        version = int(sheet.values["version"])
        numbers = NUMBERS[nth % each :: each]
        for other in (*numbers, str(version + 1), str(version - 1), None):
            values = {name: text for name, text in sheet.values.items() if name != "version"}
            if other is not None:
                values["version"] = other
            tried += 1
            wrong += _refused(desk, sheet, values, f"version {other!r}")
    assert wrong == []
    assert tried > 50


def test_an_impossible_request_key_changes_nothing(desk: Desk, sheets: list[Sheet]) -> None:
    wrong = []
    for sheet in sheets:
        if "request_key" in sheet.values:
            for key in ("k" * 65, "\x00"):
                values = {**sheet.values, "request_key": key}
                wrong += _refused(desk, sheet, values, f"key {key!r}")
    assert wrong == []


def test_a_request_key_belongs_to_one_form_and_one_person(desk: Desk, sheets: list[Sheet]) -> None:
    """Whoever gets hold of another's key gets neither their answer nor a second act."""
    acts = [sheet for sheet in sheets if sheet.endpoint == "cases.act" and sheet.form.typed]
    first, *others = acts
    assert others
    client = desk.clients[first.visit.who]
    assert client.post(first.form.action, data=first.values).status_code == 303
    for other in others:
        values = {**other.values, "request_key": first.values["request_key"]}
        before = desk.written()
        answer = desk.clients[other.visit.who].post(other.form.action, data=values)
        assert answer.status_code in (400, 409, 422), other.form.action
        assert desk.written() == before
    desk.restore()


@pytest.mark.prove
def test_no_number_in_an_address_breaks_a_page(desk: Desk) -> None:
    """A number that no row has is a page that is not there, for whoever asks, in whatever way."""
    with desk.app.app_context():
        client = desk.client(make_person("Everything", duties=tuple(Duty)))
    broken = []
    for address in _odd_addresses(desk):
        for method in (client.get, client.post):
            status = method(address).status_code
            if status >= 500:
                broken.append(f"{method.__name__} {address}: {status}")
    desk.restore()
    assert broken == []


def _refused(desk: Desk, sheet: Sheet, values: dict[str, str], why: str) -> list[str]:
    before = desk.written()
    answer = desk.clients[sheet.visit.who].post(sheet.form.action, data=values)
    if 400 <= answer.status_code < 500 and desk.written() == before:
        return []
    desk.restore()
    return [f"{sheet.form.action}, {why}: {answer.status_code}"]


def _sheets(desk: Desk) -> Iterator[Sheet]:
    routes = desk.app.url_map.bind("localhost")
    for visit, paper in desk.papers.items():
        if visit.endpoint == SAMPLES:
            continue
        for form in paper.forms:
            try:
                endpoint, _values = routes.match(form.action.partition("?")[0], method="POST")
            except (HTTPException, RequestRedirect):
                continue
            if form.method == "post":
                values = form.filled(TEXT)
                values.pop("csrf_token", None)  # the client sends its own
                yield Sheet(visit, endpoint, form, values)


def _odd_addresses(desk: Desk) -> Iterator[str]:
    odd = ("0", "2147483648", "9" * 40, "%00", "%ED%A0%80", "%F0%9F%92%A9", "..%2f..", "a" * 3000)
    for rule in desk.app.url_map.iter_rules():
        if rule.arguments and not rule.endpoint.endswith("static"):
            for text in odd:
                yield "".join(text if dynamic else part for dynamic, part in _parts(rule.rule))


def _parts(rule: str) -> Iterator[tuple[bool, str]]:
    """The fixed parts of a rule, and the ones that are asked for."""
    for nth, part in enumerate(rule.replace("<", ">").split(">")):
        yield nth % 2 == 1, part
