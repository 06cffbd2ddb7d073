"""Who may enter a route. Every view function says it; an undeclared route stops the application.

A guard here opens the door of a page. What a person may do in a case is decided again by the
rules of the road, inside the deciding transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, redirect, request, session, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from adapters import clock
from models import scheme, sessions
from models.people import Person
from views.headers import is_static
from workflow.vocabulary import Duty

View = TypeVar("View", bound=Callable[..., Any])

TOKEN = "token"  # where the cookie keeps it

login = LoginManager()
login.session_protection = None  # sessions are rows of ours; an address may change under way


class Unguarded(RuntimeError):
    """A route that does not say who may enter."""


@dataclass(frozen=True)
class Guard:
    """Whom a route lets in: everybody, every colleague, or the holders of one of these duties."""

    signed_in: bool
    duties: tuple[Duty, ...] = ()

    def __str__(self) -> str:
        if self.duties:
            return "holds " + " or ".join(self.duties)
        return "colleague" if self.signed_in else "public"


def public(view: View) -> View:
    """Anybody may enter, signed in or not."""
    return _declare(view, Guard(signed_in=False))


def colleague(view: View) -> View:
    """Whoever is signed in may enter."""
    return _declare(view, Guard(signed_in=True))


def holds(*duties: Duty) -> Callable[[View], View]:
    """Whoever holds one of these duties today, for any award, may enter."""
    if not duties:
        raise ValueError("name the duties that open this route")
    return lambda view: _declare(view, Guard(signed_in=True, duties=duties))


def guard_of(app: Flask, endpoint: str) -> Guard | None:
    """The guard that an endpoint declares. Static files declare none and need none."""
    guard: Guard | None = getattr(app.view_functions[endpoint], "guard", None)
    return guard


@login.request_loader
def _signed_in(_request: Request) -> Person | None:
    """Whoever the cookie's token stands for, while they work here."""
    token = session.get(TOKEN)
    person = sessions.signed_in(token, clock.now()) if token else None
    return person if person and person.works_on(scheme.day_at(clock.now())) else None


def init_app(app: Flask) -> None:
    login.init_app(app)
    app.before_request(_enforce)


def require_all(app: Flask) -> None:
    """Refuse an application with an undeclared route."""
    missing = sorted(
        endpoint
        for endpoint in app.view_functions
        if not is_static(endpoint) and guard_of(app, endpoint) is None
    )
    if missing:
        raise Unguarded(f"no guard declared: {', '.join(missing)}")


def safe_next(target: str | None) -> str | None:
    """A path within this site to go on to after signing in; None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return target if target.isprintable() and "\\" not in target else None


def _declare(view: View, guard: Guard) -> View:
    view.guard = guard  # type: ignore[attr-defined]  # read back by guard_of
    return view


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None or is_static(request.endpoint):
        return None
    guard = guard_of(current_app, request.endpoint)
    if guard is None:
        abort(403)
    if not guard.signed_in:
        return None
    if not current_user.is_authenticated:
        return _lead_to_sign_in()
    if guard.duties and not any(current_user.holds(duty, clock.now()) for duty in guard.duties):
        abort(403)
    return None


def _lead_to_sign_in() -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(url_for("auth.sign_in", next=way_back()), code=303)


def way_back() -> str | None:
    """The page to return to: this one, or for a POST the one that its form stands on."""
    here = request.full_path if request.query_string else request.path
    if request.method in ("GET", "HEAD"):
        return safe_next(here)
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host and referrer.path != request.path:
        return safe_next(referrer.path)
    places = request_ctx.url_adapter
    is_a_page = places is not None and places.test(request.path, "GET")
    return safe_next(here) if is_a_page and referrer.netloc in ("", request.host) else None
