"""The register of events among ten thousand nominations: a call named before, words used before.

Half of them are told in sentences that many share, taken from the demo; the others in words of
their own. The one that is looked up uses a story of each kind.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from app import create_app
from config import Settings
from demo import story
from models import mentions
from models.base import db, table
from models.mentions import Mention, TextPrint, text_of
from models.nominations import Claim, Nomination
from models.scheme import Award, Cycle
from operations.transaction import Transaction, operation
from workflow.copies import fingerprints
from workflow.likeness import identifiers
from workflow.vocabulary import Cadence, Stage, Subject

CASES = 10_000
TURNS = 20
COMMON, OWN = 1, 2  # ids of a case told in shared sentences, and of one in words of its own
AT = datetime(2026, 10, 1, tzinfo=UTC)
Rows = list[dict[str, object]]


def costs(folder: Path, address: str = "") -> dict[str, float]:
    """Seconds of each look-up, the median of its turns."""
    app = create_app(Settings(data_dir=folder, database_url=address, secret_key="for the bench"))
    with app.app_context():
        upgrade()
        _fill()
    return {
        "a call named before": _timed(
            app, lambda: mentions.named_before(_case(OWN), {1: ["CALL-77"]})
        ),
        "words of its own": _timed(app, lambda: mentions.copies_in(_case(OWN))),
        "words that many use": _timed(app, lambda: mentions.copies_in(_case(COMMON))),
    }


def on_postgresql(folder: Path, server: str) -> dict[str, float]:
    """The same on a running server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE register")
    return costs(folder, server.replace("/postgres?", "/register?"))


def _case(case_id: int) -> Nomination:
    return db.session.get_one(Nomination, case_id)


def _timed(app: Flask, ask: Callable[[], object]) -> float:
    taken = []
    for _turn in range(TURNS):
        with app.app_context():
            began = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - began)
    return median(taken)


@operation
def _fill(tx: Transaction) -> None:
    names = {"en": "Award", "zh_Hans": "奖", "zh_Hant": "獎"}
    award = Award(
        key="quarterly",
        names=names,
        descriptions=names,
        criteria=names,
        cadence=Cadence.QUARTERLY,
        subject=Subject.PERSON,
        road="standard",
        cycles=[Cycle(key="2026-Q4", opens_at=AT, closes_at=AT.replace(year=2027))],
    )
    tx.add(award)
    tx.session.flush()
    for nth, told in enumerate(_stories(), start=1):
        claim = Claim(position=1, text=told[1])
        case = Nomination(
            number=f"2026-{nth:05}",
            award=award,
            cycle=award.cycles[0],
            road="standard",
            title=told[0][:20],
            story=told[0],
            stage=Stage.REJECTED,
            created_at=AT,
            submitted_at=AT,
            stage_entered_at=AT,
            claims=[claim],
        )
        tx.add(case)
        if nth % 500 == 0:
            tx.session.flush()
    tx.session.flush()
    for case in tx.session.query(Nomination).yield_per(500):
        prints: Rows = [
            {"print": each, "nomination_id": case.id} for each in fingerprints(text_of(case))
        ]
        tx.execute(insert(table(TextPrint)), prints)
        named: Rows = [
            {
                "identifier": each,
                "nomination_id": case.id,
                "claim_id": case.claims[0].id,
                "by_auditor": False,
            }
            for each in identifiers(f"CALL-{case.id}")
        ]
        tx.execute(insert(table(Mention)), named)


def _stories() -> Iterator[tuple[str, str]]:
    """Story and claim of each case: by turns in shared sentences and in words of its own."""
    chance = random.Random(7)
    pool = [
        part for each in story.stories() for part in (each.story, *(c.text for c in each.claims))
    ]
    signs = sorted({sign for part in pool for sign in part if sign > "⺀"})
    for nth in range(CASES):
        if nth % 2 == 0:
            yield "".join(chance.sample(pool, 3)), chance.choice(pool)
        else:
            yield "".join(chance.choices(signs, k=300)), "".join(chance.choices(signs, k=50))
