"""My receipts: the proof, for each of one's own entries, that it stands in the ledger."""

from __future__ import annotations

import segno
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from models import proof, receipts
from models.receipts import Held
from operations import authorship
from operations import receipts as operations
from views.addresses import key as key_in_address
from views.guards import colleague
from views.proof import signer
from views.sealing import sealer
from words.receipts import subject
from words.refusals import sentence
from workflow.refusal import Refused

bp = Blueprint("receipts", __name__, url_prefix="/receipts")

AT_ONCE = 50


@bp.get("")
@colleague
def mine() -> str:
    """Everything that the reader holds a receipt for, the newest first; or of one case."""
    case = request.args.get("case") or None
    before = key_in_address("before")
    found = receipts.held(
        current_user, _confidential(), case=case, before=before, limit=AT_ONCE + 1
    )
    newest = proof.newest()
    shown = found[:AT_ONCE]
    return render_template(
        "receipts/mine.html",
        found=[(one, subject(one.entry.kind, one.body)) for one in shown],
        case=case,
        signed=newest.size if newest else 0,
        older=shown[-1].entry.seq if len(found) > AT_ONCE else None,
    )


@bp.get("/<int:seq>")
@colleague
def show(seq: int) -> str:
    """One receipt: what it is for, its code, the file, and the way to check it."""
    one = _held_or_404(seq)
    return render_template(
        "receipts/show.html",
        one=one,
        said=subject(one.entry.kind, one.body),
        receipt=receipts.receipt(one, signer().verifier),
        code=_code(one),
    )


@bp.get("/<int:seq>/file")
@colleague
def file(seq: int) -> Response:
    """The receipt to keep: a file that is checked without this server."""
    receipt = receipts.receipt(_held_or_404(seq), signer().verifier)
    if receipt is None:
        abort(404)
    name = f"receipt-{seq}.json"
    return Response(
        receipt.text(),
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@bp.post("/<int:seq>/mail")
@colleague
def send(seq: int) -> ResponseReturnValue:
    """Send the reader the receipt's address by mail, so that it lies outside this server too."""
    one = _held_or_404(seq)
    try:
        operations.send(person_id=current_user.id, one=one)
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    else:
        flash(_("The receipt is on its way to your mailbox."), "success")
    return redirect(url_for("receipts.show", seq=seq), code=303)


def _held_or_404(seq: int) -> Held:
    found = receipts.held(current_user, _confidential(), only=seq, limit=1)
    return found[0] if found else abort(404)


def _confidential() -> set[int]:
    return authorship.own(current_user, sealer())


def _code(one: Held) -> Markup:
    """A code to scan: it leads to the page that says whether the entry is still the same."""
    base: str = current_app.config["SETTINGS"].base_url
    path = url_for("proof.entry", seq=one.entry.seq, fingerprint=one.entry.leaf_hash.hex())
    drawn = segno.make(base + path, error="m", micro=False)
    return Markup(  # noqa: S704  # segno draws it from an address of ours
        drawn.svg_inline(dark="#1e1b18", light="#ffffff", svgclass="receipt-code", omitsize=True)
    )
