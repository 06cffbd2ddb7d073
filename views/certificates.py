"""Certificates: for the winner, for whoever hands out a cycle's, and the page that checks one."""

from __future__ import annotations

import io

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from adapters import certificates as paper
from adapters import clock
from adapters.certificates import MissingGlyph
from adapters.evidence_store import Damaged, OutOfReach
from models import certificate_runs, certificates
from models.base import db
from models.certificate_runs import WAITING, CertificateRun
from models.certificates import Proved
from models.nominations import by_number
from operations import certificate_runs as operations
from views.evidence import store
from views.guards import colleague, holds, public
from words.certificates import certificate_texts, file_name
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("certificates", __name__)

CODE_AT_MOST = 80
POLL = "2"  # seconds after which a page that waits looks again


@bp.get("/certificates/<number>/<int:person_id>")
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


@bp.get("/manage/certificates")
@holds(Duty.SCHEME_MANAGER)
def index() -> ResponseReturnValue:
    """The cycles with something won: make all their certificates, see how far that is."""
    now, counts, runs = clock.now(), certificates.counts(), certificate_runs.latest()
    rows = [
        (cycle, counts[cycle.id], runs.get(cycle.id))
        for cycle in db.session.scalars(certificates.cycles())
        if Duty.SCHEME_MANAGER in current_user.duties(now, cycle.award_id)
    ]
    waits = any(run is not None and run.state == WAITING for _cycle, _count, run in rows)
    page = render_template("certificates/index.html", rows=rows)
    return page, 200, {"Refresh": POLL} if waits else {}


@bp.post("/manage/certificates/<award>/<cycle>")
@holds(Duty.SCHEME_MANAGER)
def make(award: str, cycle: str) -> ResponseReturnValue:
    """Ask the worker for all certificates of a cycle."""
    try:
        operations.ask(person_id=current_user.id, award_key=award, cycle_key=cycle)
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    return redirect(url_for("certificates.index"), code=303)


@bp.get("/manage/certificates/<int:run_id>.zip")
@holds(Duty.SCHEME_MANAGER)
def archive(run_id: int) -> Response:
    """The certificates of a cycle as one file."""
    run = db.session.get(CertificateRun, run_id)
    if run is None or run.sha256 is None:
        abort(404)
    if Duty.SCHEME_MANAGER not in current_user.duties(clock.now(), run.cycle.award_id):
        abort(404)
    try:
        data = store().read(run.sha256)
    except (Damaged, OutOfReach):
        abort(503)
    name = f"{run.cycle.award.key}-{run.cycle.key}.zip"
    return send_file(io.BytesIO(data), "application/zip", as_attachment=True, download_name=name)


@bp.get("/verify")
@public
def verify() -> str:
    """What a certificate's code proves: no more than stands on the paper, and if it still holds."""
    code = request.args.get("code", "").strip()
    found: Proved | None = certificates.proved(code[:CODE_AT_MOST]) if code else None
    return render_template("certificates/verify.html", code=code, found=found)


def _may_have(number: str, person_id: int) -> bool:
    if person_id == current_user.id:
        return True
    case = by_number(number)
    duties = current_user.duties(clock.now(), case.award_id) if case else frozenset()
    return Duty.SCHEME_MANAGER in duties
