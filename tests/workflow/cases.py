"""A case in good order, for tests of the rules to spoil."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from workflow.case import Act, Actor, Case, ClaimFacts, ContactFacts
from workflow.vocabulary import Action, Duty, Perception, RuleResult, Verdict

AT = datetime(2026, 10, 20, 9, tzinfo=UTC)


def a_case(**changes: Any) -> Case:
    """Person 1 nominated person 2; everything that the audits ask is answered well."""
    facts: dict[str, Any] = {
        "state": "draft",
        "nominator": 1,
        "nominees": frozenset({2}),
        "cycle_opens_at": datetime(2026, 10, 1, tzinfo=UTC),
        "cycle_closes_at": datetime(2027, 1, 1, tzinfo=UTC),
        "claims": (ClaimFacts(1, Verdict.CONFIRMED), ClaimFacts(2, Verdict.UNVERIFIABLE)),
        "contact": ContactFacts(1, 3, Perception.PERCEIVED),
        "policy": (RuleResult.PASS, RuleResult.WAIVED),
        "scores_are_frozen": True,
    }
    return Case(**(facts | changes))


def an_actor(person: int, *duties: Duty) -> Actor:
    return Actor(person, frozenset(duties))


def an_act(action: Action, actor: Actor, at: datetime = AT) -> Act:
    return Act(action, actor, at)
