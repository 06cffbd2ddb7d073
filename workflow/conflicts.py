"""Which relations bar a person from a case: one scale that answers every "may this person"."""

from __future__ import annotations

from enum import StrEnum

from workflow.case import Act, Case
from workflow.refusal import Refused
from workflow.vocabulary import Action, Stage


class Relation(StrEnum):
    """How somebody stands to a case, the nearest first."""

    NOMINATOR = "nominator"
    NOMINEE = "nominee"
    LINE_MANAGER = "line_manager"
    TEAM_MATE = "team_mate"
    APPEALED_AGAINST = "appealed_against"
    EARLIER_PART = "earlier_part"


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
    if person in case.nominees:
        return Relation.NOMINEE
    if person in case.line_managers:
        return Relation.LINE_MANAGER
    if person in case.team_mates:
        return Relation.TEAM_MATE
    if person in case.appealed_against:
        return Relation.APPEALED_AGAINST
    return Relation.EARLIER_PART if _acted_elsewhere(case, person) else None


def _acted_elsewhere(case: Case, person: int) -> bool:
    # Several objections to one case are one matter: whoever settled the first may settle the next.
    elsewhere = case.parts.get(person, frozenset()) - {case.stage}
    return bool(elsewhere) and (case.stages_are_separate or case.stage in NEEDS_FRESH_EYES)


def refusal(case: Case, act: Act) -> Refused | None:
    """Nobody judges a case they are bound to; what is open to every colleague needs no distance."""
    person = act.actor.person
    if person is None or act.action in OPEN_TO_EVERYBODY:
        return None
    bar = relation(case, person)
    return None if bar is None else Refused(f"barred_as_{bar}")
