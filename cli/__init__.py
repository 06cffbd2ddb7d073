"""The command-line entrance: `flask --app wsgi ...`."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
