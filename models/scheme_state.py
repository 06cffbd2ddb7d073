"""What a row of the scheme says, field by field, as texts: what forms show and changes record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from ledger.canonical import canonical
from models.base import db
from models.people import Team
from models.scheme import (
    Award,
    Cycle,
    Holiday,
    KpiScheme,
    PolicyRule,
    Scheme,
    SchemeChange,
    Tier,
)
from workflow import surveys
from workflow.message import plain
from workflow.surveys import Question
from workflow.vocabulary import Language

State = dict[str, str]
Row = Scheme | Award | Tier | Cycle | PolicyRule | Holiday

FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    Scheme: (
        "names",
        "organisation",
        "timezone",
        "currency",
        "stage_days",
        "return_days",
        "notice_days",
        "appeal_days",
        "contact_attempts",
        "contact_gap_days",
        "feedback_days",
        "reminder_days",
        "escalation_days",
        "results_days",
        "words_kept_days",
        "refused_are_named",
        "deciders_are_named",
        "smallest_group",
    ),
    Award: (
        "names",
        "descriptions",
        "criteria",
        "cadence",
        "subject",
        "road",
        "metric",
        "job_role",
        "stages_are_separate",
        "team_mates_are_barred",
        "assigns",
        "if_refuted",
        "if_unverifiable",
        "auditors_needed",
        "active",
    ),
    Tier: ("names", "rewards", "metal", "quota", "threshold", "cost"),
    Cycle: ("opens_at", "closes_at", "budget"),
    PolicyRule: ("names", "kind", "params", "active"),
    Holiday: ("day", "names"),
}


def state(row: Row) -> State:
    """The row's fields as texts."""
    return texts({name: getattr(row, name) for name in FIELDS[type(row)]})


def targets_state(kpi_scheme: KpiScheme | None) -> State:
    """One version of a role's targets."""
    if kpi_scheme is None:
        return {}
    return texts(
        {"starts_on": kpi_scheme.starts_on}
        | {
            target.metric: {"target": target.target, "weight": target.weight, "cap": target.cap}
            for target in kpi_scheme.targets
        }
    )


def ranking_state(award: Award) -> State:
    """How the award ranks, and how many approve a list."""
    names = ("weight_score", "weight_perception", "weight_strength", "full_score", "quorum")
    said = {name: getattr(award, name) for name in names}
    return texts({**said, "tie_breaks": ",".join(award.tie_breaks)})


def eligibility_state(rows: Iterable[Mapping[str, Any]]) -> State:
    """By which rules results nominate, each rule's parameters as fields of their own."""
    return texts({row["kind"]: {name: row[name] for name in row if name != "kind"} for row in rows})


def survey_state(
    award: Award,
    questions: Iterable[Question] | None = None,
    days: int | None = None,
    *,
    waits: bool = False,
) -> State:
    """What the award asks its customers, as it is, or as these values would make it."""
    if questions is None:
        questions = surveys.questions(award.survey_questions)
        days, waits = award.second_contact_days, award.waits_for_second_contact
    said: dict[str, Any] = {"second_contact_days": days, "waits_for_second_contact": waits}
    for number, question in enumerate(questions, start=1):
        said[f"question_{number}"] = {"kind": question.kind, **question.texts}
    return texts(said)


def questionnaire_state(values: Mapping[str, Any]) -> State:
    """What a questionnaire asks, whom and when, from its columns or from what would become them."""
    award, team = values["award_id"], values["team_id"]
    said: dict[str, Any] = {
        name: values[name]
        for name in (
            "names",
            "leads",
            "job_role",
            "grouped_by",
            "opens_on",
            "days_open",
            "every_months",
            "reply_days",
            "holds",
        )
    }
    said["award"] = db.session.get_one(Award, award).key if award else None
    said["team"] = db.session.get_one(Team, team).name if team else None
    for number, row in enumerate(values["questions"], start=1):
        options = {
            f"options_{language.value}": "; ".join(each[language.value] for each in row["options"])
            for language in Language
        }
        said[f"asked_{number}"] = {"kind": row["kind"], **row["texts"], **options}
    return texts(said)


def texts(values: Mapping[str, Any]) -> State:
    """Values as texts; what is kept by language or parameter becomes one field for each."""
    said: State = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            said |= {f"{name}.{part}": _text(each) for part, each in value.items()}
        else:
            said[name] = _text(value)
    return said


def fingerprint(seen: State) -> str:
    """What a form carries, so that a change made while it was open is noticed."""
    return sha256(
        canonical({"v": 1, **{f"f.{name}": text for name, text in seen.items()}})
    ).hexdigest()


def difference(before: State, after: State) -> dict[str, list[Any]]:
    """Field -> [before, after] for each field that is not the same."""
    return {
        name: [before.get(name, ""), after.get(name, "")]
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    }


def last_change(subject: str, key: str) -> SchemeChange | None:
    """Who changed this last, and why."""
    return db.session.scalar(
        select(SchemeChange)
        .where(SchemeChange.subject == subject, SchemeChange.subject_key == key)
        .order_by(SchemeChange.id.desc())
        .limit(1)
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
