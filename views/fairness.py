"""Who is nominated and who wins, by group: a report for each finished cycle, and over time."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, render_template, send_file
from flask_babel import gettext as _

from adapters import charts
from adapters.charts import Bar, Drawing, Row
from adapters.workbook import Cell, workbook
from models import fairness_reports as stored
from models import people, scheme
from models.base import db
from models.fairness_reports import FairnessReport
from models.scheme import Award
from views.downloads import csv_file
from views.guards import colleague
from words import fairness as words
from words.labels import label
from words.periods import period
from workflow.fairness import Group, Interval, Report, wilson
from workflow.vocabulary import Subject
from workflow.withholding import Count

bp = Blueprint("fairness", __name__, url_prefix="/fairness")

CHARTED = 24  # groups: the table has them all


@dataclass(frozen=True)
class Part:
    """One dimension as the page shows it."""

    key: str
    heading: str
    word: str
    chart: Drawing | None
    rows: list[tuple[str, Group]]
    departing: list[str]
    withheld: int


@bp.get("/")
@colleague
def index() -> str:
    """Every report that was published, the latest cycle first."""
    reports = [(each, Report.of(each.figures)) for each in db.session.scalars(stored.published())]
    return render_template("fairness/index.html", reports=reports, words=words)


@bp.get("/<award>")
@colleague
def award(award: str) -> str:
    """One award over time."""
    found = scheme.award_by_key(award)
    if found is None:
        abort(404)
    reports = [
        (each, Report.of(each.figures))
        for each in db.session.scalars(stored.published().where(Award.key == award))
    ]
    return render_template(
        "fairness/award.html",
        award=found,
        reports=reports,
        chart=_over_time(reports, found.subject is Subject.PERSON),
        words=words,
    )


@bp.get("/<award>/<cycle>")
@colleague
def show(award: str, cycle: str) -> str:
    """The report of one cycle: who was nominated and who won, how long it took, what was undone."""
    row = _row(award, cycle)
    report = Report.of(row.figures)
    teams = _teams()
    alone = row.cycle.award.subject is Subject.PERSON  # a team's members win together
    return render_template(
        "fairness/show.html",
        row=row,
        revoked=stored.revoked_since(row),
        report=report,
        alone=alone,
        parts=[_part(report, dimension, teams, alone) for dimension in report.groups],
        silent=[words.group("team", key, teams) for key in report.silent],
        spans=_spans(report),
        words=words,
    )


@bp.get("/<award>/<cycle>/<any(groups, stages):table>.<any(csv, xlsx):kind>")
@colleague
def export(award: str, cycle: str, table: str, kind: str) -> Response:
    """One of the report's tables to take away."""
    row = _row(award, cycle)
    report = Report.of(row.figures)
    head, lines = (_group_lines if table == "groups" else _stage_lines)(report)
    filename = f"fairness-{row.cycle.award.key}-{row.cycle.key}-{table}.{kind}"
    if kind == "csv":
        texts = [["" if cell is None else str(cell) for cell in line] for line in lines]
        return csv_file(filename, [head, *texts])
    data = workbook(_("Fairness report"), head, lines)
    return send_file(io.BytesIO(data), download_name=filename, as_attachment=True)


def _row(award: str, cycle: str) -> FairnessReport:
    row = stored.of_cycle(award, cycle)
    if row is None:
        abort(404)
    return row


def _teams() -> dict[int, str]:
    return {team.id: team.name for team in people.teams()}


def _part(report: Report, dimension: str, teams: dict[int, str], alone: bool) -> Part:
    groups = sorted(report.groups[dimension], key=lambda each: _order(dimension, each, teams))
    named = [(words.group(dimension, each.key, teams), each) for each in groups]
    return Part(
        key=dimension,
        heading=str(words.HEADINGS[dimension]),
        word=str(words.DIMENSIONS[dimension]),
        chart=_chart(dimension, named, report.everybody, alone),
        rows=named,
        departing=[words.group(dimension, key, teams) for key in report.departing(dimension)],
        withheld=sum(each.count is None for each in groups),
    )


def _order(dimension: str, group: Group, teams: dict[int, str]) -> tuple[Any, ...]:
    """Teams by how often they are nominated; what has an order of its own keeps it."""
    if dimension == "tenure":
        return (group.key == "", group.key)
    share = group.count.nominated / group.count.people if group.count else -1.0
    return (-share, words.group(dimension, group.key, teams))


def _chart(
    dimension: str, named: list[tuple[str, Group]], everybody: Count | None, alone: bool
) -> Drawing | None:
    told = [(name, each) for name, each in named if each.count][:CHARTED]
    if not told or everybody is None:
        return None
    rows = [
        Row(
            name,
            (
                _bar(each.count.nominated, each.count.people, each.nominated if alone else None),
                _bar(each.count.won, each.count.people, each.won if alone else None),
            ),
        )
        for name, each in told
        if each.count
    ]
    return charts.bars(
        _(
            "%(heading)s: share of people who were nominated, and who won",
            heading=words.HEADINGS[dimension],
        ),
        rows,
        series=(_("Were nominated"), _("Won")),
        share=True,
        mean=everybody.nominated / everybody.people,
    )


def _bar(part: int, of: int, found: Interval | None) -> Bar:
    ends = (found.low, found.high) if found else (None, None)
    return Bar(part / of if of else None, words.share(part, of), *ends)


def _spans(report: Report) -> Drawing | None:
    """Half of the cases took at most the bar, nine of ten at most the line's end."""
    if not report.spans:
        return None
    rows = [
        Row(
            str(label(span.stage)),
            (
                Bar(
                    span.median / words.DAY,
                    words.days(span.median),
                    span.median / words.DAY,
                    span.ninth_tenth / words.DAY,
                ),
            ),
        )
        for span in report.spans
    ]
    return charts.bars(_("Days at each stage: half of the cases, and nine of ten"), rows)


def _over_time(reports: list[tuple[FairnessReport, Report]], alone: bool) -> Drawing | None:
    told = [(row, report.everybody) for row, report in reversed(reports) if report.everybody]
    if len(told) < 2:
        return None
    rows = [
        Row(
            period(row.cycle.key),
            tuple(
                _bar(each, count.people, wilson(each, count.people) if alone else None)
                for each in (count.nominated, count.won)
            ),
        )
        for row, count in told
    ]
    return charts.bars(
        _("Share of people who were nominated, and who won, cycle by cycle"),
        rows,
        series=(_("Were nominated"), _("Won")),
        share=True,
    )


def _group_lines(report: Report) -> tuple[list[str], list[list[Cell]]]:
    head = [
        _("Grouped by"), _("Group"), _("People"),
        _("Were nominated"), _("Share nominated"),
        _("Share nominated, from"), _("Share nominated, to"),
        _("Won"), _("Share won"), _("Share won, from"), _("Share won, to"),
    ]  # fmt: skip
    teams = _teams()
    everybody = [(_("Everybody"), "", Group("", report.everybody))]
    grouped = [
        (str(words.DIMENSIONS[dimension]), words.group(dimension, each.key, teams), each)
        for dimension, groups in report.groups.items()
        for each in groups
    ]
    return head, [[by, name, *_line(each)] for by, name, each in [*everybody, *grouped]]


def _line(group: Group) -> Iterable[Cell]:
    count = group.count
    if count is None:
        return [_("withheld")]
    return [
        count.people,
        *_numbers(count.nominated, count.people, group.nominated),
        *_numbers(count.won, count.people, group.won),
    ]


def _numbers(part: int, of: int, found: Interval | None) -> list[Cell]:
    ends = (found.low, found.high) if found else (None, None)
    shares = (part / of if of else None, *ends)
    return [part, *(None if each is None else Decimal(f"{each:.4f}") for each in shares)]


def _stage_lines(report: Report) -> tuple[list[str], list[list[Cell]]]:
    head = [_("Stage"), _("Cases"), _("Half took at most, in days"), _("Nine of ten, in days")]
    return head, [
        [
            str(label(span.stage)),
            span.cases,
            Decimal(f"{span.median / words.DAY:.2f}"),
            Decimal(f"{span.ninth_tenth / words.DAY:.2f}"),
        ]
        for span in report.spans
    ]
