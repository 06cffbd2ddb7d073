"""Hypothesis strategies for what a ledger may hold."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from ledger.canonical import MAX_INT
from ledger.entry import Entry, instant
from ledger.examination import StoredEntry

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def texts() -> st.SearchStrategy[str]:
    """NFC text without NUL or surrogates."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(characters, max_size=8).map(lambda text: normalize("NFC", text))


def values() -> st.SearchStrategy[Any]:
    """Anything with a canonical form."""
    leaves = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | texts()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=8,
    )


def bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Mappings with a version."""
    return st.dictionaries(texts(), values(), max_size=4).map(lambda body: {**body, "v": 1})


def stored_entry(seq: int, at: datetime, body: dict[str, Any] | None = None) -> StoredEntry:
    """A sound row."""
    data, leaf = Entry(seq, instant(at), "decision", body or {"case": f"P-{seq}"}).seal()
    return StoredEntry(seq, data, leaf)


def stored_entries(size: int) -> list[StoredEntry]:
    """A sound ledger, one entry a minute."""
    return [stored_entry(seq, START + timedelta(minutes=seq)) for seq in range(1, size + 1)]
