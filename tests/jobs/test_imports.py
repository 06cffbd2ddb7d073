"""A long file that the worker applies: its page sees how far it is, and the worker stays alive."""

from __future__ import annotations

import pytest
from flask import Flask

from adapters.uploads import Uploads
from jobs import imports as worker
from models.base import db
from models.results import Import
from operations import imports, results
from tests.builders import make_person

ROWS = 2_000


@pytest.mark.both_databases
def test_while_a_long_file_is_applied_its_progress_shows_and_the_worker_gives_signs_of_life(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "EVERY", 0)
    make_person("Diane")
    days = (f"Diane,{1900 + n // 300}-{n % 300 // 25 + 1:02}-{n % 25 + 1:02}" for n in range(ROWS))
    data = "\n".join(["employee,date,metric,value", *(f"{day},errors,1" for day in days)]).encode()
    uploads = Uploads(context.config["SETTINGS"].data_dir)
    import_id = imports.receive(
        kind=results.KIND,
        filename="long.csv",
        sha256=uploads.keep(data),
        by_id=None,
        options={"mapping": "rows"},
        state=imports.WAITING,
        rows=ROWS,
    )
    seen: list[tuple[str, int]] = []

    def beat() -> None:
        row = db.session.get_one(Import, import_id)
        seen.append((row.state, row.done))

    worker.apply_waiting(uploads, context.config["SEALER"], beat)
    assert seen == [(imports.WAITING, done) for done in (500, 1000, 1500, 2000)]
    row = db.session.get_one(Import, import_id)
    assert (row.state, row.done) == (imports.APPLIED, ROWS)
