"""The words that a record stands under in the index: of its text, of its title, and its filters.

A word of letters holds no underscore: what begins with one was never typed by anybody.
"""

from __future__ import annotations

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
    own = filters(record.kind, record.award, record.cycle, record.outcome)
    teams = {word for team in record.teams for word in filters(team=team)}
    return own | teams | grams(rest) | {IN_TITLE + gram for gram in grams(title)}


def filters(
    kind: PublicKind | None = None,
    award: str | None = None,
    cycle: str | None = None,
    outcome: str | None = None,
    team: int | None = None,
) -> set[str]:
    """The words of these filters; keys are written so that nothing in them divides a word."""
    given = {"k": kind, "a": award, "c": cycle, "o": outcome, "m": team}
    return {f"_{of}{str(value).encode().hex()}" for of, value in given.items() if value is not None}
