"""Why somebody cannot be given a case, as scheme managers read it of others."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

OBSTACLES: dict[str, LazyString] = {
    "nominator": _l("nominated in this case"),
    "nominee": _l("is nominated in this case"),
    "line_manager": _l("a nominee reports to them"),
    "report": _l("reports to a nominee"),
    "manager_of_nominator": _l("the nominator reports to them"),
    "report_of_nominator": _l("reports to the nominator"),
    "declared": _l("a declaration binds them to somebody in this case"),
    "team_mate": _l("works in a nominee's team"),
    "co_nominated": _l("was nominated together with a nominee within a year"),
    "reciprocal": _l("nominated somebody in this case or was nominated by them within a year"),
    "recused": _l("stepped aside"),
    "appealed_against": _l("decided what the appeal has overturned"),
    "earlier_part": _l("took part at another stage"),
    "gave_no_opinion": _l("gave no opinion before the verdicts were settled"),
    "away": _l("is away"),
}


def obstacle(why: str) -> str:
    """What stands between a colleague and a case."""
    return str(OBSTACLES[why])
