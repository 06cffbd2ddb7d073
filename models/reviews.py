"""What the policy rules and the KPI scheme say of a case's nominees, read afresh."""

from __future__ import annotations

from models.nominations import Nomination
from workflow.vocabulary import RuleResult


def policy_results(nomination: Nomination) -> tuple[RuleResult, ...]:
    """One outcome for each rule and nominee, at the policy review only."""
    return ()
