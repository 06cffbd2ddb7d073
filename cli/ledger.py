"""Commands for the ledger: recompute everything, or read what stands in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models import ledger as stored
from operations.verification import Verification
from words.faults import fault

ledger = AppGroup("ledger", help="The append-only record of every act.")


@ledger.command("verify")
def verify() -> None:
    """Recompute every hash, row and text; say what is wrong and where. Exit code 1 on a fault."""
    verification = Verification()
    verification.begin()
    faults = 0
    with _shown(verification):
        for found in verification.faults():
            faults += 1
            click.echo(fault(found))
    click.echo(f"entries: {verification.size}")
    for kind, count in sorted(verification.rows.items()):
        click.echo(f"  {kind}: {count}")
    click.echo(f"texts: {verification.wordings}")
    click.echo(f"root: {verification.root.hex()}")
    click.echo(f"faults: {faults}")
    if faults:
        raise SystemExit(1)


@ledger.command("show")
@click.option("--case", "number", metavar="NUMBER", help="Only the entries about this case.")
def show(number: str | None) -> None:
    """Print the entries, oldest first: number, instant, kind, and the bytes that are hashed."""
    printed = 0
    for entry in stored.entries(number):
        click.echo(f"{entry.seq}\t{entry.at:%Y-%m-%dT%H:%M:%SZ}\t{entry.kind}\t{_text(entry)}")
        printed += 1
    if number and not printed:
        raise click.ClickException(f"The ledger has no entry about case {number}.")


def _text(entry: stored.LedgerEntry) -> str:
    return entry.data.decode(errors="replace")


@contextmanager
def _shown(verification: Verification) -> Iterator[None]:
    """A bar for whoever sits at a terminal; nothing for a log."""
    if not sys.stderr.isatty():
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        bar = progress.add_task("Verifying", total=verification.steps)
        verification.on_step = lambda steps: progress.update(bar, advance=steps)
        yield
