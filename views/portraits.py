"""Portraits: each colleague's own picture, and the pictures for those who are signed in."""

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
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from adapters.evidence_store import Damaged, OutOfReach, Store, portraits_of
from adapters.portrait import MEDIA_TYPE, SIDES, smaller
from config import Settings
from forms.fields import add_error
from forms.portrait import PortraitForm
from models import portraits, scheme
from operations import portraits as operations
from views.guards import colleague
from words.refusals import sentence
from workflow.refusal import Refused

bp = Blueprint("portraits", __name__)

SEALED = "default-src 'none'; sandbox"


@bp.route("/portrait", methods=["GET", "POST"])
@colleague
def mine() -> ResponseReturnValue:
    """The reader's own picture: put up, replace, say where it is shown."""
    row = portraits.portrait(current_user.id)
    form = PortraitForm(data={"on_wall": row.on_wall if row else False})
    if form.validate_on_submit():
        try:
            _save(form)
        except Refused as refused:
            add_error(form.file, sentence(refused))
        else:
            flash(_("It is saved."), "success")
            return redirect(url_for("portraits.mine"), code=303)
        row = portraits.portrait(current_user.id)
    settings = _settings()
    page = render_template(
        "portraits/mine.html", form=form, row=row, megabytes=settings.max_file_mb
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/portrait/take-down")
@colleague
def take_down() -> ResponseReturnValue:
    """Take the reader's picture down, at once and for good."""
    operations.take_down(store(), person_id=current_user.id)
    flash(_("Your picture is gone."), "success")
    return redirect(url_for("portraits.mine"), code=303)


@bp.get("/portraits/<int:person_id>")
@colleague
def show(person_id: int) -> Response:
    """The picture of somebody who shows one; asked for anew each time, so that it can go."""
    digest = portraits.shown([person_id], scheme.day_at(clock.now())).get(person_id)
    side = request.args.get("side", type=int)
    return picture(digest or abort(404), side if side in SIDES else None)


def picture(digest: str, side: int | None = None) -> Response:
    """One stored picture; what the browser has still stands and is not read again."""
    etag = f"{digest}-{side}" if side else digest
    data = b"" if etag in request.if_none_match else _read(digest, side)
    response: Response = send_file(io.BytesIO(data), MEDIA_TYPE, etag=etag)
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _read(digest: str, side: int | None) -> bytes:
    """The picture, drawn so large; 404 where it was taken down under way."""
    try:
        data = store().read(digest)
    except Damaged:
        abort(404)
    except OutOfReach:
        abort(503)
    return smaller(data, side) if side else data


def store() -> Store:
    """Where this installation keeps pictures of colleagues."""
    return portraits_of(_settings())


def _save(form: PortraitForm) -> None:
    """Put up what was chosen; without a new picture, only where the present one is shown."""
    upload, on_wall = form.file.data, bool(form.on_wall.data)
    if not upload:
        operations.choose_places(person_id=current_user.id, on_wall=on_wall)
        return
    operations.put_up(
        store(),
        person_id=current_user.id,
        name=upload.filename,
        data=upload.stream.read(),
        megabytes=_settings().max_file_mb,
        on_wall=on_wall,
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
