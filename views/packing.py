"""What goes compressed on its way: files of the installation, and pages that mirror nothing."""

from __future__ import annotations

from functools import lru_cache
from gzip import compress

from flask import Flask, Response, request

from views.headers import is_static

FILES = frozenset({"text/css", "text/javascript", "image/svg+xml"})
WORTH_IT = 1_000  # bytes


def init_app(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.status_code not in (200, 304) or not _may_be_packed(response):
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 304 or request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < WORTH_IT:
        return response
    response.set_data(_kept(content) if is_static(request.endpoint) else compress(content, 6))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)  # a part of other bytes would not fit
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same content in other bytes
    return response


def _may_be_packed(response: Response) -> bool:
    """Files, and pages of an address alone.

    An answer to a question or a form may show what somebody else chose to put into it, and its
    compressed length would then tell of the secrets beside that.
    """
    if is_static(request.endpoint):
        return response.mimetype in FILES
    asked = request.method in ("GET", "HEAD") and not request.query_string
    return asked and response.mimetype == "text/html"


@lru_cache(maxsize=128)
def _kept(content: bytes) -> bytes:
    return compress(content, mtime=0)
