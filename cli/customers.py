"""Commands for the directory of customers: bring it in, seal it anew."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from adapters.customers_file import Reading
from adapters.sealing import Sealer, Unsealable
from cli.imports import OnRow, bring_in, file_argument
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


def _sealer() -> Sealer:
    found: Sealer = current_app.config["SEALER"]
    return found
