"""Who nominates whom: rings, pairs that always meet, and how many of them chance would make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import comb
from random import Random

SHUFFLES = 200
OFTEN = 3  # times that one nominates the same other before it is worth a look


@dataclass(frozen=True)
class Nominated:
    """One person put forward by another; `team` is the nominee's."""

    by: int
    who: int
    team: str


@dataclass(frozen=True)
class Rings:
    """People who put each other forward, beside what chance would give.

    `expected` is the mean number of pairs when every nominator names as often as they did and the
    same people of each team are named as often as they were, but who names whom is drawn by lot;
    `as_many` is the share of such lots that gave at least as many pairs as there are.
    """

    pairs: tuple[tuple[int, int], ...]
    threes: tuple[tuple[int, int, int], ...]
    expected: float
    as_many: float


@dataclass(frozen=True)
class Pair:
    """One who names the same other again and again.

    `chance`: how likely somebody with so many nominations in a team of that size names any one
    colleague there so often, choosing among them evenly.
    """

    by: int
    who: int
    times: int
    of: int
    chance: float


def rings(nominations: Collection[Nominated], seed: int = 0) -> Rings:
    """Pairs and threes who put each other forward in a circle; one seed gives the same lots."""
    edges = {(each.by, each.who) for each in nominations if each.by != each.who}
    pairs = _mutual(edges)
    drawn = [len(_mutual(lot)) for lot in _lots(nominations, Random(seed))]  # noqa: S311
    return Rings(
        tuple(sorted(pairs)),
        tuple(sorted(_threes(edges))),
        sum(drawn) / len(drawn),
        sum(count >= len(pairs) for count in drawn) / len(drawn),
    )


def repeated(nominations: Collection[Nominated], sizes: Mapping[str, int]) -> list[Pair]:
    """The pairs that met OFTEN or more, the least likely first; `sizes` counts each team."""
    together = Counter((each.by, each.who, each.team) for each in nominations)
    made = Counter((each.by, each.team) for each in nominations)
    found = [
        Pair(by, who, times, made[by, team], _any_of(sizes.get(team, 2), made[by, team], times))
        for (by, who, team), times in together.items()
        if times >= OFTEN
    ]
    return sorted(found, key=lambda pair: (pair.chance, -pair.times, pair.by, pair.who))


def _any_of(size: int, made: int, times: int) -> float:
    """That any one of the team's others is named so often, by Boole's inequality at most."""
    others = max(size - 1, 1)
    each = sum(
        comb(made, k) * (1 / others) ** k * (1 - 1 / others) ** (made - k)
        for k in range(times, made + 1)
    )
    return min(others * each, 1.0)


def _mutual(edges: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    known = set(edges)
    return {(a, b) for a, b in known if a < b and (b, a) in known}


def _threes(edges: Collection[tuple[int, int]]) -> set[tuple[int, int, int]]:
    """a names b, b names c, c names a: each ring once, from its lowest member."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for by, who in edges:
        named[by].add(who)
    return {
        (a, b, c)
        for a in list(named)
        for b in named[a]
        for c in named.get(b, ())
        if a < b and a < c and b != c and a in named.get(c, ())
    }


def _lots(nominations: Iterable[Nominated], random: Random) -> Iterable[set[tuple[int, int]]]:
    within: defaultdict[str, list[Nominated]] = defaultdict(list)
    for each in nominations:
        within[each.team].append(each)
    for _ in range(SHUFFLES):
        edges = set()
        for team in sorted(within):
            named = [each.who for each in within[team]]
            random.shuffle(named)
            edges |= {
                (each.by, who)
                for each, who in zip(within[team], named, strict=True)
                if each.by != who
            }
        yield edges
