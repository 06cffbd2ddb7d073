"""The archive shows all staff what was decided and why, and not one field more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from models.base import db
from models.people import Person
from tests.builders import (
    decide,
    make_award,
    make_cast,
    make_scheme,
    make_submitted,
)
from tests.finding import catch_up
from tests.fixtures.pages import Client
from tests.histories import History
from tests.roads import make_noticed, make_rejected
from tests.views.test_scheme_pages import filled
from workflow.vocabulary import Action, Reason


@pytest.fixture
def history(app: Flask, history: History) -> History:
    with app.app_context():
        catch_up()
    return history


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Note every statement that the application sends."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def reader(client: Client, history: History) -> Client:
    client.sign_in(history.cast.colleague)
    return client


def page_of(client: Client, number: str) -> str:
    answer = client.get(f"/archive/{number}")
    assert answer.status_code == 200
    return answer.text


def test_closed_cases_and_notices_are_there_and_no_others(reader: Client, history: History) -> None:
    listed = reader.get("/archive/").text
    public = {
        history.rejected,
        history.noticed,
        history.objected,
        history.overturned,
        history.awarded,
        history.revoked,
        history.gold,
        history.passed_over,
    }
    hidden = {
        history.draft,
        history.submitted,
        history.returned,
        history.resubmitted,
        history.withdrawn,
    }
    assert {number for number in public | hidden if f"/archive/{number}" in listed} == public
    for number in public:
        page_of(reader, number)
    for number in hidden:
        assert reader.get(f"/archive/{number}").status_code == 404


def test_the_newest_comes_first(reader: Client, history: History) -> None:
    listed = reader.get("/archive/").text
    order = [history.noticed, history.overturned, history.objected, history.awarded, history.gold]
    places = [listed.index(f"/archive/{number}") for number in order]
    assert places == sorted(places)


def test_winners_and_those_in_the_notice_are_named(reader: Client, history: History) -> None:
    for number in (history.awarded, history.noticed, history.revoked, history.objected):
        page = page_of(reader, number)
        assert "Lin Nominee" in page
        assert "She stayed on the line for two hours" in page
        assert "The customer was called back on the same day." in page


def test_refused_cases_name_nobody_and_tell_no_story(
    app: Flask, reader: Client, history: History
) -> None:
    for number in (history.rejected, history.overturned, history.passed_over):
        page = page_of(reader, number)
        for word in ("Lin Nominee", "Second nominee", "two hours", "called back", "took that call"):
            assert word not in page
        assert "A nomination for the" in page


def test_what_was_decided_stands_with_its_duty_reason_and_ledger_number(
    reader: Client, history: History
) -> None:
    page = page_of(reader, history.rejected)
    assert "The event could not be confirmed" in page
    assert "The recording shows another date." in page
    assert "Internal auditor" in page
    assert "Arbiter" in page
    assert 'id="entry-' in page
    revoked = page_of(reader, history.revoked)
    assert "The claim was found to be false" in revoked


def test_a_name_in_the_sentence_of_a_refusal_gives_way(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_submitted(cast, award_key="special")
        said = "Lin Nominee was off that day, says NOMINEE herself; ask Chen about Linda."
        decide(cast.internal, number, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, said)
    client.sign_in(cast.colleague)
    assert "… was off that day, says … herself; ask … about Linda." in page_of(client, number)


def test_an_objection_and_its_answer_stand_on_the_page(reader: Client, history: History) -> None:
    page = page_of(reader, history.objected)
    assert "I was on the shift, and somebody else took that call." in page
    assert "The arbiter" in page
    assert "Dismissed" in page
    assert "Second objector" not in page


def test_the_place_in_the_ranking_is_explained(reader: Client, history: History) -> None:
    assert 'id="place"' in page_of(reader, history.gold)
    assert 'id="place"' in page_of(reader, history.passed_over)


def test_the_parties_read_on_their_own_case_why_it_was_not_placed_and_can_answer(
    client: Client, history: History
) -> None:
    client.sign_in(history.cast.nominator)
    page = client.get(f"/cases/{history.passed_over}").text
    public = page_of(client, history.passed_over)
    section = public.partition('id="place"')[2].partition("</section>")[0]
    reasons = re.findall(r"<li>(.+?)</li>", section)
    assert reasons
    assert all(reason in page for reason in reasons)
    assert f'href="/feedback/new?case={history.passed_over}"' in page
    assert f'href="/archive/{history.passed_over}"' in page
    withdrawn = client.get(f"/cases/{history.withdrawn}").text
    assert "The case is closed." in withdrawn
    assert "/archive/2" not in withdrawn, "what never was public has no page there"


def test_words_are_found_in_titles_numbers_awards_and_names(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        chinese = make_noticed(cast, award_key="special", title="为客户追回一笔 100% 的退款")
        english = make_noticed(cast, award_key="special", title="Refund_traced in TWO hours")
        refused = make_rejected(cast, award_key="special", title="为客户追回的另一笔退款")
        catch_up()
    client.sign_in(cast.colleague)

    def found(words: str) -> set[str]:
        listed = client.get("/archive/", query_string={"q": words}).text
        return {one for one in (chinese, english, refused) if f"/archive/{one}" in listed}

    assert found("追回") == found("退款 追回") == {chinese}
    assert found("two HOURS") == {english}
    assert found("追回 hours") == set()
    assert found("100%") == {chinese}
    assert found("%") == {chinese}
    assert found("refund_TRACED") == found("refund") == {english}
    assert found("refu") == found("trac") == {english}  # words of letters by their beginning
    assert found("efun") == found("raced") == set()
    assert found("追迴") == found("為") == found("款") == {chinese}
    assert found(refused) == {refused}
    assert found("quarterly") == {chinese, english, refused}
    assert found("Lin Nominee") == {chinese, english}
    assert found("\x00") == set()


def test_the_words_stay_as_they_were_typed_and_it_is_said_when_not_all_are_looked_for(
    reader: Client, history: History
) -> None:
    long = f"two  spaces {'x' * 200}"
    page = reader.get("/archive/", query_string={"q": long}).text
    assert f'value="{long}"' in page
    said = "Only the first 200 characters are looked for"
    assert said in page
    page = reader.get("/archive/", query_string={"q": " two  spaces"}).text
    assert 'value=" two  spaces"' in page
    assert said not in page


def test_filters_narrow_the_list_and_each_can_be_taken_off(
    reader: Client, history: History
) -> None:
    ranked = reader.get("/archive/?award=quarterly").text
    assert f"/archive/{history.gold}" in ranked
    assert f"/archive/{history.awarded}" not in ranked
    both = reader.get("/archive/?award=special&outcome=rejected").text
    assert f"/archive/{history.rejected}" in both
    assert f"/archive/{history.awarded}" not in both
    assert 'href="/archive/?outcome=rejected"' in both
    assert 'href="/archive/?award=special"' in both
    assert "Nothing in the archive fits" in reader.get("/archive/?cycle=1999-01").text


def test_a_team_finds_its_honoured_cases_only(app: Flask, reader: Client, history: History) -> None:
    with app.app_context():
        team = db.session.get_one(Person, history.cast.nominee).team_id
    listed = reader.get(f"/archive/?team={team}").text
    assert f"/archive/{history.awarded}" in listed
    assert f"/archive/{history.rejected}" not in listed


@pytest.mark.parametrize(
    "address",
    [
        "/archive/?older=99999999999999999999",
        "/archive/?newer=-1&team=abc",
        "/archive/?award=%00",
        "/archive/?outcome=draft",
        "/archive/?team=4000000000",
        "/honour-roll/?team=4000000000",
        "/honour-roll/?award=%00&cycle=%F0%9F%92%A9",
        "/honour-roll/people/99999999999",
        "/feedback/?state=nonsense&older=-5",
        "/feedback/99999999999",
        "/archive/%00",
    ],
)
def test_a_made_up_address_is_never_our_fault(reader: Client, address: str) -> None:
    assert reader.get(address).status_code < 500


def test_a_long_archive_is_leafed_through_by_key(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        numbers = [make_rejected(cast, award_key="special") for _ in range(23)]
        catch_up()
    client.sign_in(cast.colleague)
    first = client.get("/archive/").text
    assert f"/archive/{numbers[-1]}" in first
    assert f"/archive/{numbers[0]}" not in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older[1].replace("&amp;", "&")).text
    assert f"/archive/{numbers[0]}" in second
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer is not None
    assert f"/archive/{numbers[-1]}" in client.get(newer[1].replace("&amp;", "&")).text


def test_the_list_costs_the_same_queries_for_one_case_and_for_many(
    app: Flask, client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        make_noticed(cast, award_key="special")
        catch_up()
    client.sign_in(cast.colleague)
    costs = []
    for _ in range(2):
        with count_queries() as queries:
            client.get("/archive/")
        costs.append(len(queries))
        with app.app_context():
            for _ in range(3):
                make_noticed(cast, award_key="special")
            catch_up()
    assert costs[0] == costs[1]


def test_an_empty_archive_says_what_to_do(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        cast = make_cast()
    client.sign_in(cast.colleague)
    assert "The archive is still empty" in client.get("/archive/").text
    assert "No award stands in the public notice" in client.get("/notices/").text
    assert "Nobody stands on the honour roll yet" in client.get("/honour-roll/").text
    assert "Nobody has said anything yet" in client.get("/feedback/").text


def test_a_party_is_led_on_to_the_whole_case(client: Client, history: History) -> None:
    client.sign_in(history.cast.nominee)
    assert f"/cases/{history.awarded}" in page_of(client, history.awarded)
    client.sign_in(history.cast.colleague)
    assert f'href="/cases/{history.awarded}"' not in page_of(client, history.awarded)


def test_whom_the_archive_names_is_a_term_of_the_scheme_and_holds_in_the_search_too(
    app: Flask, client: Client, history: History
) -> None:
    """By default winners alone and duties alone; each change is public, and is followed at once."""
    client.sign_in(history.cast.colleague)
    before = page_of(client, history.rejected)
    assert "Internal auditor" in before
    assert "What is not shown here, and why" in before
    assert "this case was not awarded" in before
    _change_terms(app, client, history, refused_are_named="y", deciders_are_named="y")
    named = page_of(client, history.rejected)
    assert "Lin Nominee" in named
    assert "this case was not awarded" not in named
    assert "Who decided: the archive shows their duty" not in named
    with app.app_context():
        auditor = db.session.get_one(Person, history.cast.internal).name
    assert f"Internal auditor, {auditor}" in named
    assert f"Internal auditor, {auditor}" not in before
    assert f"/archive/{history.rejected}" in client.get("/archive/?q=nominee").text
    assert "The archive names who decided" in client.get("/archive/changes").text
    _change_terms(app, client, history)
    assert "Lin Nominee" not in page_of(client, history.rejected)
    assert f"/archive/{history.rejected}" not in client.get("/archive/?q=nominee").text


def _change_terms(app: Flask, client: Client, history: History, **terms: str) -> None:
    manager = Client(app)
    manager.sign_in(history.cast.scheme_manager)
    data = filled(manager, "/manage/scheme/terms")
    for name in ("refused_are_named", "deciders_are_named"):
        data.pop(name, None)
    answer = manager.post("/manage/scheme/terms", data=data | terms)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        catch_up()
