"""Commands for the scheme: load its catalogue, let the clock act once."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from operations import catalogue, clockwork, standings

scheme = AppGroup("scheme", help="The recognition scheme.")


@scheme.command("load")
def load() -> None:
    """Load the catalogue of awards, rules and targets into a database without a scheme."""
    if catalogue.load():
        click.echo("The catalogue is loaded.")
    else:
        click.echo("There is a scheme already; nothing was changed.")


@click.command("tick")
@with_appcontext
def tick() -> None:
    """Do once what is due by the clock: close cycles, expire drafts, end public notices."""
    done = clockwork.tick()
    for what, count in vars(done).items():
        click.echo(f"{what}: {count}")
    click.echo(f"standings: {standings.refresh()}")
    if done.failed:
        raise SystemExit(1)
