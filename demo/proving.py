"""How the demo's ledger is signed week by week, and who outside the house keeps what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from demo.calendar import Calendar
from demo.cast import DUTIES
from ledger.note import Signer
from operations import checkpoints, witnesses
from workflow.vocabulary import Duty, WitnessWay

Instants = Iterator[datetime]
WITNESS = "ledger-witness@heming-union.example"
NAMED = 3  # days ago
LAST = timedelta(hours=2)  # before now


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    return [_signed(calendar), _witnessed(calendar, ids)]


def _signed(calendar: Calendar) -> Instants:
    signer: Signer = current_app.config["LEDGER_SIGNER"]
    data_dir: Path = current_app.config["SETTINGS"].data_dir
    for at in (*calendar.mondays(), calendar.now - LAST):
        yield at
        checkpoints.make(signer, data_dir)


def _witnessed(calendar: Calendar, ids: dict[str, int]) -> Instants:
    yield calendar.ago(NAMED)
    administrator = ids[DUTIES[Duty.ADMINISTRATOR][0]]
    witnesses.name(by_id=administrator, way=WitnessWay.MAILBOX, place=WITNESS)
