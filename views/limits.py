"""How much one request may bring: files may be large, text may not."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Flask, Request, current_app, request

from config import MEGABYTE, Settings

TAKE_EVIDENCE = frozenset(  # blueprints
    {"nominations", "audits", "appeals", "feedback", "portraits", "proof"}
)


def init_app(app: Flask) -> None:
    app.request_class = BoundedRequest
    app.before_request(_limit)


class AtMost(io.BytesIO):
    """A file in memory that keeps no more of what is written than it may, and lets the rest go."""

    def __init__(self, octets: int) -> None:
        super().__init__()
        self._octets = octets

    def write(self, data: Any) -> int:
        super().write(data[: max(0, self._octets - self.tell())])
        return len(data)


class BoundedRequest(Request):
    """Files of evidence wait in memory, not on a disk, and only as far as they may be kept.

    The one octet more that is kept of a larger file tells that it is too large.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.blueprint in TAKE_EVIDENCE:
            settings: Settings = current_app.config["SETTINGS"]
            return AtMost(settings.max_file_mb * MEGABYTE + 1)
        return super()._get_file_stream(
            total_content_length, content_type, filename, content_length
        )


def _limit() -> None:
    """Flask's limit on form memory holds for multipart forms alone; text has no need of more."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
