"""Commands for results: bring a file in, show what is there."""

from __future__ import annotations

import csv
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from cli.imports import bring_in, file_argument
from models import results as stored
from models.results import Figure
from operations import results as operations
from workflow.call_log import CALL_METRICS
from workflow.metrics import METRICS, Kind, Measure

results = AppGroup("results", help="Daily results.")

Line = tuple[str, str, str, str]


@results.command("import")
@file_argument
@click.option("--mapping", required=True, help="rows, call-log, or the name of a saved mapping.")
@click.option("--create-people", is_flag=True, help="Make the employees that are not there yet.")
@click.option("--reason", default="", help="Why, where the file corrects figures that are there.")
def import_file(file: Path, mapping: str, create_people: bool, reason: str) -> None:
    """Bring the figures of FILE (CSV or XLSX) in: all of them, or none."""
    bring_in(
        file,
        operations.KIND,
        {"mapping": mapping, "create_people": create_people, "reason": reason},
        lambda data, on_row: operations.read(data, file.name, mapping, on_row),
        lambda import_id, reading, on_row: operations.apply(
            import_id=import_id, reading=reading, on_row=on_row
        ),
    )


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


PERIODS: dict[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": _quarter,
    "year": lambda day: f"{day:%Y}",
}


@results.command("show")
@click.option("--by", "period", type=click.Choice(list(PERIODS)), default="month")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    type=click.Choice(list(METRICS)),
    default=CALL_METRICS,
    help="One or more; those of a call log by default.",
)
def show(period: str, form: str, metrics: tuple[str, ...]) -> None:
    """Print each person's figures of each period; a mean is over its events, not its days."""
    PRINTERS[form]((("name", period, "metric", "value")), _lines(period, metrics))


def _lines(period: str, metrics: tuple[str, ...]) -> Iterator[Line]:
    figures = stored.by_day(metrics) if period == "day" else stored.by_month(metrics)
    named = PERIODS[period]
    # The figures come by person and day, so one person's one period stands together.
    for (_, key), group in itertools.groupby(figures, lambda one: (one[0].id, named(one[1]))):
        yield from _added_up(key, group)


def _added_up(key: str, figures: Iterable[Figure]) -> Iterator[Line]:
    sums: dict[str, Measure] = {}
    name = ""
    for person, _, metric, measure in figures:
        name = person.name
        sums[metric] = sums[metric] + measure if metric in sums else measure
    for metric in sorted(sums):
        value = exact(sums[metric])
        if value is not None:
            yield name, key, metric, value


def exact(measure: Measure) -> str | None:
    """The figure in full: the shortest text of the number that a computer divides it to."""
    if measure.kind is Kind.SUM or measure.denominator is None:
        return format(measure.numerator.normalize(), "f")
    if not measure.denominator:
        return None
    quotient = float(measure.numerator) / float(measure.denominator)
    return format(Decimal(repr(quotient)).normalize(), "f")


def _csv(header: Line, lines: Iterable[Line]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows((_harmless(name), *rest) for name, *rest in lines)


def _harmless(text: str) -> str:
    """A spreadsheet must take a name for text, never for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _json(header: Line, lines: Iterable[Line]) -> None:
    click.echo(
        json.dumps([dict(zip(header, line, strict=True)) for line in lines], ensure_ascii=False)
    )


def _table(header: Line, lines: Iterable[Line]) -> None:
    table = Table(*header)
    for line in lines:
        table.add_row(*line)
    Console().print(table)


PRINTERS: dict[str, Callable[[Line, Iterable[Line]], None]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
}
