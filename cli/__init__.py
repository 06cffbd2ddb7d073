"""The command-line entrance: `flask --app wsgi ...`."""

from __future__ import annotations

import click

from cli import (
    archive,
    check,
    conduct,
    customers,
    database,
    demo,
    evidence,
    judges,
    ledger,
    people,
    results,
    scheme,
    scores,
    tiers,
    worker,
)

COMMANDS: tuple[click.Command, ...] = (
    archive.archive,
    check.check,
    conduct.conduct,
    customers.customers,
    demo.demo,
    evidence.evidence,
    judges.judges,
    ledger.ledger,
    people.duties,
    people.people,
    results.results,
    scheme.scheme,
    scheme.tick,
    scores.scores,
    tiers.tiers,
    worker.outbox,
    worker.worker,
)

for command in COMMANDS:
    database.tell_of_it(command)
