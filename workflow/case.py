"""What the rules may know of a nomination, its actor and the act: plain values, no tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflow.opinions import Weighed
from workflow.vocabulary import (
    Action,
    Consequence,
    Duty,
    Perception,
    Reason,
    Role,
    RuleResult,
    Stage,
    Verdict,
)


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the duties in force for this award at this moment, or the clock."""

    person: int | None
    duties: frozenset[Duty] = frozenset()

    @property
    def is_clock(self) -> bool:
        return self.person is None

    def has(self, role: Role, case: Case) -> bool:
        """Whether the actor has this role on this case."""
        if role is Role.CLOCK or self.is_clock:
            return role is Role.CLOCK and self.is_clock
        if role is Role.NOMINATOR:
            return self.person == case.nominator
        if role is Role.NOMINEE:
            return self.person in case.nominees
        return role is Role.COLLEAGUE or role.duty in self.duties


CLOCK = Actor(person=None)


@dataclass(frozen=True)
class Act:
    """One thing somebody wants to do with a case, and when (the database's clock)."""

    action: Action
    actor: Actor
    at: datetime
    reason: Reason | None = None
    sentence: str = ""


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as the rules see it: how much shows it, and what the auditor found."""

    evidence: int
    verdict: Verdict | None = None
    position: int | None = None  # its number on the page; None: its place in the row
    is_stated: bool = True


@dataclass(frozen=True)
class ContactFacts:
    """How often the customer was asked, and what came of it so far."""

    attempts: int = 0
    needed: int = 3
    perception: Perception | None = None


@dataclass(frozen=True)
class AwaitedContact:
    """The second contact that a case waits for: from when it is due, and what came of it so far."""

    due_at: datetime
    contact: ContactFacts = ContactFacts()


@dataclass(kw_only=True)
class Case:
    """A snapshot of a nomination inside the deciding transaction.

    `state` is the stage's value: the attribute that the machine moves.
    `parts` maps a person to the stages at which they acted; `appealed_against` holds those whose
    rejection an appeal has overturned.
    """

    state: str
    nominator: int | None
    nominees: frozenset[int] = frozenset()
    line_managers: frozenset[int] = frozenset()  # of a nominee, however far above
    managers_of_nominator: frozenset[int] = frozenset()
    reports: frozenset[int] = frozenset()  # everybody below a nominee
    reports_of_nominator: frozenset[int] = frozenset()  # direct ones: the head of all bars not all
    declared: frozenset[int] = frozenset()  # family, friends and others of a party
    team_mates: frozenset[int] = frozenset()
    co_nominated: frozenset[int] = frozenset()
    reciprocal: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    parts: Mapping[int, frozenset[Stage]] = field(default_factory=dict)
    appealed_against: frozenset[int] = frozenset()
    stages_are_separate: bool = True
    assigns: bool = False
    assigned: frozenset[int] = frozenset()  # in whose hands it is at this stage

    cycle_opens_at: datetime
    cycle_closes_at: datetime
    of_another_role: frozenset[int] = frozenset()  # nominees whose job role cannot win the award
    untold: tuple[str, ...] = ()  # parts of the story that are still empty
    claims: tuple[ClaimFacts, ...] = ()
    opinions: Weighed = field(default_factory=Weighed)
    if_refuted: Consequence = Consequence.RETURN
    if_unverifiable: Consequence = Consequence.CONTINUE
    contact: ContactFacts = ContactFacts()
    awaited: AwaitedContact | None = None  # None: the award does not wait for a second contact
    policy: tuple[RuleResult, ...] = ()
    scores_are_frozen: bool = False
    tier: str | None = None
    notice_ends_at: datetime | None = None
    due_at: datetime | None = None
    open_objections: int = 0
    came_from: Stage | None = None
    rejected_at: Stage | None = None
    appeals: int = 0
    appeal_until: datetime | None = None
    visits: Mapping[Stage, int] = field(default_factory=dict)  # how often it has left each stage

    @property
    def stage(self) -> Stage:
        return Stage(self.state)

    def consequence(self, verdict: Verdict | None) -> Consequence:
        """What this award lets follow from such a verdict on a claim."""
        if verdict is Verdict.REFUTED:
            return self.if_refuted
        return self.if_unverifiable if verdict is Verdict.UNVERIFIABLE else Consequence.CONTINUE
