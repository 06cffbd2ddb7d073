"""Nothing typed is lost when a session ends: a form that comes too late is kept for its writer.

The token against forgery says, signed, whose page it stood on; so a form finds its writer even when
nothing else is left of the session. It is given back to that person alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from adapters import clock
from forms.page import BroughtBack, brought_back
from models import sessions
from models import unsent as stored
from operations import unsent as operations
from operations.unsent import Typed
from views import errors, guards, typed
from views.guards import colleague, safe_next
from views.sealing import sealer

View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("unsent", __name__)

WAITS = "unsent"  # in the cookie: something is kept for whoever is, or was, signed in here
OF_THE_TOKEN = "wtf-csrf-token"  # the salt with which Flask-WTF signs it
STALE = 30 * 24 * 60 * 60  # seconds after which a page's token says nothing any more


def nameless(view: View) -> View:
    """What is written here must not lie beside its writer's name: it is shown, and never kept."""
    view.nameless = True  # type: ignore[attr-defined]  # read back by _is_nameless
    return view


def init_app(app: Flask) -> None:
    """Before the guards, which lead whoever has no session to the sign-in page."""
    app.before_request(_came_too_late)
    app.before_request(_bring_back)
    app.after_request(_sent)
    app.context_processor(lambda: {"unsent": g.get("unsent")})
    app.register_error_handler(CSRFError, _of_another_session)


def begin(token: str) -> None:
    """A session begins in this browser: its pages carry whose they are."""
    person = sessions.signed_in(token, clock.now())
    if person is None:
        return
    session["csrf_token"] = f"{secrets.token_hex(20)}.{person.key}"
    if stored.is_anything_kept(person.id, clock.now()):
        session[WAITS] = True


@bp.post("/unsent/discard")
@colleague
def discard() -> ResponseReturnValue:
    """Throw away what was kept for a page."""
    path = safe_next(request.form.get("path")) or abort(400)
    operations.drop(person_id=current_user.id, path=path)
    return redirect(path, code=303)


def _came_too_late() -> ResponseReturnValue | None:
    """Keep the form of somebody whose session has ended."""
    if not _asks_for_a_session() or current_user.is_authenticated:
        return None
    return _keep(_writer())


def _of_another_session(error: CSRFError) -> ResponseReturnValue:
    """A page that was opened in an earlier session: nothing is done, and nothing is lost."""
    writer = _writer() if _asks_for_a_session() else None
    if writer is None:
        return errors.answer(error)
    if (shown := _keep(writer)) is not None:
        return shown
    if writer != current_user.key:
        return errors.answer(error)
    return redirect(guards.way_back() or url_for("work.home"), code=303)


def _keep(writer: str | None) -> ResponseReturnValue | None:
    """Keep what came for its writer; what must not be kept is shown, to be copied."""
    try:
        came = typed.of_request()
    except RequestEntityTooLarge:
        return None
    if writer is None or not (came.fields or came.files):
        return None
    if _is_nameless():
        return render_template("auth/ended.html", typed=typed.texts(came)), 401
    operations.keep(writer=writer, path=_page(), typed=came, sealer=sealer())
    session[WAITS] = g.kept_now = True
    return None


def _bring_back() -> None:
    """Fill the page's form with what was typed in it before."""
    brought_back.set(None)
    if request.method != "GET" or WAITS not in session or not current_user.is_authenticated:
        return
    if (found := _kept(request.path)) is not None:
        back = BroughtBack(MultiDict(found.fields))
        if found.path == request.path:  # of several alike on one page none can be told
            brought_back.set(back)
        g.unsent = {"back": back, "files": found.files, "texts": typed.texts(found)}


def _sent(response: Response) -> Response:
    """Whoever could send the page's form needs nothing of it brought back any more."""
    is_done = response.status_code < 400 and request.method == "POST" and "kept_now" not in g
    if not is_done or WAITS not in session or not current_user.is_authenticated:
        return response
    path = _page()
    found = _kept(path)
    if found and {name for name, _text in found.fields} & set(request.form):
        operations.drop(person_id=current_user.id, path=path)
    if not stored.is_anything_kept(current_user.id, clock.now()):
        session.pop(WAITS)
    return response


def _kept(path: str) -> Typed | None:
    """What the reader had typed on this page."""
    row = stored.kept(current_user.id, path, clock.now())
    return Typed.open(row, sealer()) if row else None


def _page() -> str:
    """The path of the page on which the form that was sent stands; the first page if none is."""
    return (guards.way_back() or url_for("work.home")).partition("?")[0]


def _asks_for_a_session() -> bool:
    """Whether this is a page's form that only colleagues send."""
    guard = guards.guard_of(current_app, request.endpoint) if request.endpoint else None
    by_script = request.accept_mimetypes.best == "application/json"
    return request.method == "POST" and guard is not None and guard.signed_in and not by_script


def _is_nameless() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "nameless", False)


def _writer() -> str | None:
    """The key of the colleague on whose page the form stood, if the page's token says so."""
    token = request.form.get("csrf_token") or request.headers.get("X-CSRFToken", "")
    signer = URLSafeTimedSerializer(str(current_app.secret_key), salt=OF_THE_TOKEN)
    try:
        said = signer.loads(token, max_age=STALE)
    except BadData:
        return None
    return str(said).partition(".")[2] or None
