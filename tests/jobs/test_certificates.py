"""The certificates of a cycle are made by the worker, counted as they come, the same each time."""

from __future__ import annotations

import io
import re
import resource
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from adapters.evidence_store import Store
from jobs import certificates as job
from models.base import db
from models.certificate_runs import FAILED, MADE, WAITING, CertificateRun
from models.nominations import Nomination, Nominee
from models.people import Person
from operations import certificate_runs, evidence
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_scheme
from tests.fixtures.figures import Tell
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from workflow.refusal import Refused
from workflow.vocabulary import JobRole, Language

BASE = "https://plaudit.example.org"


@dataclass(frozen=True)
class Cycle:
    cast: Cast
    store: Store
    app: Flask

    def ask(self, by: int | None = None) -> None:
        person = by or self.cast.scheme_manager
        certificate_runs.ask(person_id=person, award_key="special", cycle_key="2026-Q4")

    def make(self) -> CertificateRun:
        job.make_waiting(self.store, BASE)
        return db.session.query(CertificateRun).order_by(CertificateRun.id.desc()).first()  # type: ignore[return-value]


@pytest.fixture
def cycle(app: Flask, tmp_path: Path) -> Cycle:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        for _nth in range(2):
            make_awarded(cast, award_key="special")
    return Cycle(cast, Store(app.config["SETTINGS"].data_dir / "evidence"), app)


@operation
def call_them(tx: Transaction, person_id: int, name: str) -> None:
    tx.session.get_one(Person, person_id).name = name


def test_a_whole_cycle_is_made_kept_and_handed_out(cycle: Cycle, client: Client) -> None:
    client.sign_in(cycle.cast.scheme_manager)
    asked = client.post("/manage/certificates/special/2026-Q4")
    assert asked.status_code == 303
    waiting = client.get("/manage/certificates")
    assert waiting.headers["Refresh"]
    assert "being made" in waiting.text
    with cycle.app.app_context():
        run = cycle.make()
        assert (run.state, run.done, run.total) == (MADE, 2, 2)
        first = run.sha256
        assert evidence.unused(cycle.store) == []
        cycle.ask()
        assert cycle.make().sha256 == first, "made again: the same bytes"
    page = client.get("/manage/certificates")
    assert "Refresh" not in page.headers
    (address,) = re.findall(r"/manage/certificates/\d+\.zip", page.text)
    archive = zipfile.ZipFile(io.BytesIO(client.get(address).data))
    assert len(archive.namelist()) == 2
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    client.sign_in(cycle.cast.committee)
    assert client.get(address).status_code == 403


def test_a_name_that_cannot_be_set_stops_the_run_and_says_which(cycle: Cycle) -> None:
    with cycle.app.app_context():
        call_them(cycle.cast.nominee, "王\U0002f00f")
        cycle.ask()
        cycle.ask()
        run = cycle.make()
        assert db.session.query(CertificateRun).count() == 1
        assert (run.state, run.sha256) == (FAILED, None)
        assert run.failure is not None
        assert "U+2F00F" in run.failure["character"]
        call_them(cycle.cast.nominee, "王𠮷")
        cycle.ask()
        assert cycle.make().state == MADE


def test_only_a_manager_asks_and_only_where_something_was_won(cycle: Cycle) -> None:
    with cycle.app.app_context():
        with pytest.raises(Refused, match="not_reward_manager"):
            cycle.ask(cycle.cast.committee)
        make_award("other")
        with pytest.raises(Refused, match="nothing_won"):
            certificate_runs.ask(
                person_id=cycle.cast.scheme_manager, award_key="other", cycle_key="2026-Q4"
            )
        assert WAITING not in {run.state for run in db.session.query(CertificateRun)}


@operation
def let_many_more_win(tx: Transaction, number: str, count: int) -> None:
    """As if a whole department had won together."""
    case = tx.session.query(Nomination).filter_by(number=number).one()
    for nth in range(count):
        person = Person(
            employee_number=f"M{nth:04}",
            name=("王𠮷", "O'Neill-García", "歐陽靜儀")[nth % 3],
            language=(Language.ZH_HANS, Language.EN, Language.ZH_HANT)[nth % 3],
            job_role=JobRole.INBOUND,
        )
        tx.add(person)
        tx.session.flush()
        tx.add(Nominee(nomination_id=case.id, person_id=person.id))


@pytest.mark.prove
def test_a_thousand_in_one_run_are_counted_as_they_come_and_the_same_again(
    cycle: Cycle, tell: Tell
) -> None:
    seen: list[int] = []
    with cycle.app.app_context():
        number = db.session.scalars(select(Nomination.number)).first()
        assert number is not None
        let_many_more_win(number, 998)
        cycle.ask()
        began = time.perf_counter()
        last = select(CertificateRun.done).order_by(CertificateRun.id.desc()).limit(1)
        job.make_waiting(cycle.store, BASE, lambda: seen.append(db.session.scalar(last) or 0))
        took, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        run = db.session.query(CertificateRun).one()
        first, size = run.sha256, len(cycle.store.read(run.sha256 or ""))
        assert run.done == 1_000
        cycle.ask()
        assert cycle.make().sha256 == first
    assert seen == sorted(set(seen)), "the page sees it grow"
    assert len(seen) > 10
    tell(
        f"1,000 certificates in one run: {took:.1f} s, progress noted {len(seen)} times,"
        f" {size / 1e6:.1f} MB, peak {peak // 1024} MB; the same bytes again"
    )
