"""The product's clock: UTC, moved by PLAUDIT_CLOCK_OFFSET outside production only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def set_offset(offset: timedelta) -> None:
    """Move the clock of this process; a test lets days pass this way."""
    global _offset  # noqa: PLW0603  # one clock per process is the point
    _offset = offset


def offset() -> timedelta:
    return _offset


def now() -> datetime:
    """The present instant."""
    return datetime.now(UTC) + _offset
