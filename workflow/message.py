"""A sentence before it has a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """A message id with its placeholders' values, ready for JSON; `words.py` has the sentence.

    A decimal stands as plain text without trailing zeros, a day as ISO text.
    """

    id: str
    values: Mapping[str, int | str]

    def record(self) -> dict[str, Any]:
        """The message as it is stored."""
        return {"id": self.id, "values": dict(self.values)}


def message(id_: str, **values: int | str | date | Decimal) -> Message:
    """A message with its values made ready for JSON."""
    return Message(id_, {name: _plain(value) for name, value in values.items()})


def plain(number: Decimal) -> str:
    """A decimal as text: one number, one text, whatever its trailing zeros."""
    return format(number.normalize() + 0, "f")


def _plain(value: int | str | date | Decimal) -> int | str:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
