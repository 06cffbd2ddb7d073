"""One ledger entry and its bytes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.canonical import CanonicalError, canonical, parse
from ledger.merkle import leaf_hash

VERSION = 1
FIELDS = {"v", "seq", "at", "kind", "body"}
KIND = re.compile(r"[a-z][a-z0-9_.]*")


class EntryError(ValueError):
    """The entry or its bytes are not well formed."""


def instant(at: datetime) -> str:
    """An aware datetime as the ledger writes it: UTC, microseconds, Z. Sorts as text."""
    if at.tzinfo is None:
        raise EntryError("an instant needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Entry:
    """What happened: `seq` from 1, `at` as `instant` writes it, `kind` a word, `body` its facts."""

    seq: int
    at: str
    kind: str
    body: Mapping[str, object]

    def __post_init__(self) -> None:
        if self.seq < 1:
            raise EntryError("seq counts from 1")
        if not _is_instant(self.at):
            raise EntryError("at must be a UTC instant with microseconds and Z")
        if not KIND.fullmatch(self.kind):
            raise EntryError("kind must be a word in lower case")

    def seal(self) -> tuple[bytes, bytes]:
        """The entry's canonical bytes and their leaf hash; raises CanonicalError for the body."""
        data = canonical(
            {"v": VERSION, "seq": self.seq, "at": self.at, "kind": self.kind, "body": self.body}
        )
        return data, leaf_hash(data)


def read(data: bytes) -> Entry:
    """The entry that these bytes hold; raises EntryError when they hold none."""
    try:
        fields = parse(data)
    except CanonicalError as error:
        raise EntryError(str(error)) from error
    if fields.keys() != FIELDS or fields["v"] != VERSION:
        raise EntryError(f"not an entry of version {VERSION}")
    seq, at, kind, body = fields["seq"], fields["at"], fields["kind"], fields["body"]
    if isinstance(seq, bool) or not isinstance(seq, int):
        raise EntryError("seq must be an integer")
    if not isinstance(at, str) or not isinstance(kind, str) or not isinstance(body, dict):
        raise EntryError("at and kind must be text, body an object")
    return Entry(seq, at, kind, body)


def _is_instant(text: str) -> bool:
    try:
        return instant(datetime.fromisoformat(text)) == text
    except ValueError:
        return False
