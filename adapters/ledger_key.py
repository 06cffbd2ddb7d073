"""The key that checkpoints are signed with, and the last checkpoint as it lies beside the database.

Both lie in the data folder: a restored database does not bring an older copy of them along.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from config import Settings
from ledger.checkpoint import Checkpoint
from ledger.note import Signer

KEY, LAST = "ledger-key", "last-checkpoint"


def signer_of(settings: Settings) -> Signer:
    """The key of the settings; else the one in the data folder, made when there is none."""
    given = settings.ledger_key.get_secret_value()
    if given:
        return Signer.read(given)
    path = settings.data_dir / KEY
    if not path.exists():
        _put(path, Signer.new(_origin(settings.base_url)).secret, replace=False)
    return Signer.read(path.read_text())


def keep(data_dir: Path, note: str) -> None:
    """Remember the newest checkpoint outside the database."""
    _put(data_dir / LAST, note, replace=True)


def kept(data_dir: Path) -> str | None:
    """The checkpoint that was remembered last, if it still reads as one."""
    with suppress(OSError, ValueError):
        note = (data_dir / LAST).read_text()
        Checkpoint.read(note)
        return note
    return None


def _origin(base_url: str) -> str:
    """The ledger's name: the address without its scheme, as the specification advises."""
    address = urlsplit(base_url)
    return f"{address.netloc}{address.path}/archive"


def _put(path: Path, text: str, *, replace: bool) -> None:
    """Whole or not at all, for nobody else to read; without `replace` the first one stays."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    try:
        if replace:
            draft.replace(path)
        else:
            with suppress(FileExistsError):
                os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
