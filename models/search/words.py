"""The words that a record stands under in the index: of its text, of its title, and its filters.

A word of letters holds no underscore: what begins with one was never typed by anybody.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2s
from itertools import combinations
from typing import Protocol

from workflow.grams import Folding, fold, grams
from workflow.publication import PublicKind

IN_TITLE = "_t"


class Indexed(Protocol):
    """A record, as read or about to be written."""

    @property
    def kind(self) -> PublicKind: ...
    @property
    def award(self) -> str | None: ...
    @property
    def cycle(self) -> str | None: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def teams(self) -> list[int]: ...
    @property
    def title(self) -> str: ...
    @property
    def called(self) -> str: ...
    @property
    def text(self) -> str: ...


def words_of(record: Indexed, folding: Folding) -> set[str]:
    """Everything that the record is found by."""
    title = fold(record.title, folding)
    rest = fold(f"{title}\n{record.called}\n{record.text}", folding)
    return _filtered(record) | grams(rest) | {IN_TITLE + gram for gram in grams(title)}


def filters(
    kind: PublicKind | None = None,
    award: str | None = None,
    cycle: str | None = None,
    outcome: str | None = None,
    team: int | None = None,
) -> set[str]:
    """The one word that these filters make together: none without any."""
    given = {"k": kind, "a": award, "c": cycle, "o": outcome, "m": team}
    chosen = tuple((of, value) for of, value in given.items() if value is not None)
    return {_together(chosen)} if chosen else set()


def _filtered(record: Indexed) -> set[str]:
    """A word for each choice of filters that the record passes: however many, one word is asked."""
    given = {"k": record.kind, "a": record.award, "c": record.cycle, "o": record.outcome}
    own = [(of, value) for of, value in given.items() if value is not None]
    choices = [each for count in range(len(own) + 1) for each in combinations(own, count)]
    teams = [(("m", team),) for team in record.teams]
    return {_together((*each, *team)) for each in choices for team in [(), *teams] if each or team}


@lru_cache(maxsize=4096)
def _together(chosen: tuple[tuple[str, object], ...]) -> str:
    """Short, and nothing in it divides a word, whatever the keys are."""
    written = "".join(f"{of}{str(value).encode().hex()}_" for of, value in chosen)
    return "_f" + blake2s(written.encode(), digest_size=8).hexdigest()
