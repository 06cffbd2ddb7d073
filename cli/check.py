"""The command that holds the stored data against what must always be true of it."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from models import invariants


@click.command("check")
@with_appcontext
def check() -> None:
    """Test every invariant of the stored data; say what is wrong and where. Exit code 1 if any."""
    wrong = 0
    for invariant in invariants.INVARIANTS:
        breaches = invariants.breaches(invariant)
        click.echo(f"{'WRONG' if breaches else 'OK   '}  {invariants.promise(invariant)}")
        for breach in breaches:
            click.echo(f"       {breach.where}")
        wrong += bool(breaches)
    click.echo(f"{len(invariants.INVARIANTS)} invariants, {wrong} broken")
    if wrong:
        raise SystemExit(1)
