"""What the commands that bring a file in share: progress, mistakes, outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from operations import imports
from operations.imports import ImportRefused
from words import imports as words
from words.refusals import sentence
from workflow.refusal import Refused

Reading = TypeVar("Reading")
OnRow = Callable[[int, int], None]

EVERY = 500  # rows between two looks of the progress bar

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def bring_in(
    file: Path,
    kind: str,
    options: dict[str, Any],
    read: Callable[[bytes, OnRow], Reading],
    apply: Callable[[int, Reading, OnRow], dict[str, int]],
) -> None:
    """Read the file and apply it; says what was done, or each mistake and exits with 1."""
    data = file.read_bytes()
    import_id = imports.receive(
        kind=kind,
        filename=file.name,
        sha256=hashlib.sha256(data).hexdigest(),
        by_id=None,
        options=options,
    )
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            reading = read(data, _shown(progress, f"{file.name}: read"))
            counts = apply(import_id, reading, _shown(progress, f"{file.name}: stored"))
    except ImportRefused as refused:
        imports.fail(import_id=import_id, mistakes=refused.mistakes)
        for each in refused.mistakes.kept:
            click.echo(words.mistake(**each.record()), err=True)
        raise click.ClickException(words.refused(refused.mistakes.count)) from None
    except Refused as refused:
        imports.stop(import_id=import_id, refused=refused)
        raise click.ClickException(sentence(refused)) from None
    for line in words.outcome(counts):
        click.echo(line)


def _shown(progress: Progress, what: str) -> OnRow:
    """A bar of its own, which looks at every so many rows."""
    task = progress.add_task(what, total=None)

    def on_row(done: int, of: int) -> None:
        if done % EVERY == 0 or done == of:
            progress.update(task, completed=done, total=of)

    return on_row
