"""A road as a table of moves, and the one place that drives `transitions`.

`open_moves` (the buttons) and `perform` (the act) evaluate the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from transitions import EventData, Machine, MachineError

from workflow import assignment, conflicts
from workflow.case import Act, Actor, Case
from workflow.refusal import Refused
from workflow.vocabulary import Action, Role, Stage

Rule = Callable[[Case, Act], Refused | None]
Choice = Callable[[Case], bool]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One arrow of a road.

    `when` chooses between moves of the same action and source; `rules` look at the case and
    refuse; `asks` look at the answer given with the act, so the buttons leave them out.
    """

    action: Action
    source: Stage
    dest: Stage
    by: tuple[Role, ...]
    rules: tuple[Rule, ...] = ()
    asks: tuple[Rule, ...] = ()
    when: Choice | None = None
    form: str = "confirm"
    tells: tuple[Role, ...] = ()

    def refusal(self, case: Case, act: Act, *, asking: bool) -> Refused | None:
        """Why this act may not be done now; None when it may."""
        checks: tuple[Rule, ...] = (self._role, conflicts.refusal, self._hands, *self.rules)
        for check in checks + (self.asks if asking else ()):
            refused = check(case, act)
            if refused is not None:
                return refused
        return None

    def obstacles(self, case: Case, act: Act) -> list[Refused]:
        """Everything in the case that stands in the way of the move, not only the first thing."""
        found = (rule(case, act) for rule in self.rules)
        return [refused for refused in found if refused is not None]

    def role_of(self, case: Case, actor: Actor) -> Role | None:
        """In which of the move's roles this actor acts; None where they have none."""
        return next((role for role in self.by if actor.has(role, case)), None)

    def _hands(self, case: Case, act: Act) -> Refused | None:
        """What a duty judges is for the judge whom the case was given to."""
        role = self.role_of(case, act.actor)
        return assignment.held_by_others(case, act) if role and role.duty else None

    def _role(self, case: Case, act: Act) -> Refused | None:
        if self.role_of(case, act.actor) is None:
            return Refused("not_your_part", stage=case.state)
        return None


@dataclass(frozen=True)
class Offer:
    """A move that somebody in the right role sees, with the reason when it is closed to them."""

    move: Move
    refused: Refused | None


@dataclass(frozen=True)
class Pathway:
    """One road: its key stays with a nomination for life, so a changed road is a new key."""

    key: str
    moves: tuple[Move, ...]
    stages: tuple[Stage, ...] = field(default=())

    def moves_from(self, stage: Stage) -> Iterator[Move]:
        return (move for move in self.moves if move.source == stage)

    @property
    def takes_nominations(self) -> bool:
        """Whether a colleague nominates; on a road by numbers the results do."""
        return any(
            move.action is Action.SUBMIT and Role.NOMINATOR in move.by for move in self.moves
        )

    @property
    def vets_the_shortlist(self) -> bool:
        """Whether policy is reviewed after the ranking, for those who have a place in it."""
        return any(
            move.action is Action.PLACE and move.dest is Stage.POLICY_REVIEW for move in self.moves
        )

    @cached_property
    def machine(self) -> Machine:
        """One static machine for every nomination on this road; it never keeps a case."""
        machine = Machine(
            model=None,
            states=[stage.value for stage in Stage],
            initial=Stage.DRAFT.value,
            auto_transitions=False,
            send_event=True,
        )
        for move in self.moves:
            machine.add_transition(
                move.action.value,
                move.source.value,
                move.dest.value,
                conditions=_conditions(move),
            )
        return machine


def _conditions(move: Move) -> list[str | Callable[..., bool | None]]:
    """First whether the move is the one meant, then its guards, which raise: a false is silent."""

    def chosen(event: EventData) -> bool:
        case = cast(Case, event.model)
        return move.when is None or move.when(case)

    def allowed(event: EventData) -> bool:
        case = cast(Case, event.model)
        refused = move.refusal(case, event.kwargs["act"], asking=True)
        if refused is not None:
            raise refused
        event.kwargs["taken"].append(move)
        return True

    return [chosen, allowed]


def open_moves(pathway: Pathway, case: Case, actor: Actor, at: datetime) -> list[Offer]:
    """The moves that this actor's roles give, each with the reason if it is closed to them."""
    offers = []
    for move in pathway.moves_from(case.stage):
        if (move.when is None or move.when(case)) and move.role_of(case, actor):
            act = Act(move.action, actor, at)
            offers.append(Offer(move, move.refusal(case, act, asking=False)))
    return offers


def may_work(case: Case, actor: Actor, at: datetime, stage: Stage, role: Role) -> Refused | None:
    """Why this actor may not do the work that a stage asks before its decision; None: they may."""
    if case.stage is not stage:
        return Refused("not_at_this_stage", stage=case.state)
    if not actor.has(role, case):
        return Refused("not_your_part", stage=case.state)
    act = Act(Action.APPROVE, actor, at)
    return conflicts.refusal(case, act) or assignment.held_by_others(case, act)


def perform(pathway: Pathway, case: Case, act: Act) -> Move:
    """Move the case (its `state` changes) and return the move taken; raises Refused."""
    event: Any = pathway.machine.events.get(act.action.value)
    taken: list[Move] = []
    try:
        moved = event is not None and event.trigger(case, act=act, taken=taken)
    except MachineError:
        moved = False
    if not moved:
        raise Refused("not_at_this_stage", stage=case.state, action=act.action)
    return taken[0]
