"""Commands for the directory of customers: bring it in, seal it anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from adapters import clock
from adapters.customers_file import Reading
from adapters.sealing import Sealer, Unsealable
from cli.imports import OnRow, bring_in, file_argument
from models import retention
from models.base import db
from models.customers import Customer, to_purge
from models.nominations import Nomination
from models.scheme import day_at
from operations import directory as operations
from operations import resealing
from words.refusals import sentence
from workflow.refusal import Refused

customers = AppGroup("customers", help="The directory of customers, whose details are sealed.")


@customers.command("import")
@file_argument
def import_file(file: Path) -> None:
    """Bring the customers of FILE (CSV or XLSX) in: all of them, or none."""
    sealer = _sealer()

    def apply(import_id: int, reading: Reading, on_row: OnRow) -> dict[str, int]:
        return operations.apply(import_id=import_id, reading=reading, sealer=sealer)

    bring_in(
        file,
        operations.KIND,
        {},
        lambda data, on_row: operations.read(data, file.name, on_row),
        apply,
    )


@customers.command("reseal")
def reseal() -> None:
    """Seal everything with the first of PLAUDIT_CUSTOMER_KEYS, so that the others can go."""
    try:
        done = sum(anew for anew, _of in resealing.reseal(_sealer()))
    except Unsealable:
        raise click.ClickException(sentence(Refused("customer_key_missing"))) from None
    click.echo(f"{done} rows are sealed anew. The first key alone opens everything now.")


@customers.command("due")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; today without it.")
def due(on: datetime | None) -> None:
    """Show what the clock would erase: whose data, which contacts' words; never what they say."""
    day = on.date() if on else day_at(clock.now())
    for number, end in db.session.execute(
        to_purge(day).with_only_columns(Customer.number, Customer.keep_until)
    ):
        click.echo(f"customer {number}, kept until {end}")
    for attempt in db.session.scalars(retention.words_to_purge(day)):
        case, end = attempt.nomination.number, retention.kept_until(attempt)
        click.echo(f"words of the contact of {day_at(attempt.at)} on {case}, kept until {end}")
    for sheet in db.session.scalars(retention.sheets_to_purge(day)):
        case = db.session.get_one(Nomination, sheet.nomination_id).number
        click.echo(f"an unrecorded worksheet of {day_at(sheet.at)} on {case}")


def _sealer() -> Sealer:
    found: Sealer = current_app.config["SEALER"]
    return found
