"""Files of the installation, under addresses that change with them: a browser fetches each once.

The version is a folder of the address, so what a sheet or a script refers to has it as well.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version as release
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from views.headers import is_static

PATH = "/static/<version>"  # before app.py's `static` and, with a prefix of its own, Bootstrap's
KEEP = "public, max-age=31536000, immutable"


class Sessions(SecureCookieSessionInterface):
    """Flask's own, which leave files alone: who signs in or out need not fetch them again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_static(request.endpoint) or response.status_code >= 400:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """While developing with `--debug` the files may change under way: nothing is kept."""
    current = version(Path(app.static_folder or ""))
    app.session_interface = Sessions()

    @app.url_defaults
    def _name(endpoint: str, values: dict[str, Any]) -> None:
        if is_static(endpoint):
            values["version"] = current

    @app.url_value_preprocessor
    def _read(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if is_static(endpoint) and values:
            g.asked_version = values.pop("version")

    @app.after_request
    def _keep(response: Response) -> Response:
        fits = is_static(request.endpoint) and g.get("asked_version") == current
        if fits and response.status_code in (200, 304) and not app.debug:
            response.headers["Cache-Control"] = KEEP
        return response


def version(folder: Path) -> str:
    """Twelve hex digits that differ whenever one of the files does, or Bootstrap's release."""
    digest = sha256(release("bootstrap-flask").encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"\n{path.relative_to(folder).as_posix()} {content}".encode())
    return digest.hexdigest()[:12]
