"""A picture of each award to share: made when it is asked for, the same bytes each time.

Whoever is signed in may have it. It shows a name and no face: it is made to leave the house.
"""

from __future__ import annotations

import io
import json
from hashlib import sha256

from flask import Blueprint, Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from adapters import certificates as paper
from adapters.certificates import MissingGlyph
from models import honour as stored
from models import scheme
from views.guards import colleague
from views.language import current
from words.sharing import Won, alternative, picture_texts

bp = Blueprint("sharing", __name__, url_prefix="/honour-roll")

SETTING = "1"  # counts up whenever the template changes what the same texts look like


@bp.get("/<number>/<int:person_id>")
@colleague
def show(number: str, person_id: int) -> str:
    """The picture, to be looked at, with its words to copy and the way to download it."""
    won = _won(number, person_id)
    at = {"number": number, "person_id": person_id}
    said = alternative(won, current())
    try:
        paper.try_share(picture_texts(won, current()))
    except MissingGlyph as missing:
        return render_template("honour/unset.html", won=won, at=at, character=str(missing))
    return render_template("honour/share.html", won=won, at=at, said=said)


@bp.get("/<number>/<int:person_id>.png")
@colleague
def image(number: str, person_id: int) -> ResponseReturnValue:
    """The picture itself; whoever has it already is told that it is the same."""
    won = _won(number, person_id)
    texts = picture_texts(won, current())
    tag = sha256(json.dumps([SETTING, texts], sort_keys=True).encode()).hexdigest()
    if tag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    try:
        data = paper.share_image(texts)
    except MissingGlyph as missing:
        at = {"number": number, "person_id": person_id}
        page = render_template("honour/unset.html", won=won, at=at, character=str(missing))
        return page, 422
    name = f"{number}-{person_id}.png"
    wanted = "download" in request.args
    sent = send_file(
        io.BytesIO(data), "image/png", as_attachment=wanted, download_name=name, etag=tag
    )
    sent.headers["Cache-Control"] = "private, no-cache"
    return sent


def _won(number: str, person_id: int) -> Won:
    """The award while it stands, to the one of its winners who is asked for; else 404."""
    honour, terms = stored.of_case(number) or abort(404), scheme.scheme()
    winner = next((each for each in honour.people if each.id == person_id), None) or abort(404)
    return Won(
        name=winner.name,
        team=winner.team,
        with_team=honour.team,
        organisation=terms.organisation or terms.names,
        award=honour.award,
        cycle=honour.cycle,
        tier=honour.tier,
        metal=honour.metal,
        title=honour.title,
        metric=honour.metric,
        score=honour.score,
    )
