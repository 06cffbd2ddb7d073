"""What was changed of the scheme, when and why: for all colleagues to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models import questionnaires
from models.base import db
from models.feedback_changes import feedback_behind
from models.paging import page
from models.scheme import Award, PolicyRule, SchemeChange
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
def in_words(changes: Mapping[str, list[str]]) -> list[tuple[str, Markup, Markup]]:
    """What a change touched; each value says its language where it is not the page's."""
    return [
        (field, _spoken(before), _spoken(after))
        for field, before, after in change_in_words(changes)
    ]


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

    awards: dict[str, str]
    tiers: dict[str, str]
    rules: dict[str, str]
    questionnaires: dict[str, str]

    def of(self, change: SchemeChange) -> str:
        """The subject in the reader's words; the kind alone where its key says nothing more."""
        return self.called(change.subject, change.subject_key)

    def called(self, kind: str, key: str) -> str:
        """What the subject of this kind and key is called."""
        award, _slash, part = key.partition("/")
        if kind == "award":
            return self.awards.get(key, key)
        if kind in ("tier", "cycle", "rewards"):
            named = period(part) if kind == "cycle" else self.tiers.get(key, part)
            return _("%(what)s: %(name)s", what=self.awards.get(award, award), name=named)
        if kind == "policy_rule":
            return self.rules.get(key, key)
        if kind == "questionnaire":
            return self.questionnaires.get(key, key)
        if kind == "kpi_scheme":
            return str(label(JobRole(key)))
        return written_day(date.fromisoformat(key)) if kind == "holiday" else ""


def names() -> Names:
    """What the scheme's parts are called now."""
    awards = db.session.scalars(select(Award).options(selectinload(Award.tiers))).all()
    rules = db.session.scalars(select(PolicyRule))
    return Names(
        awards={award.key: local(award.names) for award in awards},
        tiers={
            f"{award.key}/{tier.key}": local(tier.names) for award in awards for tier in award.tiers
        },
        rules={rule.key: local(rule.names) for rule in rules},
        questionnaires={each.key: local(each.names) for each in questionnaires.every()},
    )
