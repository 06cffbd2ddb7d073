"""The honour roll on a screen in the hall: the latest winners in turn, with nobody signed in.

A signed-in colleague sees it as well. A screen has a link of its own, which shows what the honour
roll shows and leads nowhere else; on it stand the pictures of those alone who agreed to that.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import force_locale
from werkzeug import Response

from models import displays, scheme
from models import honour as stored
from views.guards import colleague, public
from views.honour import faces
from views.portraits import picture

bp = Blueprint("wall", __name__, url_prefix="/honour-roll/wall")

SHOWN = 12  # winners: at this pace the first comes back within three minutes
SECONDS = 14  # for each, to be read from afar
POLL = 30  # seconds after which the page looks for somebody new
MEMBERS_NAMED = 12
LONG, LONGEST = 15, 26  # in letters; a Chinese character counts for two
FIRST_IDEOGRAPH = "⺀"
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@bp.get("")
@colleague
def mine() -> Response:
    """The display as a colleague's own browser shows it, with the pictures that they may see."""
    return _page(False, lambda person_id: url_for("portraits.show", person_id=person_id))


@bp.get("/<token>")
@public
def show(token: str) -> Response:
    """The display of the screen that has this link; once it is withdrawn, a sentence."""
    link = displays.by_token(token)
    if link is None:
        return _private(make_response(render_template("wall/over.html"), 404))
    with force_locale(link.language.value):
        return _page(True, lambda person: url_for("wall.face", token=token, person_id=person))


@bp.get("/<token>/faces/<int:person_id>")
@public
def face(token: str, person_id: int) -> Response:
    """The picture of a winner on the display who agreed that screens show it."""
    if displays.by_token(token) is None:
        abort(404)
    winners = stored.latest(SHOWN)
    digest = faces(winners, on_wall=True).get(person_id)
    return _private(picture(digest or abort(404)))


def _page(on_wall: bool, address: Callable[[int], str]) -> Response:
    winners = stored.latest(SHOWN)
    shown = faces(winners, on_wall=on_wall)
    names = scheme.scheme()
    page = render_template(
        "wall/show.html",
        winners=winners,
        faces={person_id: address(person_id) for person_id in shown},
        size=_size,
        first=_asked(len(winners)),
        seconds=SECONDS,
        poll=POLL,
        named=MEMBERS_NAMED,
        organisation=names.organisation or names.names,
    )
    response = make_response(page)
    response.add_etag()
    return _private(response.make_conditional(request))


def _asked(count: int) -> int:
    """Which winner comes first: without script each page leads on to the next."""
    wanted = request.args.get("at", 0, type=int)
    return wanted % count if count else 0


def _size(name: str) -> str:
    letters = sum(2 if each >= FIRST_IDEOGRAPH else 1 for each in name)
    return "longest" if letters >= LONGEST else "long" if letters >= LONG else "short"


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
