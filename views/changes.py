"""What was changed of the scheme, when and why: for all colleagues to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import joinedload

from models.base import db
from models.feedback_changes import feedback_behind
from models.paging import page
from models.questionnaires import Questionnaire
from models.scheme import Award, PolicyRule, SchemeChange, Tier
from views.addresses import key
from views.filters import local
from views.guards import colleague
from views.language import lang
from words.days import day as written_day
from words.labels import label
from words.periods import period
from words.scheme import SUBJECTS, change_in_words
from workflow.vocabulary import JobRole

bp = Blueprint("changes", __name__, url_prefix="/archive/changes")

PAGE = 20


@bp.app_template_filter("in_words")
def in_words(changes: Mapping[str, list[str]]) -> list[tuple[str | Markup, ...]]:
    """What a change touched, before and after: of what is new, only what it is now.

    Each value says its language where it is not the page's.
    """
    told = change_in_words(changes)
    if any(before for _field, before, _after in told):
        return [(field, _spoken(before), _spoken(after)) for field, before, after in told]
    return [(field, _spoken(after)) for field, _before, after in told]


@bp.app_template_filter("headed")
def headed(rows: list[tuple[str | Markup, ...]]) -> list[str]:
    """The names of the columns of `in_words`."""
    is_new = rows and len(rows[0]) == 2
    return [_("Field"), _("After")] if is_new else [_("Field"), _("Before"), _("After")]


def _spoken(text: str) -> Markup:
    return Markup("<span{}>{}</span>").format(lang(text), text)


@bp.get("")
@colleague
def index() -> str:
    """Every change of the scheme, the newest first."""
    found = page(
        select(SchemeChange).options(joinedload(SchemeChange.reason)),
        SchemeChange.id,
        before=key("before"),
        after=key("after"),
        size=PAGE,
        descending=True,
    )
    behind = defaultdict(list, feedback_behind([change.id for change in found.rows]))
    return render_template(
        "changes/index.html", page=found, names=names(), subjects=SUBJECTS, behind=behind
    )


@dataclass(frozen=True)
class Names:
    """What the subjects of changes are called, by kind and key."""

    known: dict[tuple[str, str], str]

    def of(self, change: SchemeChange) -> str:
        """The subject in the reader's words; the kind alone where its key says nothing more."""
        return self.called(change.subject, change.subject_key)

    def called(self, kind: str, key: str) -> str:
        """What the subject of this kind and key is called."""
        award, _slash, part = key.partition("/")
        if kind in ("award", "policy_rule", "questionnaire"):
            return self.known.get((kind, key), key)
        if kind in ("tier", "cycle", "rewards"):
            named = period(part) if kind == "cycle" else self.known.get(("tier", key), part)
            what = self.known.get(("award", award), award)
            return _("%(what)s: %(name)s", what=what, name=named)
        if kind == "kpi_scheme":
            return str(label(JobRole(key)))
        return written_day(date.fromisoformat(key)) if kind == "holiday" else ""


def names() -> Names:
    """What the scheme's parts are called now."""
    named = union_all(
        select(literal("award"), Award.key, Award.names),
        select(literal("tier"), Award.key + "/" + Tier.key, Tier.names).join(Tier.award),
        select(literal("policy_rule"), PolicyRule.key, PolicyRule.names),
        select(literal("questionnaire"), Questionnaire.key, Questionnaire.names),
    )
    return Names({(kind, key): local(names) for kind, key, names in db.session.execute(named)})
