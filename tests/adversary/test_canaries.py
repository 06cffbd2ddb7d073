"""What is known of customers shows on no page, in no letter, log, export or file of ours.

Five hundred canaries are let loose in the demo: names, addresses, telephones, references and their
own words. Only the external auditor of a case sees those of its customer, after the look.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
import structlog
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from adapters import clock
from models import people
from models.base import db
from models.customers import Customer, choice_on
from models.nominations import Nomination
from models.surveys import CustomerWords
from models.worklists import waiting
from operations import contacts, customers, retention
from operations.contacts import Said
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.adversary import canaries
from tests.adversary.canaries import Net, at_desk, found_in
from tests.adversary.paper import Paper
from tests.fixtures.figures import Tell
from tests.fixtures.pages import Client
from tests.journeys.places import Places, Visit, bring_files
from workflow.vocabulary import Action, Channel, ContactOutcome, Duty, Occasion, Stage

ROLES = (None, *Duty)
COMMANDS = (("check",), ("ledger", "verify"), ("customers", "reseal"), ("outbox", "undelivered"))
SEARCHES = ("/archive/", "/manage/people", "/manage/conduct")
LISTED = re.compile(r'<tr>|<li class="(?:record|row-item)')
# Where those whom the case is given to read what its customer wrote.
OWN_WORDS = frozenset({"audits.external", "surveys.release"})
NOTES = 20
LINKS_AT_MOST = 400  # of each role, in the long proof


@dataclass
class Aviary:
    """The demo with the canaries in it, and what was seen while they came in."""

    app: Flask
    visits: dict[str, list[Visit]]  # of pages as they were before
    net: Net
    cases: int
    log: str


@pytest.fixture(scope="module")
def aviary(demo_copy: Flask) -> Aviary:
    net = Net()
    with canaries.overheard() as heard:
        bring_files(demo_copy)
        with demo_copy.test_request_context():
            visits = Places(demo_copy).all()
        canaries.bring_in(demo_copy, net)
        cases = canaries.attach(demo_copy)
    return Aviary(demo_copy, visits, net, cases, heard.getvalue())


def test_there_are_five_hundred_canaries_and_each_would_be_noticed() -> None:
    everything = [one for n in range(canaries.CUSTOMERS) for one in canaries.canaries(n).values()]
    assert len(everything) == len(found_in("\n".join(everything))) == 500
    for one in everything:
        assert found_in(f"<p title='{one.upper().replace(' ', '&#32;')}'>")
        assert found_in(one.encode())


@pytest.mark.prove
def test_no_page_letter_log_export_or_file_shows_a_canary(aviary: Aviary, tell: Tell) -> None:
    net, app = aviary.net, aviary.app
    with canaries.overheard() as heard:
        for visit in [pages[0] for pages in aviary.visits.values()]:
            _look_at(app, net, visit)
        for duty in (None, Duty.INTERNAL_AUDITOR, Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR):
            _look_from_the_desk(app, net, duty, Stage.EXTERNAL_AUDIT)
        _search(app, net, None)
    canaries.look_at_letters(app, net)
    canaries.look_at_files(app, net)
    net.look("the log", aviary.log + heard.getvalue())
    assert "plaudit.access" in heard.getvalue()
    assert net.hits == []
    tell(f"500 canaries about {aviary.cases} cases, {net.looked} answers and files: 0 hits")


@pytest.mark.prove
def test_no_link_leads_anybody_to_a_canary(aviary: Aviary, tell: Tell) -> None:
    net, app = Net(), aviary.app
    with canaries.overheard() as heard:
        visits = [visit for pages in aviary.visits.values() for visit in pages]
        for visit in visits:
            _look_at(app, net, visit)
        _search(app, net, *ROLES)
        for duty in ROLES:
            _look_from_the_desk(app, net, duty, *Stage)
            _walk(app, net, duty)
        for words in COMMANDS:
            net.look(" ".join(words), app.test_cli_runner().invoke(args=words).output)
    canaries.look_at_files(app, net)
    net.look("the log", heard.getvalue())
    assert net.hits == []
    tell(f"{len(visits)} visits, then every link of {len(ROLES)} roles: {net.looked} looks, 0 hits")


@pytest.mark.prove
def test_the_external_auditor_sees_them_after_the_look_and_nobody_else_does(
    aviary: Aviary, tell: Tell
) -> None:
    app, shown = aviary.app, 0
    for number, customer_number, auditor in _external_audits(app)[:2]:
        client = Client(app)
        client.sign_in(auditor)
        path = f"/cases/{number}/customer/details"
        before = found_in(client.get(f"/cases/{number}/external-audit").text)
        seen = found_in(client.post(path).text) - before
        n = int(customer_number.removeprefix("KC-"))
        told = canaries.canaries(n)
        assert seen == found_in("\n".join(told[kind] for kind in ("name", "email", "phone")))
        assert not {one for one in before if "words" not in one}
        shown += 1
        for duty in set(ROLES) - {Duty.EXTERNAL_AUDITOR}:
            answer = at_desk(app, duty).post(path)
            assert answer.status_code in (404, 422)
            assert not found_in(answer.text)
    assert shown
    others = len(ROLES) - 1
    tell(f"{shown} external audits: 3 details after the look, 0 before it and for {others} others")


@pytest.mark.prove
def test_a_canary_that_gets_out_is_noticed(aviary: Aviary) -> None:
    """Planted where it must not be: on a page, in a letter, in the log and so in the database."""
    app, escaped = aviary.app, canaries.canaries(7)["name"]
    with app.app_context():
        number = db.session.query(Nomination.number).filter_by(stage=Stage.AWARDED).first()
        assert number is not None
        plant(number[0], escaped)
    page, letters, files, log = Net(), Net(), Net(), Net()
    page.look("a page", at_desk(app, None).get(f"/archive/{number[0]}").text)
    canaries.look_at_letters(app, letters)
    canaries.look_at_files(app, files)
    with canaries.overheard() as heard:
        structlog.get_logger("plaudit.test").info("told", who=escaped)
    log.look("the log", heard.getvalue())
    assert [bool(net.hits) for net in (page, letters, files, log)] == [True] * 4


@pytest.mark.prove
def test_after_their_time_no_canary_can_be_read_by_anybody(
    aviary: Aviary, pass_time: Callable[[timedelta], None], tell: Tell
) -> None:
    """Not sealed, not in a note, not between the rows of the database's file."""
    app = aviary.app
    said = [canaries.canaries(n)["words"] for n in range(NOTES)]
    wanted = found_in("\n".join(said))
    assert len(wanted) == NOTES
    with app.app_context():
        write_notes(said)
    before, after = Net(), Net()
    canaries.look_at_files(app, before)
    assert {hit.partition(": ")[2] for hit in before.hits} >= wanted
    with app.app_context():
        kept = len(sealed())
        assert kept >= 2 * canaries.CUSTOMERS
        pass_time(timedelta(days=3000))
        while purge():
            pass
        assert sealed() == []
        reading = Verification()
        reading.begin()
        assert list(reading.faults()) == []
    canaries.look_at_files(app, after)
    assert [hit for hit in after.hits if hit.partition(": ")[2] in wanted] == []
    tell(f"{kept} sealed values and {NOTES} notes: 0 left after their time, the ledger holds")


def sealed() -> list[bytes]:
    """Whatever of customers could still be opened."""
    values = [
        *db.session.scalars(select(Customer.sealed)),
        *db.session.scalars(select(CustomerWords.sealed)),
    ]
    db.session.rollback()
    return [value for value in values if value is not None]


@operation
def write_notes(tx: Transaction, said: list[str]) -> None:
    """Calls to customers outside the directory, with what they said in the note."""
    nomination = tx.session.query(Nomination).order_by(Nomination.id).first()
    auditor = dict(people.demo_accounts(tx.now))[Duty.EXTERNAL_AUDITOR]
    assert nomination is not None
    for text in said:
        note = Said(ContactOutcome.NO_ANSWER, note=text)
        contacts.record(tx, nomination, Occasion.FIRST, Channel.PHONE, note, by=auditor)


@operation
def purge(tx: Transaction) -> int:
    return customers.purge(tx) + retention.purge(tx)


@operation
def plant(tx: Transaction, number: str, text: str) -> None:
    """Call a nominee like a customer, and write to them."""
    nomination = tx.session.query(Nomination).filter_by(number=number).one()
    nomination.nominees[0].name = text
    told = {"action": Action.AWARD, "stage": Stage.PUBLIC_NOTICE, "dest": Stage.AWARDED}
    tx.tell(nomination.nominees[0].id, "case_moved", nomination, **told)


def _look_at(app: Flask, net: Net, visit: Visit) -> None:
    client = Client(app)
    if visit.who is not None:
        client.sign_in(visit.who)
    text, own = client.get(visit.path).text, visit.endpoint in OWN_WORDS
    net.look(f"{visit.endpoint} for {visit.who}", text, own_words=own)


def _look_from_the_desk(app: Flask, net: Net, duty: Duty | None, *stages: Stage) -> None:
    """What a role meets at doors that are open or closed: a case of each stage, error pages."""
    client = at_desk(app, duty)
    for path in ("/", "/inbox/", "/manage/customers", "/manage/customers/looks", "/nowhere"):
        net.look(f"{path} for {duty}", client.get(path).text)
    with app.app_context():
        found = [db.session.query(Nomination).filter_by(stage=stage).first() for stage in stages]
        paths = [f"/cases/{case.number}" for case in found if case is not None]
    for case in paths:
        stale = client.post(f"{case}/customer", data={"customer_number": "KC-001", "version": 0})
        net.look(f"a stale choice of {duty}", stale.text)
        if duty is not Duty.EXTERNAL_AUDITOR:
            for path in ("", "/external-audit", "/survey"):
                net.look(f"{path} for {duty}", client.get(case + path).text)
            net.look(f"the details for {duty}", client.post(f"{case}/customer/details").text)


def _search(app: Flask, net: Net, *duties: Duty | None) -> None:
    """What only the directory knows finds as little as nonsense, and comes back as typed alone."""
    for duty in duties:
        client = at_desk(app, duty)
        for path in SEARCHES:
            nothing = len(LISTED.findall(client.get(path, query_string={"q": "zq zzq"}).text))
            for one in canaries.canaries(20).values():
                answer = client.get(path, query_string={"q": one})
                if answer.status_code == 200:
                    assert len(LISTED.findall(answer.text)) == nothing, (path, one)
                    net.look(f"a search at {path}", _without(one, answer.text))


def _without(typed: str, page: str) -> str:
    """The page without what was typed, as text and as part of an address."""
    page = html.unescape(page).replace(typed, "")
    return unquote_plus(page).replace(typed, "")


def _external_audits(app: Flask) -> list[tuple[str, str, int]]:
    """Cases at the external audit with their customer's number, and somebody whose part it is."""
    found = []
    with app.app_context():
        now = clock.now()
        for auditor in db.session.scalars(people.holders(Duty.EXTERNAL_AUDITOR, now, None)).all():
            for case in db.session.scalars(waiting(auditor, now, (Stage.EXTERNAL_AUDIT,))).all():
                choice = choice_on(case)
                assert choice is not None
                assert choice.customer is not None
                found.append((case.number, choice.customer.number, auditor.id))
    return found


def _walk(app: Flask, net: Net, duty: Duty | None) -> None:
    """Every address that the role's pages lead to, each once."""
    client, routes = at_desk(app, duty), app.url_map.bind("localhost")
    waiting_, seen = ["/"], {"/"}
    while waiting_ and len(seen) < LINKS_AT_MOST:
        path = waiting_.pop(0)
        answer = client.get(path)
        endpoint = _endpoint(routes, path)
        text = answer.text if str(answer.mimetype).startswith("text/") else ""
        own = duty is Duty.EXTERNAL_AUDITOR and endpoint in OWN_WORDS
        net.look(f"{path} for {duty}", text, own_words=own)
        for address in Paper(text, path).addresses if answer.mimetype == "text/html" else ():
            if address.startswith("/") and address not in seen and _endpoint(routes, address):
                seen.add(address)
                waiting_.append(address)


def _endpoint(routes: MapAdapter, address: str) -> str:
    """The page that the address leads to; nothing for a file, a form's door, or the way out."""
    try:
        endpoint, _values = routes.match(re.split(r"[?#]", address)[0])
    except (HTTPException, RequestRedirect):
        return ""
    return "" if endpoint in ("static", "bootstrap.static", "auth.sign_out") else str(endpoint)
