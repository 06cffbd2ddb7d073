"""The command that brings the search up to the ledger, or makes it anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from adapters.folding import folding
from operations import search

archive = AppGroup("archive", help="The open archive.")


@archive.command("index")
@click.option("--anew", is_flag=True, help="Forget what the search holds and make it anew.")
def index(anew: bool) -> None:
    """Bring the search up to the ledger. It can be broken off and started again."""
    if anew:
        search.forget()
    followed = search.follow(folding())
    click.echo(f"{followed} entries followed; the search holds {search.size()} records.")
