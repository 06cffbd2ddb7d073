"""Certificates: one as a PDF for its winner, and the page on which anybody may check one."""

from __future__ import annotations

import io

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask_login import current_user

from adapters import certificates as paper
from adapters import clock
from adapters.certificates import MissingGlyph
from models import certificates
from models.certificates import Proved
from models.nominations import by_number
from views.guards import colleague, public
from words.certificates import certificate_texts, file_name
from workflow.vocabulary import Duty

bp = Blueprint("certificates", __name__)

CODE_AT_MOST = 80


@bp.get("/certificates/<number>/<int(max=2147483647):person_id>")
@colleague
def pdf(number: str, person_id: int) -> Response | tuple[str, int]:
    """The certificate, for its winner and for those who hand it over; the same bytes each time."""
    if not _may_have(number, person_id):
        abort(404)
    found = certificates.of_case(number, person_id)
    if found is None:
        abort(404)
    texts = certificate_texts(found, current_app.config["SETTINGS"].base_url)
    try:
        data = paper.certificate(texts, found.at)
    except MissingGlyph as missing:
        page = render_template("certificates/unset.html", number=number, character=str(missing))
        return page, 422
    return send_file(
        io.BytesIO(data), "application/pdf", as_attachment=True, download_name=file_name(found)
    )


@bp.get("/verify")
@public
def verify() -> str:
    """What a certificate's code proves: no more than stands on the paper, and if it still holds."""
    code = request.args.get("code", "")[:CODE_AT_MOST].strip()
    found: Proved | None = certificates.proved(code) if code else None
    return render_template("certificates/verify.html", code=code, found=found)


def _may_have(number: str, person_id: int) -> bool:
    if person_id == current_user.id:
        return True
    case = by_number(number)
    duties = current_user.duties(clock.now(), case.award_id) if case else frozenset()
    return Duty.SCHEME_MANAGER in duties
