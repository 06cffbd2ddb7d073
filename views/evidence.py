"""Files of evidence, handed out one by one to those who may see the case."""

from __future__ import annotations

import io

import structlog
from flask import Blueprint, Response, abort, current_app, send_file

from adapters.evidence import Damaged, Store
from views import loading
from views.guards import colleague

bp = Blueprint("evidence", __name__)

log = structlog.get_logger("plaudit.evidence")


@bp.get("/cases/<number>/evidence/<int:evidence_id>")
@colleague
def download(number: str, evidence_id: int) -> Response:
    """One file, as an attachment that a browser saves and never runs."""
    nomination = loading.nomination_or_404(number)
    pieces = (piece for claim in nomination.claims for piece in claim.evidence)
    piece = next((piece for piece in pieces if piece.id == evidence_id), None)
    if piece is None or piece.sha256 is None:
        abort(404)
    try:
        data = Store(current_app.config["SETTINGS"].data_dir / "evidence").read(piece.sha256)
    except Damaged:
        log.error("evidence damaged", evidence=piece.id)
        abort(404)
    media_type = (piece.media_type or "application/octet-stream").partition(";")[0]
    response = send_file(
        io.BytesIO(data),
        mimetype=media_type,  # Flask says itself that a text is UTF-8
        as_attachment=True,
        download_name=piece.text,
    )
    response.headers["Cache-Control"] = "no-store"  # who may no longer see it finds no copy
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
