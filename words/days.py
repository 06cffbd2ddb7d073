"""How a day and a moment are written, in the reader's language and the scheme's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import format_date, format_datetime, get_locale

DAY = {"en": "d MMM y"}
CHINESE_DAY = "y年M月d日"


def day(value: date | datetime) -> str:
    """3 Nov 2026; 2026年11月3日."""
    shown: str = format_date(value, _pattern())
    return shown


def due_day(value: datetime) -> str:
    """The last day on which it can be done: a deadline is the instant at which that day ends."""
    return day(value - timedelta(microseconds=1))


def moment(value: datetime) -> str:
    """3 Nov 2026, 14:02; 2026年11月3日 14:02."""
    separator = "," if _language() == "en" else ""
    shown: str = format_datetime(value, f"{_pattern()}{separator} HH:mm")
    return shown


def clock_time(value: datetime) -> str:
    """14:02."""
    shown: str = format_datetime(value, "HH:mm")
    return shown


def _language() -> str:
    return str(get_locale() or "en")


def _pattern() -> str:
    return DAY.get(_language(), CHINESE_DAY)
