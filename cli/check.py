"""The command that holds the stored data against what must always be true of it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from adapters.evidence_store import store_of
from models import invariants
from operations import evidence


@click.command("check")
@click.option("--files", is_flag=True, help="Read every file of evidence, too.")
@with_appcontext
def check(files: bool) -> None:
    """Test every invariant of the stored data; say what is wrong and where. Exit code 1 if any."""
    wrong = 0
    for invariant in invariants.INVARIANTS:
        breaches = invariants.breaches(invariant)
        click.echo(f"{'WRONG' if breaches else 'OK   '}  {invariants.promise(invariant)}")
        for breach in breaches:
            click.echo(f"       {breach.where}")
        wrong += bool(breaches)
    click.echo(f"{len(invariants.INVARIANTS)} invariants, {wrong} broken")
    if files:
        lost = list(evidence.lost(store_of(current_app.config["SETTINGS"])))
        click.echo(f"{'WRONG' if lost else 'OK   '}  every file of evidence is what was handed in")
        for digest, number in lost:
            click.echo(f"       {number}: {digest}")
        wrong += bool(lost)
    if wrong:
        raise SystemExit(1)
