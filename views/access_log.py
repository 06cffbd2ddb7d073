"""One log line per request: its id, route, status and duration. Never a query string or a name."""

from __future__ import annotations

import time
import uuid

import structlog
from flask import Flask, Response, g, request

from views.headers import is_static

log = structlog.get_logger("plaudit.access")


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
    log.info(
        "request",
        method=request.method,
        # The rule, not the path: a path may name a person.
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.request_began) * 1000, 1),
    )
    return response
