"""What a cycle is called: November 2026, 4th quarter of 2026, the year 2026."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import format_date, get_locale

# An address may ask for any cycle: what no calendar has is called as it was typed.
MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
QUARTER = re.compile(r"(?!0000)([0-9]{4})-Q([1-4])")
YEAR = re.compile(r"(?!0000)([0-9]{4})")

PATTERNS = {
    "en": ("MMMM y", "QQQ y", "y"),
    "zh_Hans": ("y年M月", "y年第Q季度", "y年"),
    "zh_Hant": ("y年M月", "y年第Q季", "y年"),
}


def period(key: str) -> str:
    """The cycle of this key (2026-11, 2026-Q4 or 2026) in the reader's language."""
    month, quarter, year = PATTERNS.get(str(get_locale() or "en"), PATTERNS["en"])
    if found := MONTH.fullmatch(key):
        return _said(date(int(found[1]), int(found[2]), 1), month)
    if found := QUARTER.fullmatch(key):
        return _said(date(int(found[1]), int(found[2]) * 3, 1), quarter)
    if found := YEAR.fullmatch(key):
        return _said(date(int(found[1]), 1, 1), year)
    return key


def _said(day: date, pattern: str) -> str:
    said: str = format_date(day, pattern)
    return said
