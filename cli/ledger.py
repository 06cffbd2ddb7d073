"""Commands for the ledger: recompute everything, or read what stands in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ledger.note import NoteError, Signer
from models import exports, proof
from models import ledger as stored
from operations import checkpoints
from operations.verification import Verification
from words.faults import fault

ledger = AppGroup("ledger", help="The append-only record of every act.")


@ledger.command("verify")
def verify() -> None:
    """Recompute every hash, row and text; say what is wrong and where. Exit code 1 on a fault."""
    verification = Verification(keys=[_signer().verifier])
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


@ledger.command("key")
def key() -> None:
    """Print the public key: whoever checks a checkpoint, a receipt or an export needs it."""
    click.echo(str(_signer().verifier))


@ledger.command("new-key")
@click.argument("name")
def new_key(name: str) -> None:
    """Print a new private key for PLAUDIT_LEDGER_KEY; NAME is the ledger's, without https://."""
    try:
        click.echo(Signer.new(name).secret)
    except NoteError as error:
        raise click.ClickException(f"{error}.") from error


@ledger.command("checkpoint")
def checkpoint() -> None:
    """Sign the ledger as it is now, when it has grown, and print the newest checkpoint."""
    checkpoints.make(_signer(), _data_dir())
    newest = proof.newest()
    if newest is None:
        raise click.ClickException("The ledger is empty: there is nothing to sign.")
    click.echo(newest.text, nl=False)


@ledger.command("export")
@click.argument("file", type=click.File("wb", lazy=False))
def export(file: IO[bytes]) -> None:
    """Write the whole ledger to FILE (- for the terminal), for `python -m ledger verify`."""
    head = stored.head()
    if head is None:
        raise click.ClickException("The ledger is empty.")
    file.writelines(exports.whole(_signer().verifier))
    click.echo(f"{head.size} entries", err=True)


@ledger.command("epoch")
def epoch() -> None:
    """After a restore: say in the ledger that it went on from an older copy, where it did."""
    found = checkpoints.own_up(_signer(), _data_dir())
    if found is None:
        click.echo("The ledger fits the last checkpoint that was signed: there is nothing to say.")
        return
    click.echo(
        f"Entry {found.ledger_seq} says that the ledger went on from {found.size} entries, and "
        f"that the checkpoint over {found.known_size} entries no longer fits."
    )


def _signer() -> Signer:
    found: Signer = current_app.config["LEDGER_SIGNER"]
    return found


def _data_dir() -> Path:
    found: Path = current_app.config["SETTINGS"].data_dir
    return found


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
