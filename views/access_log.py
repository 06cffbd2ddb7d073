"""One log line per request: its id, route, status and duration. Never a query string or a name."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, request

from views.headers import is_static

log = structlog.get_logger("plaudit.access")

View = TypeVar("View", bound=Callable[..., Any])
FAULT = 500


def unlogged(view: View) -> View:
    """No line for this view unless it fails, and then without its duration.

    When somebody answered, and how long that took, must not stand beside when they signed in.
    """
    view.unlogged = True  # type: ignore[attr-defined]  # read back by _end
    return view


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = uuid.uuid4().hex
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if "request_id" not in g:
        return response
    response.headers["X-Request-ID"] = g.request_id
    if is_static(request.endpoint):
        return response
    # The rule, not the path: a path may name a person.
    route = request.url_rule.rule if request.url_rule else None
    said = {"method": request.method, "route": route, "status": response.status_code}
    if not _is_unlogged():
        ms = round((time.perf_counter() - g.request_began) * 1000, 1)
        log.info("request", **said, ms=ms)
    elif response.status_code >= FAULT:
        log.info("request", **said)
    return response


def _is_unlogged() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "unlogged", False)
