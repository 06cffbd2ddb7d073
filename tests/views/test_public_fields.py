"""No public page, file or feed shows all staff a text that is not theirs to read.

A canary stands in every other text of a database in which each kind of public record was made and
each of their fields is filled. A colleague without a duty then opens every public address.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pypdfium2
from flask import Flask, url_for
from sqlalchemy import String, literal, select, union, update
from werkzeug.routing import Rule

from adapters import clock
from models.archive import NAMED
from models.base import Base, Text, db
from models.decisions import Decision
from models.fairness_reports import FairnessReport
from models.feedback import Feedback, FeedbackFile, Remark, Reply
from models.ledger import LedgerEntry
from models.motions import Motion
from models.nominations import Claim, Nomination, Nominee
from models.people import Person
from models.public_case import public_case
from models.public_feedback import public_feedback
from models.public_lists import public_list
from models.public_rounds import public_round
from models.questionnaires import Judgement, OfficialAnswer, Round
from models.removals import Removal
from models.scheme import Award, SchemeChange
from models.search.records import PublicRecord
from models.search.sources import projected
from models.tierlists import TierList
from models.tributes import Tribute, TributeApproval
from operations import checkpoints, displays
from tests import publishing
from tests.finding import look_through
from tests.fixtures.pages import Client
from tests.histories import History
from views import feed_token, found
from views.guards import guard_of
from views.proof import data_dir, signer
from workflow.fairness import Report
from workflow.publication import PROJECTIONS, PublicKind
from workflow.vocabulary import Action, Duty, Language, MotionKind
from workflow.vocabulary import Tribute as TributeKind

# Text columns that a public page may show, or without which it cannot be made. No other column's
# content may ever appear, and of these only the rows that `_open_rows` names.
ALLOWED = {
    ("nomination", "number"),
    ("nomination", "title"),
    ("claim", "text"),
    ("person", "name"),
    ("person", "key"),
    ("team", "name"),
    ("wording", "text"),
    ("award", "key"),
    ("award", "metric"),
    ("award", "road"),
    ("cycle", "key"),
    ("tier", "key"),
    ("tier", "metal"),
    ("decision", "role"),
    ("scheme", "timezone"),
    ("auth_session", "token_hash"),
    ("display_link", "token_hash"),
    ("feedback_file", "media_type"),
    ("feedback_file", "sha256"),
    ("policy_rule", "key"),
    ("policy_rule", "kind"),
    ("questionnaire", "key"),
    ("questionnaire_judgement", "question"),
    ("scheme_change", "subject"),
    ("scheme_change", "subject_key"),
}
# Who and what is counted at the close of a cycle: their canaries are there before that.
COUNTED = {"person", "claim", "evidence", "wording"}
OPEN = ("/archive", "/awards", "/notices", "/honour-roll", "/feedback", "/fairness",
        "/questionnaires")  # fmt: skip
ASKED = {
    "archive.index": ("q=canary", "q=客户&order=best", "kind=change", "q=forgotten", "q=排队"),
    "honour.index": ("award=special", "year=2026", "team="),
}


KIND_OF_CASE = PublicRecord.kind == PublicKind.CASE
# Fields that this history leaves empty: only the golden list looks at them.
EMPTY = {
    "CustomerVoice.words", "Line.by", "PublicAppeal.again", "PublicCase.lasting",
    "PublicCase.rules", "PublicClaim.later", "PublicPlace.team", "Record.team",
}  # fmt: skip
# What holds no text to look through: a page beside it shows the same words.
PICTURES = {"sharing.image", "wall.face"}


def test_nothing_stands_on_public_pages_but_what_the_list_allows(
    app: Flask, client: Client, history: History
) -> None:
    """A column that is new is caught by itself; so is a kind, a field or an address without one."""
    reader = history.cast.colleague
    with app.app_context():
        round_id = publishing.speak(history)
        planted = _plant_canaries(reader, COUNTED)
        publishing.count(history, round_id)
        planted += _plant_canaries(reader)
        look_through()
    assert planted > 40
    with app.test_request_context():
        addresses = _addresses(app, history)
        empty = _empty_fields()
    assert empty == EMPTY
    client.sign_in(reader)
    sights = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        sights[address] = re.findall(".{,20}canary-[\\w.]+", _text(answer.data))
    assert {address: seen for address, seen in sights.items() if seen} == {}


def test_a_canary_would_be_seen(app: Flask, client: Client, history: History) -> None:
    client.sign_in(history.cast.colleague)
    with app.app_context():
        db.session.execute(update(Nomination).values(title="canary"))
        db.session.commit()
        look_through()
    assert "canary" in client.get("/archive/").text


def _addresses(app: Flask, history: History) -> list[str]:
    """Every public address: of each page and file, and of each record that the search has."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if _is_for_all(app, rule)}
    values = _values(history) | {
        endpoint: [{}] for endpoint, rule in rules.items() if not rule.arguments
    }
    assert set(rules) - set(values) - PICTURES == set()
    records = db.session.scalars(select(PublicRecord)).all()
    assert {record.kind for record in records} == set(PublicKind)
    return [
        *(url_for(endpoint, **each) for endpoint in rules for each in values.get(endpoint, ())),
        *(f"{url_for(endpoint)}?{asked}" for endpoint, each in ASKED.items() for asked in each),
        *(found.address(record) for record in records),  # type: ignore[arg-type]
    ]


def _is_for_all(app: Flask, rule: Rule) -> bool:
    guard = guard_of(app, rule.endpoint) if rule.rule.startswith(OPEN) else None
    return guard is not None and not guard.duties and "GET" in (rule.methods or ())


def _values(history: History) -> dict[str, list[dict[str, Any]]]:
    """What the addresses with arguments are asked for."""
    cast = history.cast
    reader, manager = db.session.get_one(Person, cast.colleague), cast.scheme_manager
    won = {"number": history.awarded, "person_id": cast.nominee}
    reports = [
        {"award": each.cycle.award.key, "cycle": each.cycle.key}
        for each in db.session.scalars(select(FairnessReport))
    ]
    (file,) = db.session.scalars(select(FeedbackFile)).all()
    newest = checkpoints.make(signer(), data_dir())
    assert newest is not None
    first = db.session.get_one(LedgerEntry, 1)
    awards = db.session.scalars(select(Award.key)).all()
    return {
        "archive.case": [{"number": each} for each in _all(PublicRecord.subject, KIND_OF_CASE)],
        "archive.ranking": [{"list_id": each} for each in _all(TierList.id)],
        "archive_files.export": [{"form": each} for each in ("csv", "xlsx", "json")],
        "archive_files.feed": [{"token": feed_token.of(reader, feed_token.ARCHIVE)}],
        "awards.show": [{"key": each} for each in awards],
        "fairness.award": [{"award": each} for each in awards],
        "fairness.show": reports,
        "fairness.export": [
            {**report, "table": table, "kind": kind}
            for report in reports
            for table in ("groups", "stages")
            for kind in ("csv", "xlsx")
        ],
        "feedback.show": [{"feedback_id": each} for each in _all(Feedback.id)],
        "feedback.download": [{"feedback_id": file.feedback_id, "digest": publishing.FILE.sha256}],
        "honour.person": [{"person_id": cast.nominee}],
        "proof.checkpoint": [{"size": newest.size}],
        "proof.consistency": [{"older": newest.size, "newer": newest.size}],
        "proof.entry": [{"seq": first.seq, "fingerprint": first.leaf_hash.hex()}],
        "questionnaires.show": [{"round_id": each} for each in _all(Round.id)],
        "sharing.show": [won],
        "subscriptions.by_letter": [{"token": "anybody"}],
        "tributes.feed": [{"token": feed_token.of(reader)}],
        "tributes.letter": [
            {"tribute_id": each} for each in _all(Tribute.id, Tribute.kind == TributeKind.LETTER)
        ],
        "tributes.show": [{"tribute_id": each} for each in _all(Tribute.id)],
        "wall.show": [
            {"token": displays.make(by_id=manager, place="The hall", language=Language.EN)}
        ],
    }


def _all(column: Any, *which: Any) -> Iterable[Any]:
    return db.session.scalars(select(column).where(*which)).all()


def _empty_fields() -> set[str]:
    """The fields of public records that were filled in none of those looked at."""
    shapes: list[Any] = [
        *(public_case(each) for each in _all(PublicRecord.subject, KIND_OF_CASE)),
        *(public_list(each) for each in _all(TierList.id)),
        *(public_feedback(each, clock.now()) for each in _all(Feedback)),
        *(public_round(each) for each in _all(Round.id)),
        *(Report.of(each) for each in _all(FairnessReport.figures)),
        *(projected(each.kind, each.subject) for each in _all(PublicRecord)),
    ]
    filled = {name for shape in shapes for name in _filled(shape)}
    every = {f"{shape}.{name}" for shape, of in PROJECTIONS.items() for name in of.all}
    return every - filled


def _filled(value: Any) -> Iterator[str]:
    """The fields that hold something, of this shape and of those in it."""
    if is_dataclass(value):
        for field in fields(value):
            inside = getattr(value, field.name)
            if inside not in (None, "", (), {}, []):
                yield f"{type(value).__name__}.{field.name}"
                yield from _filled(inside)
    elif isinstance(value, dict | list | tuple):
        for inside in value.values() if isinstance(value, dict) else value:
            yield from _filled(inside)


def _text(data: bytes) -> str:
    """What a page, a feed or a file says; a workbook is a zip of texts, a letter a PDF."""
    if data.startswith(b"%PDF"):
        document: Any = pypdfium2.PdfDocument(data)
        said = "".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        return "".join(said.split())  # where a line ends says nothing
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def _plant_canaries(reader: int, tables: Collection[str] = ()) -> int:
    """Overwrite every text (of these tables) that nobody may see; returns how many columns."""
    planted, open_rows = 0, _open_rows(reader)
    for table in Base.metadata.sorted_tables:
        key = next(iter(table.primary_key.columns))
        for column in table.columns:
            if not isinstance(column.type, Text) or column is key:
                continue
            if tables and table.name not in tables:
                continue
            canary = literal(f"canary-{column}-").concat(key.cast(String))
            change = update(table).values({column.name: canary})
            if (table.name, column.name) in ALLOWED:
                rows = open_rows.get((table.name, column.name))
                if rows is None:
                    continue
                change = change.where(key.not_in(rows))
            db.session.execute(change)
            planted += 1
    db.session.commit()
    return planted


def _open_rows(reader: int) -> dict[tuple[str, str], Any]:
    """Whose names, which titles, claims and sentences the archive may show."""
    named = select(Nomination.id).where(Nomination.stage.in_(NAMED))
    honoured = select(Nominee.person_id).where(Nominee.nomination_id.in_(named))
    deciders = select(Decision.sentence_id).where(
        Decision.sentence_id.is_not(None),
        Decision.role.in_([duty.value for duty in Duty])
        | ((Decision.action == Action.OBJECT) & Decision.nomination_id.in_(named)),
    )
    said: Any = union(
        deciders,
        select(Feedback.subject_id),
        select(Feedback.body_id),
        select(FeedbackFile.name_id),
        select(Reply.body_id),
        select(Remark.body_id),
        select(Motion.reason_id).where(Motion.kind == MotionKind.REMOVE),
        select(Judgement.wording_id),
        select(OfficialAnswer.body_id),
        select(Removal.reason_id),
        select(SchemeChange.reason_id),
        select(TributeApproval.text_id),
    )
    return {
        ("nomination", "title"): named,
        ("claim", "text"): select(Claim.id).where(Claim.nomination_id.in_(named)),
        ("person", "key"): select(literal(reader)),  # the reader's own
        ("person", "name"): union(honoured, select(literal(reader))),
        ("wording", "text"): said,
    }
