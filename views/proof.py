"""How anybody can check: checkpoints and the key for all, the export, the check of a receipt."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.proof import ReceiptFileForm
from ledger import receipt as receipts
from ledger.note import Signer, encoded
from ledger.proof import consistency_path
from ledger.receipt import Receipt, ReceiptError
from models import exports, ledger, proof
from models.base import db
from models.ledger import LedgerEntry
from models.people import counted
from operations import checkpoints
from views.addresses import key as key_in_address
from views.guards import colleague, holds, public
from words.receipts import FALSE
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("proof", __name__, url_prefix="/archive")

AT_ONCE = 50
MANAGERS = (Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR)


def signer() -> Signer:
    found: Signer = current_app.config["LEDGER_SIGNER"]
    return found


def data_dir() -> Path:
    found: Path = current_app.config["SETTINGS"].data_dir
    return found


@bp.get("/proof")
@colleague
def index() -> str:
    """What protects the history, in plain words, with everything that one needs to check it."""
    return render_template("proof/index.html", **_around())


@bp.get("/checkpoint")
@public
def newest() -> Response:
    """The newest checkpoint, for anybody: it names nobody, and witnesses do not sign in."""
    return _note(proof.newest())


@bp.get("/checkpoint/<int:size>")
@public
def checkpoint(size: int) -> Response:
    """One checkpoint, by how many entries it counts."""
    return _note(proof.checkpoint_of(size))


@bp.get("/ledger-key")
@public
def public_key() -> Response:
    """The key that every checkpoint's signature is checked with."""
    return _text(f"{signer().verifier}\n")


@bp.get("/checkpoints")
@colleague
def checkpoints_list() -> str:
    """Every checkpoint, the newest first."""
    before = key_in_address("before")
    found = proof.checkpoints(before, AT_ONCE + 1)
    shown = found[:AT_ONCE]
    return render_template(
        "proof/checkpoints.html",
        checkpoints=shown,
        earlier={one.size: other.size for one, other in pairwise(found)},
        older=shown[-1].size if len(found) > AT_ONCE else None,
        may_make=any(current_user.holds(duty, clock.now()) for duty in MANAGERS),
        grown=_grown(),
    )


@bp.post("/checkpoints")
@holds(*MANAGERS)
def make() -> ResponseReturnValue:
    """Sign the ledger as it is now."""
    try:
        made = checkpoints.make(signer(), data_dir(), by_id=current_user.id)
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    else:
        if made is None:
            flash(_("Nothing has happened since the last checkpoint: there is nothing to sign."))
        else:
            flash(_("The ledger is signed as it is now. The witnesses get it next."), "success")
    return redirect(url_for("proof.checkpoints_list"), code=303)


@bp.get("/checkpoints/<int:older>/<int:newer>")
@colleague
def consistency(older: int, newer: int) -> Response:
    """The proof that one checkpoint is the beginning of another: hashes in Base64, a line each."""
    one, two = proof.checkpoint_of(older), proof.checkpoint_of(newer)
    if one is None or two is None or one.size > two.size:
        abort(404)
    path = consistency_path(proof.leaf_hashes(two.size), one.size)
    return _text("".join(f"{encoded(each)}\n" for each in path), f"proof-{older}-{newer}.txt")


@bp.get("/ledger")
@colleague
def export() -> Response:
    """The whole ledger as every colleague may have it: each entry's fingerprint, hardly a word."""
    lines = stream_with_context(exports.for_everybody(signer().verifier))
    return Response(
        lines,
        mimetype="text/plain",
        headers={"Content-Disposition": "attachment; filename=ledger.txt"},
    )


@bp.route("/check", methods=["GET", "POST"])
@colleague
def check() -> ResponseReturnValue:
    """Look at a receipt on the server: whether it holds, and whether the ledger still agrees."""
    form = ReceiptFileForm()
    answer: dict[str, Any] = {}
    if form.validate_on_submit():
        answer = _looked_at(form.file.data.read(receipts.LONGEST + 1))
    page = render_template("proof/check.html", form=form, **answer)
    return page, 422 if form.errors or answer.get("wrong") else 200


@bp.get("/entries/<int:seq>/<fingerprint>")
@colleague
def entry(seq: int, fingerprint: str) -> ResponseReturnValue:
    """Where the code on a receipt leads: whether the entry still has the fingerprint it had."""
    found = db.session.get(LedgerEntry, seq)
    same = found is not None and found.leaf_hash.hex() == fingerprint
    page = render_template("proof/entry.html", seq=seq, fingerprint=fingerprint, same=same)
    return page, 200 if same else 404


def _looked_at(data: bytes) -> dict[str, Any]:
    try:
        if len(data) > receipts.LONGEST:
            raise ReceiptError("not_a_receipt", "too long")
        receipt = Receipt.read(data.decode())
        told, checkpoint = receipt.verify([signer().verifier])
    except UnicodeDecodeError:
        return {"wrong": FALSE["not_a_receipt"]}
    except ReceiptError as error:
        return {"wrong": FALSE[error.code]}
    stored = db.session.get(LedgerEntry, receipt.index + 1)
    return {
        "receipt": receipt,
        "told": told,
        "checkpoint": checkpoint,
        "agrees": stored is not None and stored.leaf_hash == receipt.leaf_hash,
    }


def _around() -> dict[str, Any]:
    newest = proof.newest()
    return {
        "newest": newest,
        "key": str(signer().verifier),
        "origin": signer().name,
        "size": _size(),
        "grown": _grown(),
        "epochs": proof.epochs(),
        "witnesses": counted(proof.in_office()),
    }


def _size() -> int:
    head = ledger.head()
    return head.size if head else 0


def _grown() -> int:
    """How many entries no checkpoint counts yet."""
    newest = proof.newest()
    return _size() - (newest.size if newest else 0)


def _note(found: proof.SignedCheckpoint | None) -> Response:
    if found is None:
        abort(404)
    return _text(found.text)


def _text(text: str, filename: str | None = None) -> Response:
    answer = Response(text, mimetype="text/plain")
    if filename:
        answer.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return answer
