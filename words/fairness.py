"""What a fairness report calls its groups and figures."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, format_decimal, format_percent, gettext, ngettext
from flask_babel import lazy_gettext as _l

from words.labels import label
from workflow.fairness import UNRECORDED, Interval
from workflow.vocabulary import Gender, JobRole, Shift

DAY, HOUR = 24 * 3600, 3600
DIMENSIONS: dict[str, LazyString] = {
    "team": _l("Team"),
    "role": _l("Job role"),
    "shift": _l("Shift"),
    "tenure": _l("Length of service"),
    "gender": _l("Gender"),
}
HEADINGS: dict[str, LazyString] = {
    "team": _l("By team"),
    "role": _l("By job role"),
    "shift": _l("By shift"),
    "tenure": _l("By length of service"),
    "gender": _l("By gender"),
}
TENURES: dict[str, LazyString] = {
    "0-1": _l("Under 1 year"),
    "1-3": _l("1 to 3 years"),
    "3-6": _l("3 to 6 years"),
    "6-": _l("6 years and more"),
}
OVERTURNED: dict[str, tuple[LazyString, LazyString]] = {
    "object": (_l("Objections raised"), _l("upheld")),
    "appeal": (_l("Appeals made"), _l("upheld")),
    "award": (_l("Awards given"), _l("revoked later")),
}


def group(dimension: str, key: str, teams: Mapping[int, str]) -> str:
    """The group's name in the reader's language."""
    if key == UNRECORDED:
        return gettext("No team") if dimension == "team" else gettext("Not recorded")
    if dimension == "team":
        return teams.get(int(key), key)
    if dimension == "tenure":
        return str(TENURES[key])
    words = {"role": JobRole, "shift": Shift, "gender": Gender}[dimension]
    return str(label(words(key)))


def share(part: int, of: int) -> str:
    """34%."""
    return format_percent(part / of, format="#,##0%") if of else "–"


def interval(found: Interval | None) -> str:
    """21% to 50%."""
    if found is None:
        return ""
    low, high = (format_percent(each, format="#,##0%") for each in (found.low, found.high))
    return gettext("%(low)s–%(high)s", low=low, high=high)


def days(seconds: int) -> str:
    """2.5 days; under a day, hours."""
    if seconds < DAY:
        hours = max(round(seconds / HOUR), 1) if seconds else 0
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return gettext("%(days)s days", days=format_decimal(round(seconds / DAY, 1)))


def apart(found: Interval) -> str:
    """−12 to +30 points."""
    low, high = (f"{round(each * 100):+d}".replace("-", "−") for each in (found.low, found.high))
    return gettext("%(low)s–%(high)s points", low=low, high=high)


def chance(found: float) -> str:
    """How often chance alone would bring it about."""
    if found >= 0.05:
        return gettext("well possible")
    return gettext("once in %(times)s such nominators", times=format_decimal(round(1 / found)))
