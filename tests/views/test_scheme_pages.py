"""Scheme managers at their forms; and all colleagues reading what was changed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.scheme import Award, Cycle, Holiday, PolicyRule, SchemeChange, newest_targets, scheme
from tests.builders import make_person
from tests.fixtures.pages import Client
from views.changes import in_words
from workflow.vocabulary import Duty, JobRole

REASON = "The works council asked for it in the last meeting."
FORMS = (
    "/manage/scheme/terms",
    "/manage/scheme/awards/new",
    "/manage/scheme/awards/woodpecker",
    "/manage/scheme/awards/woodpecker/tiers/new",
    "/manage/scheme/awards/woodpecker/tiers/winner",
    "/manage/scheme/rules/attendance",
    "/manage/scheme/rules/new/service_at_least",
    "/manage/scheme/targets/inbound",
    "/manage/scheme/targets/support",
    "/manage/scheme/holidays/new",
)


@pytest.fixture
def manager(app: Flask, real_scheme: None, client: Client) -> Client:
    with app.app_context():
        person = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(person)
    return client


def filled(client: Client, path: str, **typed: str) -> dict[str, Any]:
    """What the form of the page holds, as a browser would send it, with these answers."""
    page = client.get(path).text
    form = page[page.index("novalidate") : page.index("</form>", page.index("novalidate"))]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        chosen = kind is None or kind[1] not in ("radio", "checkbox") or " checked" in tag
        if name and chosen:
            data[name[1]] = value[1] if value else "y"
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL
    ):
        data[name] = text.strip()
    selects = r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>'
    for name, options in re.findall(selects, form, re.DOTALL):
        chosen_one = re.search(r'<option selected value="([^"]*)"', options)
        data[name] = chosen_one[1] if chosen_one else ""
    return {**data, "reason": REASON, **typed}


def changes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SchemeChange)) or 0


@pytest.mark.parametrize("path", FORMS)
def test_only_scheme_managers_open_the_forms(
    app: Flask, real_scheme: None, client: Client, path: str
) -> None:
    with app.app_context():
        person = make_person("Colleague", duties=(Duty.COMMITTEE, Duty.INTERNAL_AUDITOR))
    client.sign_in(person)
    assert client.get(path).status_code == 403
    assert client.post(path, data={"reason": REASON}).status_code == 403
    assert changes(app) == 0


@pytest.mark.parametrize("path", FORMS)
def test_a_form_sent_empty_says_what_is_missing_and_changes_nothing(
    app: Flask, manager: Client, path: str
) -> None:
    page = manager.post(path, data={})
    assert page.status_code == 422
    assert "Fill this in." in page.text
    assert changes(app) == 0


def test_the_index_leads_to_every_form(manager: Client) -> None:
    page = manager.get("/manage/scheme").text
    for path in ("terms", "awards/woodpecker", "awards/new", "rules/attendance", "targets/email"):
        assert f'href="/manage/scheme/{path}"' in page
    assert 'href="/archive/changes"' in page


def test_changed_terms_hold_at_once_and_stand_in_the_archive_with_the_reason(
    app: Flask, manager: Client
) -> None:
    data = filled(manager, "/manage/scheme/terms", notice_days="5", timezone="Asia/Taipei")
    assert manager.post("/manage/scheme/terms", data=data).status_code == 303
    with app.app_context():
        assert (scheme().notice_days, scheme().timezone) == (5, "Asia/Taipei")
        reader = make_person("Reader")
    manager.sign_in(reader)
    page = manager.get("/archive/changes").text
    for told in ("Before</th>", "Days of public notice", "Asia/Shanghai", "Asia/Taipei", REASON):
        assert told in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("notice_days", "0"),
        ("notice_days", "seven"),
        ("notice_days", "9" * 40),
        ("timezone", "Moon/Base"),
        ("currency", "yuan"),
        ("names-en", ""),
        ("names-en", "\u202egnihton"),
        ("names-zh_Hans", "名\x00字"),
        ("reason", "short"),
    ],
)
def test_an_answer_that_cannot_be_is_told_beside_its_field(
    app: Flask, manager: Client, field: str, typed: str
) -> None:
    data = filled(manager, "/manage/scheme/terms", appeal_days="20") | {field: typed}
    page = manager.post("/manage/scheme/terms", data=data)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert 'value="20"' in page.text  # what was typed elsewhere is kept
    assert changes(app) == 0


def test_a_form_that_was_overtaken_is_a_conflict_with_what_was_typed(
    app: Flask, manager: Client
) -> None:
    late = filled(manager, "/manage/scheme/terms", notice_days="9")
    first = filled(manager, "/manage/scheme/terms", notice_days="5")
    assert manager.post("/manage/scheme/terms", data=first).status_code == 303
    page = manager.post("/manage/scheme/terms", data=late)
    assert page.status_code == 409
    assert "Manager changed this on" in page.text
    assert REASON in page.text
    assert "Your change was not applied." in page.text
    assert changes(app) == 1


def test_the_same_form_sent_twice_is_one_change(app: Flask, manager: Client) -> None:
    data = filled(manager, "/manage/scheme/terms", notice_days="5")
    for _time in range(2):
        assert manager.post("/manage/scheme/terms", data=data).status_code == 303
    assert changes(app) == 1


def test_nothing_changed_is_said(manager: Client) -> None:
    data = filled(manager, "/manage/scheme/terms")
    page = manager.post("/manage/scheme/terms", data=data)
    assert page.status_code == 422
    assert "Nothing is different from what is there." in page.text


def test_an_award_s_words_and_settings_are_changed(app: Flask, manager: Client) -> None:
    path = "/manage/scheme/awards/woodpecker"
    data = filled(manager, path) | {"names-en": "Sharp Eye Award", "team_mates_are_barred": "y"}
    assert manager.post(path, data=data).status_code == 303
    with app.app_context():
        award = db.session.scalars(select(Award).where(Award.key == "woodpecker")).one()
        assert award.names["en"] == "Sharp Eye Award"
        assert award.team_mates_are_barred
        assert award.active


def test_a_new_award_is_made_in_pages_alone(app: Flask, manager: Client) -> None:
    names = {f"names-{language}": "New-comer!" for language in ("en", "zh_Hans", "zh_Hant")}
    texts = {
        f"{field}-{language}": "For the best start."
        for field in ("descriptions", "criteria")
        for language in ("en", "zh_Hans", "zh_Hant")
    }
    path = "/manage/scheme/awards/new"
    chosen = {"key": "", "road": "instant", "cadence": "instant", "subject": "person"}
    data = filled(manager, path) | names | texts | chosen
    assert manager.post(path, data=data).location == "/manage/scheme/awards/new-comer"
    path = "/manage/scheme/awards/new-comer/tiers/new"
    rewards = {f"rewards-{language}": "A gift" for language in ("en", "zh_Hans", "zh_Hant")}
    data = filled(manager, path) | names | rewards | {"key": ""}
    assert manager.post(path, data=data).status_code == 303
    path = "/manage/scheme/awards/new-comer"
    assert manager.post(path, data=filled(manager, path, active="y")).status_code == 303
    assert "Open until" in manager.get("/awards/new-comer").text


def test_an_award_begins_in_one_language_and_opens_in_all(app: Flask, manager: Client) -> None:
    path, said = "/manage/scheme/awards/new", ("names", "descriptions", "criteria")
    texts = {f"{field}-zh_Hans": "传帮带奖" for field in said}
    chosen = {"key": "mentor", "road": "instant", "cadence": "instant", "subject": "person"}
    begun = filled(manager, path) | chosen
    empty = manager.post(path, data=begun)
    assert (empty.status_code, empty.text.count("one language at least.</a>")) == (422, 3)
    assert manager.post(path, data=begun | texts).status_code == 303
    path = "/manage/scheme/awards/mentor"
    tier = filled(manager, f"{path}/tiers/new", key="one")
    tier |= {"names-zh_Hans": "传帮带", "rewards-zh_Hans": "礼品"}
    assert manager.post(f"{path}/tiers/new", data=tier).status_code == 303
    page = manager.get(path).text
    assert "<li>Criteria – English, 繁體中文</li>" in page
    assert "<li>Reward: 传帮带 – English, 繁體中文</li>" in page
    asked = filled(manager, path, active="y")
    assert manager.post(path, data=asked).status_code == 422
    asked |= {f"{field}-{other}": "Mentor" for field in said for other in ("en", "zh_Hant")}
    refused = manager.post(path, data=asked)
    assert refused.status_code == 422
    assert "those of its tiers in all three languages" in refused.text
    assert refused.text.count("Mentor") >= 6, "nothing typed is lost"
    assert "传帮带奖" in manager.get("/archive/changes").text


def test_a_cycle_s_times_are_those_of_the_scheme(app: Flask, manager: Client) -> None:
    with app.app_context():
        award = db.session.scalars(select(Award).where(Award.key == "monthly-project")).one()
        following, current = (cycle.key for cycle in award.cycles)
        closes_at = award.cycles[1].closes_at
    path = f"/manage/scheme/awards/monthly-project/cycles/{current}"
    data = filled(manager, path)
    assert data["closes"].endswith("T00:00")
    data["closes"] = data["closes"].replace("T00:00", "T00:30")
    page = manager.post(path, data=data)
    assert page.status_code == 422  # half an hour into the next cycle
    assert "overlap" in page.text
    path = f"/manage/scheme/awards/monthly-project/cycles/{following}"
    data = filled(manager, path)
    data["closes"] = data["closes"].replace("T00:00", "T18:00")
    assert manager.post(path, data=data).status_code == 303
    with app.app_context():
        changed = db.session.scalars(
            select(Cycle)
            .join(Cycle.award)
            .where(Award.key == "monthly-project", Cycle.key == following)
        ).one()
        assert changed.opens_at == closes_at
        assert changed.closes_at.hour == 10  # 18:00 in Shanghai


def test_a_time_that_the_clock_skips_is_refused(app: Flask, manager: Client) -> None:
    terms = filled(manager, "/manage/scheme/terms", timezone="Europe/Berlin")
    manager.post("/manage/scheme/terms", data=terms)
    with app.app_context():
        yearly = select(Award).where(Award.key == "employee-of-the-year")
        key = db.session.scalars(yearly).one().cycles[0].key
    days = (date(int(key), 3, day) for day in range(31, 24, -1))
    last_sunday = next(day for day in days if day.isoweekday() == 7)
    path = f"/manage/scheme/awards/employee-of-the-year/cycles/{key}"
    page = manager.post(path, data=filled(manager, path, closes=f"{last_sunday}T02:30"))
    assert page.status_code == 422
    assert "The clock skips this time" in page.text


def test_a_rule_s_parameters_are_those_of_its_kind(app: Flask, manager: Client) -> None:
    page = manager.get("/manage/scheme/rules/attendance").text
    assert 'name="share"' in page
    assert 'name="limit"' not in page
    data = filled(manager, "/manage/scheme/rules/attendance", share="0.90")
    assert manager.post("/manage/scheme/rules/attendance", data=data).status_code == 303
    with app.app_context():
        rule = db.session.scalars(select(PolicyRule).where(PolicyRule.key == "attendance")).one()
        assert rule.params == {"share": "0.9"}
    assert manager.get("/manage/scheme/rules/lost").status_code == 404
    assert manager.get("/manage/scheme/rules/new/lost").status_code == 404


def test_targets_become_a_new_version_and_a_blank_row_is_left_out(
    app: Flask, manager: Client
) -> None:
    path = "/manage/scheme/targets/inbound"
    data = filled(manager, path) | {
        "targets-0-metric": "",
        "targets-4-metric": "satisfaction",
        "targets-4-target": "4.2",
        "targets-4-weight": "15",
        "targets-4-cap": "1.1",
    }
    assert manager.post(path, data=data).status_code == 303
    with app.app_context():
        newest = newest_targets(JobRole.INBOUND)
        assert newest is not None
        metrics = [target.metric for target in newest.targets]
        assert newest.version == 2
    assert metrics == ["productivity", "errors", "complaints", "satisfaction"]
    half = filled(manager, path) | {"targets-4-metric": "satisfaction", "targets-4-target": ""}
    page = manager.post(path, data=half)
    assert page.status_code == 422
    assert "Write a number" in page.text


def test_a_holiday_is_entered_and_taken_out(app: Flask, manager: Client) -> None:
    names = {f"names-{language}": "Spring Festival" for language in ("en", "zh_Hans", "zh_Hant")}
    path = "/manage/scheme/holidays/new"
    data = filled(manager, path, day="2099-02-08") | names
    assert manager.post(path, data=data).status_code == 303
    path = "/manage/scheme/holidays/2099-02-08"
    assert manager.post(path, data=filled(manager, path)).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(Holiday).where(Holiday.day == date(2099, 2, 8))) is None
    assert manager.get(path).status_code == 404
    assert manager.get("/manage/scheme/holidays/yesterday").status_code == 404


def test_the_archive_says_when_nothing_was_changed_yet(
    app: Flask, real_scheme: None, client: Client
) -> None:
    with app.app_context():
        person = make_person()
    client.sign_in(person)
    assert "Nothing was changed yet" in client.get("/archive/changes").text


def test_of_what_is_new_only_what_it_is_now_is_told(app: Flask) -> None:
    made, changed = {"notice_days": ["", "7"]}, {"currency": ["CNY", "TWD"]}
    with app.test_request_context():
        assert [len(row) for row in in_words(made)] == [2]
        assert [len(row) for row in in_words(made | changed)] == [3, 3]


def test_a_change_names_its_subject_and_not_who_made_it(app: Flask, manager: Client) -> None:
    path = "/manage/scheme/awards/monthly-project/tiers/third"
    manager.post(path, data=filled(manager, path, quota="2"))
    with app.app_context():
        reader = make_person("Reader")
    manager.sign_in(reader)
    page = manager.get("/archive/changes").text
    assert "Monthly Project Award: Third place" in page
    assert "Places in each cycle" in page
    assert "Manager" not in page
