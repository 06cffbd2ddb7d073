"""The command-line entrance: `flask --app wsgi ...`."""

from __future__ import annotations

import click

from cli import scheme

COMMANDS: tuple[click.Command, ...] = (scheme.scheme, scheme.tick)
