"""The command for conduct records."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from cli.imports import bring_in, file_argument
from operations import conduct as operations

conduct = AppGroup("conduct", help="Complaints, breaches, quality faults, absences.")


@conduct.command("import")
@file_argument
def import_file(file: Path) -> None:
    """Bring the conduct records of FILE (CSV or XLSX) in: all of them, or none."""
    bring_in(
        file,
        operations.KIND,
        {},
        lambda data, on_row: operations.read(data, file.name, on_row),
        lambda import_id, reading, on_row: operations.apply(import_id=import_id, reading=reading),
    )
