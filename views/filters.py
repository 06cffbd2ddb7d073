"""Template filters: days, figures and words in the reader's language and the scheme's zone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask import Flask
from flask_babel import (
    format_decimal,
    format_percent,
    get_locale,
    gettext,
)

from words.days import clock_time, day, due_day, moment
from words.explanations import figure
from words.labels import COMMANDS, label
from words.metrics import METRIC_NAMES
from words.periods import period
from words.refusals import sentence

KILOBYTE = 1024
A_WORD = 20  # letters: nearer than this to its end, a text is cut between words


def init_app(app: Flask) -> None:
    for function in (
        day,
        due_day,
        moment,
        clock_time,
        number,
        percent,
        file_size,
        local,
        shortened,
        entitled,
        sentences,
    ):
        app.add_template_filter(function)
    app.add_template_filter(label)
    app.add_template_filter(period)
    app.add_template_filter(METRIC_NAMES.__getitem__, "metric")
    app.add_template_filter(_counted, "counted")
    app.add_template_filter(COMMANDS.__getitem__, "command")
    app.add_template_filter(sentence, "sentence")


def number(value: float | Decimal, places: int | None = None) -> str:
    """1,234.5; with `places`, exactly that many decimals."""
    if places is None:
        return format_decimal(value)
    return format_decimal(value, format="#,##0." + "0" * places if places else "#,##0")


def percent(value: float | Decimal, places: int = 0) -> str:
    """0.875 with one place is 87.5%."""
    return format_percent(value, format="#,##0" + ("." + "0" * places if places else "") + "%")


def file_size(octets: int) -> str:
    """The size of a file, in the unit that reads best."""
    if octets < KILOBYTE * KILOBYTE:
        return gettext("%(size)s kB", size=number(max(1, round(octets / KILOBYTE))))
    return gettext("%(size)s MB", size=number(octets / KILOBYTE / KILOBYTE, 1))


def local(names: dict[str, str]) -> str:
    """The reader's language out of a text kept in three; English where theirs is unwritten."""
    return names.get(_language()) or names.get("en") or next(iter(names.values()), "")


def shortened(text: str, length: int) -> str:
    """The beginning of a text, cut between words; Chinese may have one space in a hundred signs."""
    if len(text) <= length:
        return text
    begun = text[:length]
    space = begun.rfind(" ")
    return (begun[:space] if space > length - A_WORD else begun).rstrip() + "…"


def entitled(title: str | None, award: dict[str, str], cycle: str) -> str:
    """The title; a case by numbers is named after its award and cycle, to each reader in theirs."""
    if title in {f"{name} {cycle}" for name in award.values()}:
        return f"{local(award)} · {period(cycle)}"
    return title or ""


def _counted(value: Decimal, metric: str) -> str:
    return figure(metric, value)


def sentences(parts: Iterable[str]) -> str:
    """Sentences in a row; a Chinese full stop brings its own space."""
    return ("" if _language().startswith("zh") else " ").join(map(str, parts))


def _language() -> str:
    return str(get_locale() or "en")
