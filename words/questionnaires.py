"""What is said of questionnaires: how often they come round, and what a change of one touches."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

EVERY: dict[int, LazyString] = {
    0: _l("Once"),
    1: _l("Every month"),
    3: _l("Every quarter"),
    6: _l("Every half-year"),
    12: _l("Every year"),
}
