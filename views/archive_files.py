"""What a search finds as a file to take away, and as a feed: everything, sent as it is read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from adapters import clock
from adapters.feed import Entry, Feed, atom
from adapters.workbook import write_workbook
from models.search import query
from models.search.gram_index import Listed
from models.search.query import Search
from views import asking, feed_token
from views.downloads import csv_stream
from views.filters import local
from views.found import Presenting, address, number_of, outcome_of
from views.guards import colleague, public
from views.language import tag
from words.labels import label
from words.periods import period
from words.publication import KINDS
from workflow.publication import PublicKind

bp = Blueprint("archive_files", __name__, url_prefix="/archive")

FED = 50
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/export.<any(csv, xlsx, json):form>")
@colleague
def export(form: str) -> ResponseReturnValue:
    """Every record that fits, newest first, with the fields that are public and no others."""
    search = asking.search(asking.asked())
    return FORMS[form](search)


@bp.get("/feed/<token>.atom")
@public
def feed(token: str) -> Response:
    """What newly fits, for a feed reader: its address is the reader's own, as it cannot sign in."""
    person = feed_token.reader(token, feed_token.ARCHIVE) or abort(404)
    wanted = asking.asked()
    search = asking.search(wanted)
    with force_locale(person.language):
        rows = query.still_public(search.find(size=FED).rows)
        presenting, language = Presenting(search), tag(person.language)
        told = [word for _name, word in asking.in_words(wanted, presenting.awards)]
        feed = Feed(
            title=" · ".join([_("Archive"), *told]),
            address=url_for("archive.index", **asking.given(wanted), _external=True),
            own_address=asking.address_of(
                "archive_files.feed", wanted, token=token, _external=True
            ),
            updated=max((row.at for row in rows), default=clock.now()),
            entries=[
                Entry(
                    title=presenting.heading(row),
                    text=row.text,
                    language=language,
                    address=address(row, absolute=True),
                    updated=row.at,
                )
                for row in rows
            ],
        )
    return Response(atom(feed), mimetype="application/atom+xml")


def _as_csv(search: Search) -> Response:
    return csv_stream("archive.csv", _table(search))


def _as_xlsx(search: Search) -> Response:
    table = _table(search)
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 — sent, then closed with the answer
    write_workbook(file, _("Archive"), next(table), table)
    file.seek(0)
    return send_file(file, SHEET, as_attachment=True, download_name="archive.xlsx")


def _as_json(search: Search) -> Response:
    presenting = Presenting(search)

    def sent() -> Iterator[str]:
        yield '{"records": ['
        for nth, row in enumerate(search.all()):
            told = json.dumps(_told(row, presenting), ensure_ascii=False)
            yield f"{',' if nth else ''}\n{told}"
        yield "\n]}\n"

    headers = {"Content-Disposition": "attachment; filename=archive.json"}
    answer = stream_with_context(sent())
    return Response(answer, mimetype="application/json", headers=headers)


def _table(search: Search) -> Iterator[list[str]]:
    presenting = Presenting(search)
    head = {
        "kind": _("Kind of record"),
        "number": _("Number"),
        "at": _("Day"),
        "title": _("Title"),
        "award": _("Award"),
        "cycle": _("Cycle"),
        "outcome": _("Outcome"),
        "tier": _("Tier"),
        "people": _("Colleagues"),
        "team": _("Team"),
        "text": _("Text"),
        "address": _("Address"),
    }
    yield list(head.values())
    for row in search.all():
        told = _told(row, presenting)
        yield [_cell(told[name]) for name in head]


def _cell(value: str | list[str] | None) -> str:
    return _(", ").join(value) if isinstance(value, list) else value or ""


def _told(row: Listed, presenting: Presenting) -> dict[str, str | list[str] | None]:
    """The public fields of one record, in the reader's words."""
    outcome, shown = outcome_of(row), row.shown
    return {
        "kind": str(KINDS[PublicKind(row.kind)]),
        "number": number_of(row),
        "at": row.at.astimezone(presenting.zone).date().isoformat(),
        "title": presenting.heading(row),
        "award": presenting.award(row) or None,
        "cycle": period(row.cycle) if row.cycle else None,
        "outcome": str(label(outcome)) if outcome else None,
        "tier": local(shown["tier"]) if shown.get("tier") else None,
        "people": list(shown.get("people", [])),
        "team": shown.get("team"),
        "text": row.text or None,
        "address": address(row, absolute=True),
    }


FORMS: dict[str, Callable[[Search], Response]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
    "json": _as_json,
}
