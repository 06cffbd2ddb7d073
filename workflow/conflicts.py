"""Which relations bar a person from a case: one scale that answers every "may this person"."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from workflow.case import Act, Case
from workflow.refusal import Refused
from workflow.vocabulary import Action, Stage


class Relation(StrEnum):
    """How somebody stands to a case, the nearest first."""

    NOMINATOR = "nominator"
    NOMINEE = "nominee"
    LINE_MANAGER = "line_manager"
    REPORT = "report"
    MANAGER_OF_NOMINATOR = "manager_of_nominator"
    REPORT_OF_NOMINATOR = "report_of_nominator"
    DECLARED = "declared"
    TEAM_MATE = "team_mate"
    CO_NOMINATED = "co_nominated"
    RECIPROCAL = "reciprocal"
    RECUSED = "recused"
    APPEALED_AGAINST = "appealed_against"
    EARLIER_PART = "earlier_part"


# How long a nomination together, or of one by the other, keeps two people from judging each other.
FAVOUR_LASTS = timedelta(days=365)
# The ranking is arithmetic, and one case would keep a member from the whole cycle.
NO_MATTER_AT_TIERING = frozenset({Relation.CO_NOMINATED, Relation.RECIPROCAL})
# An objection, an appeal and a revocation go to people who decided nothing on the case at all.
NEEDS_FRESH_EYES = frozenset({Stage.OBJECTION, Stage.APPEAL, Stage.AWARDED})
OPEN_TO_EVERYBODY = frozenset(
    {
        Action.SUBMIT,
        Action.RESUBMIT,
        Action.WITHDRAW,
        Action.OBJECT,
        Action.APPEAL,
    }
)


def relation(case: Case, person: int) -> Relation | None:
    """The nearest relation that bars this person from judging the case now; None when free."""
    if person == case.nominator:
        return Relation.NOMINATOR
    for bar, people in _bound(case):
        if person in people and not (_is_ranked(case) and bar in NO_MATTER_AT_TIERING):
            return bar
    return Relation.EARLIER_PART if _acted_elsewhere(case, person) else None


def is_bound(case: Case, person: int) -> bool:
    """Whether the person has a side in the case, so that they do not choose its judge either."""
    return relation(case, person) not in (None, Relation.APPEALED_AGAINST, Relation.EARLIER_PART)


def _bound(case: Case) -> tuple[tuple[Relation, frozenset[int]], ...]:
    return (
        (Relation.NOMINEE, case.nominees),
        (Relation.LINE_MANAGER, case.line_managers),
        (Relation.REPORT, case.reports),
        (Relation.MANAGER_OF_NOMINATOR, case.managers_of_nominator),
        (Relation.REPORT_OF_NOMINATOR, case.reports_of_nominator),
        (Relation.DECLARED, case.declared),
        (Relation.TEAM_MATE, case.team_mates),
        (Relation.CO_NOMINATED, case.co_nominated),
        (Relation.RECIPROCAL, case.reciprocal),
        (Relation.RECUSED, case.recused),
        (Relation.APPEALED_AGAINST, case.appealed_against),
    )


def _acted_elsewhere(case: Case, person: int) -> bool:
    # Several objections to one case are one matter: whoever settled the first may settle the next.
    here = {Stage.TIERING, Stage.NOT_PLACED} if _is_ranked(case) else {case.stage}
    elsewhere = case.parts.get(person, frozenset()) - here
    return bool(elsewhere) and (case.stages_are_separate or case.stage in NEEDS_FRESH_EYES)


def _is_ranked(case: Case) -> bool:
    """Also when a free place lets the list be made anew for those who had none."""
    return case.stage in (Stage.TIERING, Stage.NOT_PLACED)


def refusal(case: Case, act: Act) -> Refused | None:
    """Nobody judges a case they are bound to; what is open to every colleague needs no distance."""
    person = act.actor.person
    if person is None or act.action in OPEN_TO_EVERYBODY:
        return None
    bar = relation(case, person)
    return None if bar is None else Refused(f"barred_as_{bar}")
