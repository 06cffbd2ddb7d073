"""Commands for who judges."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from operations import routing

judges = AppGroup("judges", help="Who judges which case.")


@judges.command("balance")
def balance() -> None:
    """Even out who holds how many cases; what somebody has begun stays with them."""
    moved = routing.balance(by_id=None)
    click.echo(f"Cases that changed hands: {moved}.")
