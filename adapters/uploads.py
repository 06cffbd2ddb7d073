"""Files that wait between being looked at and being applied, named by their SHA-256."""

from __future__ import annotations

import re
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from workflow.refusal import Refused

KEPT = 2 * 24 * 60 * 60  # seconds
SHA256 = re.compile(r"[0-9a-f]{64}")


class Uploads:
    """A folder of such files; it is made when the first one comes."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "imports"

    def keep(self, data: bytes) -> str:
        """Keep the file; returns its name. Files that nobody came back to go."""
        name = sha256(data).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as draft:
            draft.write(data)
        Path(draft.name).replace(self._path(name))
        return name

    def read(self, name: str) -> bytes:
        """The file's content; raises Refused when it is no longer kept."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise Refused("import_gone") from None

    def forget(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not SHA256.fullmatch(name):
            raise ValueError(name)
        return self._folder / name
