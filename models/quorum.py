"""How far a committee is with a ranking: who has approved it, and how many are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.approvals import TierApproval, approvals_of
from models.casework import snapshot
from models.people import Person
from models.tierlists import Proposal
from workflow import conflicts
from workflow.vocabulary import Duty


@dataclass(frozen=True)
class Quorum:
    """`given` count: same ranking, by members who may approve it still. `void` count no more."""

    needed: int
    given: tuple[TierApproval, ...] = ()
    void: tuple[TierApproval, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.given), 0)

    def has(self, person: Person) -> bool:
        """Whether this person has approved already."""
        return any(approval.by_id == person.id for approval in self.given)


def quorum_of(proposal: Proposal, at: datetime) -> Quorum:
    """Where the approval of the cycle's present ranking stands."""
    award = proposal.cycle.award
    approvals = approvals_of(proposal.cycle, proposal.round)
    if not approvals:
        return Quorum(award.quorum)
    cases = [snapshot(nomination) for nomination in proposal.cases.values()]
    given: list[TierApproval] = []
    void: list[TierApproval] = []
    for approval in approvals:
        counts = (
            approval.input_hash == proposal.input_hash
            and Duty.COMMITTEE in approval.by.duties(at, award.id)
            and all(conflicts.relation(case, approval.by_id) is None for case in cases)
        )
        (given if counts else void).append(approval)
    return Quorum(award.quorum, tuple(given), tuple(void))
