"""The results commands, with a call log that nobody here wrote."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.ledger import head
from models.people import Person
from models.results import Import

LOG = Path(__file__).parents[3] / "shared" / "data" / "call-centre-2021q1.xlsx"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

pytestmark = pytest.mark.both_databases
needs_log = pytest.mark.skipif(not LOG.exists(), reason=f"{LOG.name} is not beside the project")

Figures = dict[tuple[str, str, str], float]


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["results", *words])


def import_log(app: Flask, *options: str) -> Result:
    return run(app, "import", str(LOG), "--mapping", "call-log", *options)


def shown(app: Flask, *options: str) -> Figures:
    result = run(app, "show", "--by", "month", "--format", "csv", *options)
    assert result.exit_code == 0, result.output
    lines = list(csv.reader(io.StringIO(result.stdout)))
    assert lines[0] == ["name", "month", "metric", "value"]
    return {(name, month, metric): float(value) for name, month, metric, value in lines[1:]}


def cells(path: Path) -> list[dict[str, str]]:
    """The sheet as raw text by column letter, read by nothing but zip and XML."""
    with zipfile.ZipFile(path) as archive:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        found = {}
        for cell in row.iter(f"{SHEET}c"):
            value = cell.find(f"{SHEET}v")
            if value is not None and value.text is not None:
                text = strings[int(value.text)] if cell.get("t") == "s" else value.text
                found[cell.get("r", "").rstrip("0123456789")] = text
        rows.append(found)
    return rows


def computed(path: Path) -> Figures:
    """The eight metrics per agent and month, by plain counting."""
    months: defaultdict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for call in cells(path)[1:]:
        months[call["B"], call["C"][:7]].append(call)
    figures: Figures = {}
    for (agent, month), calls in months.items():
        answered = [call for call in calls if call["F"] == "Y"]
        resolved = [call for call in calls if call["G"] == "Y"]
        speeds = [float(call["H"]) for call in calls if "H" in call]
        talks = [round(float(call["I"]) * 24 * 60 * 60) for call in calls if "I" in call]
        marks = [float(call["J"]) for call in calls if "J" in call]
        for metric, value in {
            "calls_offered": len(calls),
            "calls_answered": len(answered),
            "answer_rate": len(answered) / len(calls),
            "calls_resolved": len(resolved),
            "resolution_rate": len(resolved) / len(answered),
            "speed_of_answer_s": sum(speeds) / len(speeds),
            "talk_time_s": sum(talks) / len(talks),
            "satisfaction": sum(marks) / len(marks),
        }.items():
            figures[agent, month, metric] = value
    return figures


@needs_log
def test_the_call_log_gives_what_plain_counting_gives(app: Flask) -> None:
    result = import_log(app, "--create-people")
    assert result.exit_code == 0, result.output
    assert "8 new employees" in result.stdout
    expected = computed(LOG)
    assert len(expected) == 8 * 3 * 8
    assert shown(app) == expected


@needs_log
def test_importing_the_call_log_again_changes_nothing_and_says_so(app: Flask) -> None:
    import_log(app, "--create-people")
    before = shown(app)
    with app.app_context():
        ledger = head()
        assert ledger is not None
        size = ledger.size
    result = import_log(app, "--create-people")
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing changed:")
    assert shown(app) == before
    with app.app_context():
        assert ledger is not None
        assert db.session.scalar(select(func.count()).select_from(Person)) == 8
        again = head()
        assert again is not None
        assert again.size == size


@needs_log
def test_agents_who_are_not_there_keep_the_call_log_out(app: Flask) -> None:
    result = import_log(app)
    assert result.exit_code == 1
    assert "Row 2, column B (Agent): “Diane” was found" in result.stderr
    assert shown(app) == {}
    with app.app_context():
        assert db.session.scalars(select(Import.state)).all() == ["failed"]


def test_figures_are_shown_by_day_quarter_and_year(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    lines = ["=Diane,2026-01-05,calls_offered,10", "=Diane,2026-03-05,calls_offered,2.5"]
    file.write_text("\n".join(["employee,date,metric,value", *lines]), encoding="utf-8")
    assert run(app, "import", str(file), "--mapping", "rows", "--create-people").exit_code == 0
    for period, keys in {
        "day": ["2026-01-05", "2026-03-05"],
        "month": ["2026-01", "2026-03"],
        "quarter": ["2026-Q1"],
        "year": ["2026"],
    }.items():
        rows = json.loads(run(app, "show", "--by", period, "--format", "json").stdout)
        assert [row[period] for row in rows] == keys
        assert sum(float(row["value"]) for row in rows) == 12.5
    # A spreadsheet must not run a name.
    assert "'=Diane,2026-Q1" in run(app, "show", "--by", "quarter", "--format", "csv").stdout
    assert "=Diane" in run(app, "show").stdout


def test_a_file_of_another_shape_is_refused_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run(app, "import", str(file), "--mapping", "rows")
    assert result.exit_code == 1
    assert "The file lacks the column employee, date, metric, value." in result.stderr
