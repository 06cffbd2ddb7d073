"""The command-line entrance: `flask --app wsgi ...`."""

from __future__ import annotations

import click

from cli import results, scheme, worker

COMMANDS: tuple[click.Command, ...] = (
    results.results,
    scheme.scheme,
    scheme.tick,
    worker.outbox,
    worker.worker,
)
