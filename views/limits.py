"""How much one request may bring: files may be large, text may not."""

from __future__ import annotations

from flask import Flask, current_app, request


def init_app(app: Flask) -> None:
    app.before_request(_limit)


def _limit() -> None:
    """Flask's limit on form memory holds for multipart forms alone; text has no need of more."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
