"""Commands for files of evidence: hold the store against what names them, sweep the rest."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from adapters.evidence_store import OutOfReach, Store, store_of
from operations import evidence as operations

evidence = AppGroup("evidence", help="Files of evidence.")


@evidence.command("check")
def check() -> None:
    """Read every file that a case or feedback names; say which is lost. Exit code 1 if any."""
    try:
        lost = list(operations.lost(_store()))
        unused = operations.unused(_store())
    except OutOfReach as error:
        raise click.ClickException(
            f"The store of evidence is out of reach: {error.cause}."
        ) from None
    for digest, number in lost:
        click.echo(f"{number}: {digest}")
    click.echo(f"{len(lost)} files are lost or damaged; {len(unused)} are named by nothing")
    if lost:
        raise SystemExit(1)


@evidence.command("sweep")
@click.option("--dry-run", is_flag=True, help="Only list them.")
def sweep(dry_run: bool) -> None:
    """Take away files that nothing names, two days after they were brought in."""
    try:
        if dry_run:
            for digest in operations.unused(_store()):
                click.echo(digest)
            return
        click.echo(f"{operations.sweep(_store())} files were taken away")
    except OutOfReach as error:
        raise click.ClickException(
            f"The store of evidence is out of reach: {error.cause}."
        ) from None


def _store() -> Store:
    return store_of(current_app.config["SETTINGS"])
