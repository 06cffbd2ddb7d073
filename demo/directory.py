"""The customers of the demo, brought in as a file that keeps each of them for so many days."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from flask import current_app

from adapters.sealing import Sealer
from demo.calendar import Calendar
from operations import directory, imports

CUSTOMERS = Path(__file__).parent / "customers.csv"


def bring_in(calendar: Calendar) -> None:
    """Import the directory; `days` count from the present day, so that one of them is over."""
    today = calendar.day(calendar.now)
    with CUSTOMERS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["keep_until"] = (today + timedelta(days=int(row.pop("days")))).isoformat()
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    data, filename = text.getvalue().encode(), "customers.csv"
    import_id = imports.receive(
        kind=directory.KIND,
        filename=filename,
        sha256=sha256(data).hexdigest(),
        by_id=None,
        options={},
    )
    reading = directory.read(data, filename)
    directory.apply(import_id=import_id, reading=reading, sealer=sealer())


def sealer() -> Sealer:
    found: Sealer = current_app.config["SEALER"]
    return found
