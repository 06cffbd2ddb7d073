"""Files of evidence: shown beside their claim, page by page, and handed out to who sees the case.

Every opening is noted before the first octet leaves. What is sent runs nowhere: its type comes
from an allow-list, and a browser that opens it by itself keeps it in a sandbox.
"""

from __future__ import annotations

import io

import structlog
from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from adapters import clock
from adapters.drawn_pages import GLIMPSE, LONGEST, MEDIA_TYPE, NotDrawn, count_pages, draw_page
from adapters.evidence_store import Damaged, OutOfReach, Store, store_of
from models import appeals, audit_files
from models import evidence as files
from models.evidence import CaseFile
from models.nominations import Nomination
from operations import evidence
from views import addresses, loading, sealed
from views.guards import colleague
from workflow.vocabulary import Duty, Opening

bp = Blueprint("evidence", __name__, url_prefix="/cases/<number>")

log = structlog.get_logger("plaudit.evidence")

TEXT_AT_MOST = 200_000  # characters in a page; the file itself has them all
SEALED = "default-src 'none'; sandbox"


def store() -> Store:
    """Where this installation keeps its evidence."""
    return store_of(current_app.config["SETTINGS"])


@bp.get("/evidence/<digest>")
@colleague
def show(number: str, digest: str) -> ResponseReturnValue:
    """One file beside the claims that it is named for."""
    nomination = loading.nomination_or_404(number)
    file = _file(nomination, digest)
    kind = file.media_type.partition("/")[0]
    data = _stored(digest)
    text = data.decode(errors="replace") if data and kind == "text" else None
    pages = _pages(data) if data and file.media_type == "application/pdf" else None
    shown = render_template(
        "evidence/show.html",
        nomination=nomination,
        file=file,
        kind=kind,
        is_lost=data is None,
        claims=[claim for claim in nomination.claims if claim.position in file.claims],
        text=text[:TEXT_AT_MOST] if text is not None else None,
        is_cut=text is not None and len(text) > TEXT_AT_MOST,
        pages=pages,
        page=min(max(addresses.key("page") or 1, 1), pages or 1),
        openings=_log(nomination, digest) if sees_openings(nomination) else None,
    )
    _note(nomination, digest, Opening.SHOWN)
    return shown


@bp.get("/evidence/<digest>/content")
@colleague
def content(number: str, digest: str) -> Response:
    """A picture as it is, or a recording for the page that plays it, in any part of it."""
    file = _opened(number, digest, Opening.SHOWN)
    if file.media_type.partition("/")[0] not in ("image", "audio"):
        abort(404)
    return send(file.media_type, read_or_404(digest))


@bp.get("/evidence/<digest>/pages/<int:page>")
@colleague
def drawn(number: str, digest: str, page: int) -> Response:
    """One page of a PDF, or a picture, as large as a page shows it."""
    file = _opened(number, digest, Opening.SHOWN)
    if file.media_type != "application/pdf" and not file.media_type.startswith("image/"):
        abort(404)
    longest = GLIMPSE if "small" in request.args else LONGEST
    try:
        picture = draw_page(read_or_404(digest), page, longest)
    except NotDrawn:
        abort(404)
    return send(MEDIA_TYPE, picture)


@bp.get("/evidence/<digest>/file")
@colleague
def download(number: str, digest: str) -> Response:
    """The file, as an attachment that a browser saves and never runs."""
    file = _opened(number, digest, Opening.DOWNLOADED)
    return send(file.media_type, read_or_404(digest), file.name)


@bp.get("/openings")
@colleague
def openings(number: str) -> str:
    """Who opened which file of the case, for its scheme managers."""
    nomination = loading.nomination_or_404(number)
    if not sees_openings(nomination):
        abort(404)
    names = _names(nomination)
    hidden = {file.sha256 for file in audit_files.files_on(nomination)} - names.keys()
    return render_template(
        "evidence/openings.html",
        nomination=nomination,
        names=names,
        openings=[o for o in files.openings_on(nomination) if o.sha256 not in hidden],
    )


def _opened(number: str, digest: str, how: Opening) -> CaseFile:
    """The file's row, after its opening is noted; 404 where the reader sees no such file."""
    nomination = loading.nomination_or_404(number)
    file = _file(nomination, digest)
    _note(nomination, digest, how)
    return file


def _note(nomination: Nomination, digest: str, how: Opening) -> None:
    """Note the opening; 404 where the reader sees the case no longer."""
    me, since = current_user.id, clock.now() - evidence.SAME_OPENING
    if not files.was_opened(nomination.id, digest, me, how, since):
        evidence.note_opening(person_id=me, number=nomination.number, digest=digest, how=how)


def _file(nomination: Nomination, digest: str) -> CaseFile:
    file = (
        files.files_of(nomination).get(digest)
        or appeals.file_of(nomination, digest)
        or _found_by_auditors(nomination, digest)
    )
    if file is None:
        abort(404)
    return file


def _found_by_auditors(nomination: Nomination, digest: str) -> CaseFile | None:
    """A file of the auditors' own: not for the parties, and sealed as long as its verdict is."""
    if sealed.is_party(nomination):
        return None
    by = current_user.id if sealed.opinion_is_sealed(nomination) else None
    return audit_files.case_file(nomination, digest, by)


def read_or_404(digest: str) -> bytes:
    """The file's content; 404 where it is lost."""
    data = _stored(digest)
    if data is None:
        abort(404)
    return data


def _stored(digest: str) -> bytes | None:
    """The file's content; None where it is lost, or no longer what was handed in."""
    try:
        return store().read(digest)
    except Damaged:
        log.error("evidence damaged", digest=digest)
        return None
    except OutOfReach:  # the store has said why in the log
        abort(503)


def _pages(data: bytes) -> int | None:
    """How many pages the PDF has; None where it cannot be drawn."""
    try:
        return count_pages(data)
    except NotDrawn:
        return None


def sees_openings(nomination: Nomination) -> bool:
    """Who audits a case is not for its parties, whatever their duty."""
    duties = current_user.duties(clock.now(), nomination.award_id)
    return Duty.SCHEME_MANAGER in duties and not sealed.is_party(nomination)


def _names(nomination: Nomination) -> dict[str, str]:
    """Each file's name by its hash, the auditors' own among them."""
    kept = sealed.auditors_files(nomination)
    own = {file.sha256: file.name for found in kept.values() for file in found}
    shown = {
        piece.sha256: piece.text.text or ""
        for piece in appeals.evidence_of(nomination)
        if piece.sha256
    }
    return shown | own | {digest: file.name for digest, file in files.files_of(nomination).items()}


def _log(nomination: Nomination, digest: str) -> list[files.EvidenceOpening]:
    return [opening for opening in files.openings_on(nomination) if opening.sha256 == digest]


def send(media_type: str, data: bytes, name: str | None = None) -> Response:
    """The octets in a sandbox; under their name as an attachment, else for a page of ours."""
    response = send_file(
        io.BytesIO(data),
        mimetype=media_type.partition(";")[0],
        as_attachment=name is not None,  # Flask says itself that a text is UTF-8
        download_name=name,
        conditional=True,
    )
    response.headers["Cache-Control"] = "no-store"  # who may no longer see it finds no copy
    response.headers["Content-Security-Policy"] = SEALED
    return response
