"""The command-line entrance: `flask --app wsgi ...`."""

from __future__ import annotations

import click

from cli import check, conduct, demo, ledger, people, results, scheme, worker

COMMANDS: tuple[click.Command, ...] = (
    check.check,
    conduct.conduct,
    demo.demo,
    ledger.ledger,
    people.duties,
    people.people,
    results.results,
    scheme.scheme,
    scheme.tick,
    worker.outbox,
    worker.worker,
)
