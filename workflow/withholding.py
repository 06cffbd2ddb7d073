"""Groups that are counted, and which of them must be withheld so that nobody stands alone.

Nothing here knows a person: a `Cell` counts those who share team, role, shift, tenure and gender.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

EVERYBODY = ("", "")
DIMENSIONS = ("team", "role", "shift", "tenure", "gender")
PRIME = 2**61 - 1

Key = tuple[str, str]  # dimension, group


@dataclass(frozen=True)
class Count:
    """How many people a group has, and how many of them were nominated, and won."""

    people: int
    nominated: int
    won: int

    def __add__(self, other: Count) -> Count:
        return Count(
            self.people + other.people, self.nominated + other.nominated, self.won + other.won
        )


@dataclass(frozen=True)
class Cell:
    """Everybody who shares a group in each dimension."""

    groups: tuple[str, ...]  # in the order of DIMENSIONS
    count: Count

    @property
    def keys(self) -> tuple[Key, ...]:
        return (EVERYBODY, *zip(DIMENSIONS, self.groups, strict=True))


def groups(cells: Iterable[Cell]) -> dict[Key, Count]:
    """The count of every group of every dimension, and of everybody."""
    found: dict[Key, Count] = {}
    for cell in cells:
        for key in cell.keys:
            found[key] = found.get(key, Count(0, 0, 0)) + cell.count
    return found


def withheld(cells: Collection[Cell], least: int) -> frozenset[Key]:
    """The groups whose figures are not told, so that those of fewer than `least` people are not.

    A group is withheld when it is small, when its figures tell of each of its people (all of them
    nominated, some in vain), or when a small group could be computed from it and others that are
    told: by subtraction within a dimension, between two that overlap, or by any combination.
    """
    counts = groups(cells)
    if not counts or _tells(counts[EVERYBODY], least):
        return frozenset(counts)
    hidden = {key for key, count in counts.items() if _tells(count, least)}
    while True:
        more = set(_neighbours(counts, hidden, least)) or _exposing(cells, counts, hidden, least)
        if not more:
            return frozenset(hidden)
        hidden |= more


def _tells(count: Count, least: int) -> bool:
    """Whether the figures of such a group tell of single people."""
    return count.people < least or count.won < count.nominated == count.people


def _neighbours(counts: Mapping[Key, Count], hidden: set[Key], least: int) -> Iterator[Key]:
    """In each dimension, the smallest groups to withhold until what is left over tells nothing."""
    for dimension in DIMENSIONS:
        mine = [key for key in counts if key[0] == dimension]
        out = [key for key in mine if key in hidden]
        rest = sorted((key for key in mine if key not in hidden), key=_size(counts))
        left = sum((counts[key] for key in out), Count(0, 0, 0))
        while out and rest and _tells(left, least):
            key = rest.pop(0)
            out.append(key)
            left += counts[key]
            yield key


def _exposing(
    cells: Collection[Cell], counts: Mapping[Key, Count], hidden: set[Key], least: int
) -> set[Key]:
    """One told group with which, and others that are told, a small one can be computed."""
    told = [key for key in counts if key not in hidden]
    inner = [key for key in told if key != EVERYBODY]
    if not inner:
        return set()
    for key, other in _nested(cells, set(told), counts, least):
        return {min((each for each in (key, other) if each != EVERYBODY), key=_size(counts))}
    for within in _computable(cells, told, hidden, least):
        parts = [key for key in within if key != EVERYBODY]
        return {min(parts or inner, key=_size(counts))}
    return set()


def _nested(
    cells: Iterable[Cell], told: set[Key], counts: Mapping[Key, Count], least: int
) -> Iterator[tuple[Key, Key]]:
    """Pairs of told groups of which one holds the other and few people more."""
    both: Counter[tuple[Key, Key]] = Counter()
    for cell in cells:
        mine = sorted(told.intersection(cell.keys))
        for nth, key in enumerate(mine):
            for other in mine[nth + 1 :]:
                both[key, other] += cell.count.people
    for (key, other), common in sorted(both.items()):
        sizes = counts[key].people, counts[other].people
        if common == min(sizes) and 0 < max(sizes) - common < least:
            yield key, other


def _computable(
    cells: Collection[Cell], told: Sequence[Key], hidden: Collection[Key], least: int
) -> Iterator[frozenset[Key]]:
    """Told groups around a small one whose figures follow from theirs, whatever way they combine.

    Told figures are sums over sets of people. Another set can be computed exactly when its
    indicator is in the span of theirs: the sum of the reduced rows whose pivots it holds.
    """
    parts: dict[frozenset[Key], Counter[Key]] = {}  # what no told group parts, and who is in it
    for cell in cells:
        inside = parts.setdefault(frozenset(cell.keys).intersection(told), Counter())
        inside.update(dict.fromkeys(cell.keys, cell.count.people))
    atoms = sorted(parts, key=sorted)
    rows = [{nth: 1 for nth, atom in enumerate(atoms) if key in atom} for key in told]
    reduced = _reduced(rows)
    for row in reduced.values():
        if len(row) == 1 and parts[atoms[min(row)]][EVERYBODY] < least:
            yield atoms[min(row)]
    for key in hidden:
        mine = {nth: 1 for nth, atom in enumerate(atoms) if parts[atom][key]}
        whole = all(parts[atoms[nth]][key] == parts[atoms[nth]][EVERYBODY] for nth in mine)
        small = sum(parts[atoms[nth]][key] for nth in mine) < least
        if small and whole and _spans(reduced, mine):
            yield frozenset(each for nth in mine for each in atoms[nth])


def _spans(reduced: Mapping[int, Mapping[int, int]], wanted: Mapping[int, int]) -> bool:
    """Whether the vector is a combination of the rows."""
    left = dict(wanted)
    for pivot, row in reduced.items():
        _subtract(left, row, left.get(pivot, 0))
    return not left


def _reduced(rows: Iterable[Mapping[int, int]]) -> dict[int, dict[int, int]]:
    """Reduced row echelon form modulo a large prime: pivot -> row, rows as column -> entry."""
    done: dict[int, dict[int, int]] = {}
    for given in rows:
        row = dict(given)
        for pivot, other in done.items():
            _subtract(row, other, row.get(pivot, 0))
        if not row:
            continue
        pivot = min(row)
        inverse = pow(row[pivot], -1, PRIME)
        row = {column: entry * inverse % PRIME for column, entry in row.items()}
        for other in done.values():
            _subtract(other, row, other.get(pivot, 0))
        done[pivot] = row
    return done


def _subtract(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    if not times:
        return
    for column, entry in other.items():
        value = (row.get(column, 0) - times * entry) % PRIME
        if value:
            row[column] = value
        else:
            row.pop(column, None)


def _size(counts: Mapping[Key, Count]) -> Any:
    return lambda key: (counts[key].people, key)
