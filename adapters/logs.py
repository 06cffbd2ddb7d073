"""Logs as JSON lines on stderr. They carry no personal data: see `views/access_log.py`."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from structlog.typing import ExcInfo, Processor


def configure(*, with_messages: bool = True) -> None:
    """Send structlog and the standard library's loggers through one JSON formatter.

    Without messages an exception shows its types and its lines of code alone: a message may quote
    what somebody wrote, or the row that a database complains about.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_traceback if with_messages else _frames),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    root = logging.getLogger()
    handler = next((h for h in root.handlers if h.name == __name__), None)
    if handler is None:
        handler = logging.StreamHandler(sys.stderr)
        handler.name = __name__
        root.addHandler(handler)
    handler.setFormatter(formatter)
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "transitions"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _traceback(exc_info: ExcInfo) -> str:
    return "".join(traceback.format_exception(*exc_info))


def _frames(exc_info: ExcInfo) -> str:
    """The chain of exceptions, the last raised first, each with its type and its frames."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        lines += [f"{type(error).__module__}.{type(error).__qualname__}\n"]
        lines += traceback.format_tb(error.__traceback__)
        error = error.__cause__ or error.__context__
    return "".join(lines)
