"""Three months of daily results, invented with a fixed seed: some do better than others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from sqlalchemy import select

from demo.calendar import Calendar
from models.base import db
from models.people import Person
from models.results import Result
from operations import conduct, imports, results
from workflow.deadlines import SATURDAY
from workflow.vocabulary import Cadence, JobRole

Figure = tuple[str, float, int | None]  # metric, value, events it is the mean of
HEADER = ("employee", "date", "metric", "value", "events")
CONDUCT = Path(__file__).parent / "conduct.csv"
SEED = 2026
CORRECTED, COUNTED_LATE = ("E1043", "emails_per_day"), 6
WHY_CORRECTED = "郵件系統當天晚間漏計六封回信，經資訊組核對後補正。"

# Who is known for what; everybody else lies between 0.94 and 1.08 of the target.
TALENT = {
    "E1017": 1.12, "E1018": 1.09, "E1020": 1.15, "E1023": 1.05, "E1025": 1.13, "E1026": 1.02,
    "E1029": 1.10, "E1031": 1.07, "E1033": 1.14, "E1034": 1.06, "E1037": 1.08, "E1041": 1.16,
    "E1042": 1.04, "E1043": 1.11, "E1046": 1.13, "E1048": 1.22, "E1049": 1.14, "E1050": 1.05,
    "E1051": 1.10, "E1056": 1.15, "E1057": 1.03, "E1059": 1.12, "E1021": 0.86, "E1028": 0.90,
    "E1058": 1.21,
}  # fmt: skip


def bring_in(first: date, last: date) -> None:
    """Import the days from the first to the last, as somebody would every month."""
    data = _file(first, last)
    filename = f"results-{first}.csv"
    reading = results.read(data, filename, "rows")
    import_id = _receive("results", filename, data, {"mapping": "rows"})
    results.apply(import_id=import_id, reading=reading)


def correct(calendar: Calendar) -> None:
    """One day's figure of the last settled month was wrong: the right one comes with its reason."""
    period, (number, metric) = calendar.cycle(Cadence.MONTHLY, -1), CORRECTED
    wrong = db.session.scalars(
        select(Result)
        .join(Result.person)
        .where(Person.employee_number == number, Result.metric == metric)
        .where(Result.day >= calendar.day(period.opens_at))
        .order_by(Result.day)
        .limit(1)
    ).one()
    text = io.StringIO()
    row = (number, wrong.day, metric, wrong.numerator + COUNTED_LATE, 1)
    csv.writer(text).writerows((HEADER, row))
    data, filename = text.getvalue().encode(), f"correction-{wrong.day}.csv"
    import_id = _receive("results", filename, data, {"mapping": "rows", "reason": WHY_CORRECTED})
    results.apply(import_id=import_id, reading=results.read(data, filename, "rows"))


def bring_in_conduct(calendar: Calendar, first: date, last: date) -> None:
    """Import the conduct records of these days: complaints, absences and the like."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("employee", "date", "kind", "upheld", "reference"))
    with CONDUCT.open() as file:
        for told in csv.DictReader(file):
            quarterly = told["cycle"].startswith("Q")
            cadence = Cadence.QUARTERLY if quarterly else Cadence.MONTHLY
            back = int(told["cycle"].removeprefix("Q"))
            at = calendar.in_cycle(cadence, back, int(told["day"]))
            if first <= (day := calendar.day(at)) <= last:
                who, what = told["employee"], told["kind"]
                rows.writerow((who, day, what, told["upheld"], told["reference"]))
    data = text.getvalue().encode()
    import_id = _receive(conduct.KIND, f"conduct-{first}.csv", data, {})
    conduct.apply(import_id=import_id, reading=conduct.read(data, "conduct.csv"))


def _receive(kind: str, filename: str, data: bytes, options: dict[str, str]) -> int:
    return imports.receive(
        kind=kind,
        filename=filename,
        sha256=sha256(data).hexdigest(),
        by_id=None,
        options=options,
    )


def _file(first: date, last: date) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for person in db.session.scalars(select(Person).order_by(Person.employee_number)):
        for day in _days(first, last):
            if person.works_on(day) and person.job_role in MAKERS:
                chance = Random(f"{SEED} {person.employee_number} {day}")  # noqa: S311  # no secret
                if chance.random() < 0.05:  # a day off
                    continue
                talent = TALENT.get(person.employee_number, _talent(person.employee_number))
                for metric, value, events in MAKERS[person.job_role](talent, chance):
                    rows.writerow(
                        (person.employee_number, day, metric, f"{value:.6f}", events or "")
                    )
    return text.getvalue().encode()


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if day.weekday() < SATURDAY:
            yield day
        day += timedelta(days=1)


def _talent(number: str) -> float:
    return Random(f"{SEED} {number}").uniform(0.94, 1.08)  # noqa: S311


def _share(talent: float, target: float, chance: Random) -> float:
    return min(target * talent * chance.uniform(0.95, 1.05), 1)


def _typing(talent: float, target: int, chance: Random) -> Figure:
    return "typing_speed", target * talent * chance.uniform(0.96, 1.06), 1


def _slips(metric: str, talent: float, chance: Random) -> Figure:
    return metric, float(chance.random() > 0.93 + talent / 20), None


def _inbound(talent: float, chance: Random) -> Iterator[Figure]:
    offered = round(52 * talent * chance.uniform(0.85, 1.15))
    answered = min(offered, round(offered * _share(talent, 0.9, chance)))
    resolved = min(answered, round(answered * _share(talent, 0.82, chance)))
    yield _typing(talent, 60, chance)
    yield "productivity", _share(talent, 0.75, chance), 8
    yield _slips("errors", talent, chance)
    yield _slips("complaints", talent, chance)
    yield "calls_offered", offered, None
    yield "calls_answered", answered, None
    yield "calls_resolved", resolved, None
    yield "answer_rate", answered / offered, offered
    yield "resolution_rate", resolved / answered, answered
    yield "speed_of_answer_s", 24 / talent * chance.uniform(0.8, 1.3), answered
    yield "talk_time_s", 224 / talent * chance.uniform(0.9, 1.1), answered
    yield "satisfaction", min(5, 4.2 * talent * chance.uniform(0.95, 1.05)), answered // 3


def _email(talent: float, chance: Random) -> Iterator[Figure]:
    yield _typing(talent, 70, chance)
    yield "productivity", _share(talent, 0.8, chance), 8
    yield "emails_per_day", round(80 * talent * chance.uniform(0.9, 1.1)), 1
    yield "error_rate", 0.0009 / talent * chance.uniform(0.6, 1.4), 80
    yield _slips("complaints", talent, chance)


def _data_entry(talent: float, chance: Random) -> Iterator[Figure]:
    yield _typing(talent, 70, chance)
    yield "productivity", _share(talent, 0.8, chance), 8
    yield "documents_per_day", round(300 * talent * chance.uniform(0.9, 1.1)), 1
    yield "error_rate", 0.0009 / talent * chance.uniform(0.6, 1.4), 300
    yield _slips("complaints", talent, chance)


def _quality_monitor(talent: float, chance: Random) -> Iterator[Figure]:
    yield _typing(talent, 70, chance)
    yield "productivity", _share(talent, 0.8, chance), 8
    yield "forms_inspected_per_day", round(800 * talent * chance.uniform(0.92, 1.08)), 1
    yield "filed_correctly", _share(talent, 0.97, chance), 40
    yield _slips("errors", talent, chance)
    yield _slips("complaints", talent, chance)
    yield "inspection_pass_rate", _share(talent, 0.96, chance), 60


def _outbound(talent: float, chance: Random) -> Iterator[Figure]:
    yield _typing(talent, 60, chance)
    yield from _team_leader(talent, chance)
    yield "meeting_attendance", float(chance.random() < talent), 1


def _team_leader(talent: float, chance: Random) -> Iterator[Figure]:
    yield "productivity", _share(talent, 0.9, chance), 8
    yield "confirmation_rate", _share(talent, 0.4, chance), 60
    yield _slips("errors", talent, chance)
    yield _slips("complaints", talent, chance)


MAKERS = {
    JobRole.INBOUND: _inbound,
    JobRole.EMAIL: _email,
    JobRole.DATA_ENTRY: _data_entry,
    JobRole.QUALITY_MONITOR: _quality_monitor,
    JobRole.OUTBOUND: _outbound,
    JobRole.TEAM_LEADER: _team_leader,
}
