"""Who is given which case: the least loaded judge who may, and loads evened out.

Nothing here depends on luck: the same cases and judges give the same answer again.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from workflow.case import Act, Case
from workflow.refusal import Refused
from workflow.vocabulary import Stage

Fit = Callable[[int, int], int]  # how well a judge fits a case


@dataclass(frozen=True)
class Judge:
    """Somebody who may judge a case: how much they hold, and how well the case suits them.

    `load` counts the cases in their hands, `lately` those given to them in the last weeks.
    """

    person: int
    load: int
    lately: int = 0
    fit: int = 0


def fit(*, for_this_award: bool, speaks_it: bool) -> int:
    """A duty granted for this very award counts more than reading the case's language."""
    return 2 * for_this_award + speaks_it


def choose(judges: Iterable[Judge], seats: int = 1, *, first: Container[int] = ()) -> list[int]:
    """Who gets a case, one for each seat; fewer where not so many may judge it.

    Those named `first` (a substitute, the judge who had it before) come before all others. Then
    count the fewest cases in hand, the better fit, the fewest lately, the longest in the house.
    """

    def order(judge: Judge) -> tuple[bool, int, int, int, int]:
        last = judge.person not in first
        return (last, judge.load, -judge.fit, judge.lately, judge.person)

    return [judge.person for judge in sorted(judges, key=order)[:seats]]


def seats(case: Case) -> int:
    """How many judges the case's stage asks for; a third when two auditors differ."""
    if case.stage is not Stage.INTERNAL_AUDIT:
        return 1
    return case.opinions.needed + bool(case.opinions.split)


def vacant(case: Case) -> int:
    """How many judges the case still lacks.

    Once the opinions are settled only those who gave one can decide: it lacks one of them, or none.
    """
    if _is_settled(case):
        return int(not case.assigned & case.opinions.by)
    return max(0, seats(case) - len(case.assigned))


def can_do_nothing(case: Case, person: int) -> bool:
    """Whether the opinions were settled without theirs: there is nothing left for them to judge."""
    return _is_settled(case) and person not in case.opinions.by


def _is_settled(case: Case) -> bool:
    return case.stage is Stage.INTERNAL_AUDIT and case.opinions.are_settled


def held_by_others(case: Case, act: Act) -> Refused | None:
    """Where an award assigns its cases, only those who hold one judge it, once all are there."""
    person = act.actor.person
    if not case.assigns or person is None or person in case.assigned:
        return None
    if vacant(case) or len(case.assigned) < seats(case):
        return None
    return Refused("held_by_another_judge", stage=case.state)


def balance(
    eligible: Mapping[int, Iterable[int]],
    held: Mapping[int, int],
    present: Iterable[int] = (),
    fits: Fit = lambda case, person: 0,
) -> dict[int, int]:
    """Every case with somebody who may judge it, to one of them, so evenly that no other way of
    sharing leaves the most loaded with fewer or the least loaded with more.

    `held` is who has which case now: few change hands. `present` names judges who may have none.
    """
    may = {case: sorted(people) for case, people in sorted(eligible.items()) if people}
    desks = _Desks(may, {*present, *(person for people in may.values() for person in people)}, fits)
    for case, people in may.items():
        holder = held.get(case)
        if holder in people:
            desks.give(case, holder)
    for case, people in may.items():
        if case not in desks.holder:
            desks.give(case, min(people, key=lambda who: (desks.load[who], -fits(case, who), who)))
    while desks.lighten():
        pass
    return dict(sorted(desks.holder.items()))


class _Desks:
    """Who holds what while it is being shared out."""

    def __init__(self, may: Mapping[int, list[int]], people: set[int], fits: Fit) -> None:
        self.may, self.fits = may, fits
        self.holder: dict[int, int] = {}
        self.load = Counter(dict.fromkeys(sorted(people), 0))
        # passable[a][b]: cases of a that b may judge as well
        self.passable: defaultdict[int, defaultdict[int, set[int]]] = defaultdict(
            lambda: defaultdict(set)
        )

    def give(self, case: int, person: int) -> None:
        before = self.holder.get(case)
        if before is not None:
            self.load[before] -= 1
            for other in self.may[case]:
                self.passable[before][other].discard(case)
        self.holder[case] = person
        self.load[person] += 1
        for other in self.may[case]:
            if other != person:
                self.passable[person][other].add(case)

    def lighten(self) -> bool:
        """Pass cases on along one chain that ends at a desk lighter by two or more.

        While there is such a chain the sharing is not the most even one; once there is none it is.
        """
        for person in sorted(self.load, key=lambda who: (-self.load[who], who)):
            chain = self._chain(person)
            if chain:
                for giver, taker in pairwise(chain):
                    self.give(self._best(giver, taker), taker)
                return True
        return False

    def _chain(self, start: int) -> list[int] | None:
        """The shortest way from this desk to one that is lighter by two or more."""
        came_from: dict[int, int] = {start: start}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if self.load[here] <= self.load[start] - 2:
                return _back(came_from, here)
            for other in sorted(who for who, cases in self.passable[here].items() if cases):
                if other not in came_from:
                    came_from[other] = here
                    waiting.append(other)
        return None

    def _best(self, giver: int, taker: int) -> int:
        """The case that suits the taker best beside the giver; of equals the oldest."""
        cases = self.passable[giver][taker]
        return min(cases, key=lambda case: (self.fits(case, giver) - self.fits(case, taker), case))


def _back(came_from: Mapping[int, int], end: int) -> list[int]:
    chain = [end]
    while came_from[chain[-1]] != chain[-1]:
        chain.append(came_from[chain[-1]])
    return chain[::-1]
