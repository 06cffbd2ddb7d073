"""An export: the whole ledger in one file, a line an entry, to be checked without the product.

First a line of JSON: the file's version, whose ledger it is, its size, its root and its key. Then,
for each entry, its number, its leaf hash in hex and its bytes, with a tab between them. The bytes
are left out where the reader is not to see them; the hash stands for them in every check.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from ledger.examination import Head, StoredEntry
from ledger.merkle import HASH_SIZE

VERSION = 1
NAME = "plaudit_export"
LONGEST = 1 << 24  # octets of one line: what is longer is none of ours


class ExportError(ValueError):
    """The file is no export; `line` is where, from 1."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(f"line {line}: {detail}")
        self.line = line


@dataclass(frozen=True)
class Export:
    """What stands at the head of the file."""

    origin: str
    head: Head
    key: str  # the public key of the ledger, as the file itself says

    def line(self) -> bytes:
        told = {
            NAME: VERSION,
            "origin": self.origin,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "key": self.key,
        }
        return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def write(export: Export, entries: Iterable[StoredEntry]) -> Iterator[bytes]:
    """The file, line by line."""
    yield export.line()
    for entry in entries:
        yield b"%d\t%s\t%s\n" % (entry.seq, entry.leaf_hash.hex().encode(), entry.data or b"")


def read(file: IO[bytes]) -> tuple[Export, Iterator[StoredEntry]]:
    """What the file says of itself, and its entries as they are read; raises ExportError."""
    return _head(_line(file, 1)), _entries(file)


def _head(line: bytes) -> Export:
    try:
        told: Any = json.loads(line)
        if told[NAME] != VERSION:
            raise ExportError(1, f"an export of version {told[NAME]}, which is not known here")
        size, root = told["size"], bytes.fromhex(told["root"])
        origin, key = told["origin"], told["key"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, ExportError):
            raise
        raise ExportError(1, "this is no export of a ledger") from error
    if type(size) is not int or size < 0 or len(root) != HASH_SIZE:
        raise ExportError(1, "its size or its root is none")
    if not isinstance(origin, str) or not isinstance(key, str):
        raise ExportError(1, "it does not say whose ledger it is")
    return Export(origin, Head(size, root), key)


def _entries(file: IO[bytes]) -> Iterator[StoredEntry]:
    number = 1
    while line := _line(file, number := number + 1):
        seq, first, rest = line.partition(b"\t")
        leaf, second, data = rest.partition(b"\t")
        if not (first and second and seq.isdigit() and len(seq) < 19 and line.endswith(b"\n")):
            raise ExportError(number, "no entry, or one that is cut off")
        try:
            hashed = bytes.fromhex(leaf.decode("ascii"))
        except ValueError as error:
            raise ExportError(number, "no hash in its second column") from error
        yield StoredEntry(int(seq), data[:-1] or None, hashed)


def _line(file: IO[bytes], number: int) -> bytes:
    line = file.readline(LONGEST)
    if len(line) == LONGEST:
        raise ExportError(number, "longer than any entry")
    return line
