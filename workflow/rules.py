"""Guards: each looks at the case and the act and returns None, or the reason to refuse."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.case import Act, Case, ClaimFacts
from workflow.refusal import Refused
from workflow.text import shows_nothing
from workflow.vocabulary import Consequence, Perception, RuleResult, Stage, Verdict

SENTENCE_AT_LEAST = 10


def cycle_is_open(case: Case, act: Act) -> Refused | None:
    """A cycle is half-open: its closing instant is already outside."""
    if act.at < case.cycle_opens_at:
        return Refused("cycle_not_open_yet", opens=case.cycle_opens_at)
    if act.at >= case.cycle_closes_at:
        return Refused("cycle_closed", closed=case.cycle_closes_at)
    return None


def cycle_is_closed(case: Case, act: Act) -> Refused | None:
    if act.at < case.cycle_closes_at:
        return Refused("cycle_still_open", closes=case.cycle_closes_at)
    return None


def has_a_nominee(case: Case, act: Act) -> Refused | None:
    return None if case.nominees else Refused("no_nominee")


def nominator_is_not_a_nominee(case: Case, act: Act) -> Refused | None:
    return Refused("own_nomination") if case.nominator in case.nominees else None


def nominees_can_win_it(case: Case, act: Act) -> Refused | None:
    return Refused("nominee_of_another_role") if case.of_another_role else None


def story_is_told(case: Case, act: Act) -> Refused | None:
    return Refused(f"untold_{case.untold[0]}") if case.untold else None


def has_claims(case: Case, act: Act) -> Refused | None:
    return None if case.claims else Refused("no_claim")


def every_claim_is_stated(case: Case, act: Act) -> Refused | None:
    for position, claim in _numbered(case):
        if not claim.is_stated:
            return Refused("claim_without_words", claim=position)
    return None


def every_claim_has_evidence(case: Case, act: Act) -> Refused | None:
    for position, claim in _numbered(case):
        if not claim.evidence:
            return Refused("claim_without_evidence", claim=position)
    return None


def every_claim_has_a_finding(case: Case, act: Act) -> Refused | None:
    for position, claim in _numbered(case):
        if claim.verdict is None:
            return Refused("claim_still_open", claim=position)
    return None


def opinions_are_in(case: Case, act: Act) -> Refused | None:
    """Where an award asks for two auditors, both have judged; where they differ, a third has."""
    if not case.opinions.missing:
        return None
    if case.opinions.split:
        return Refused("opinion_of_a_third_missing", claim=min(case.opinions.split))
    return Refused("opinions_missing", left=case.opinions.missing)


def decides_on_an_opinion_of_their_own(case: Case, act: Act) -> Refused | None:
    if case.opinions.needed == 1 or act.actor.person in case.opinions.by:
        return None
    return Refused("gave_no_opinion")


def no_claim_stops_it(case: Case, act: Act) -> Refused | None:
    """What was refuted or cannot be verified is left out, or it stops the case: the award says."""
    return _stopped_by(case, Consequence.REJECT) or _stopped_by(case, Consequence.RETURN)


def no_claim_demands_rejection(case: Case, act: Act) -> Refused | None:
    return _stopped_by(case, Consequence.REJECT)


def some_claim_is_confirmed(case: Case, act: Act) -> Refused | None:
    confirmed = any(claim.verdict is Verdict.CONFIRMED for claim in case.claims)
    return None if confirmed else Refused("no_claim_confirmed")


def customer_was_asked(case: Case, act: Act) -> Refused | None:
    """An answer settles it; so do enough attempts without one."""
    if case.contact.perception is None:
        left = max(case.contact.needed - case.contact.attempts, 1)
        return Refused("customer_not_asked_enough", left=left)
    return None


def customer_did_not_disagree(case: Case, act: Act) -> Refused | None:
    disagreed = case.contact.perception is Perception.NOT_PERCEIVED
    return Refused("customer_disagreed") if disagreed else None


def second_contact_is_done(case: Case, act: Act) -> Refused | None:
    """Where the award waits for it: an answer settles it, and so do enough attempts without one."""
    if case.awaited is None or case.awaited.contact.perception is not None:
        return None
    if act.at < case.awaited.due_at:
        return Refused("second_contact_not_due", due=case.awaited.due_at)
    left = case.awaited.contact.needed - case.awaited.contact.attempts
    return Refused("second_contact_open", left=max(left, 1))


def effect_has_lasted(case: Case, act: Act) -> Refused | None:
    lost = case.awaited and case.awaited.contact.perception is Perception.NOT_PERCEIVED
    return Refused("effect_did_not_last") if lost else None


def no_policy_rule_failed(case: Case, act: Act) -> Refused | None:
    failed = sum(result is RuleResult.FAIL for result in case.policy)
    return Refused("policy_rule_failed", failed=failed) if failed else None


def scores_are_frozen(case: Case, act: Act) -> Refused | None:
    """At the close, or a little later where the last days' results are still awaited."""
    return None if case.scores_are_frozen else Refused("scores_not_frozen")


def has_a_tier(case: Case, act: Act) -> Refused | None:
    return None if case.tier else Refused("no_tier")


def has_no_tier(case: Case, act: Act) -> Refused | None:
    return Refused("has_a_tier") if case.tier else None


def notice_is_running(case: Case, act: Act) -> Refused | None:
    """An objection stops the notice: it is not over, however long the objection takes."""
    if case.stage is Stage.OBJECTION:
        return None
    if case.notice_ends_at is not None and act.at >= case.notice_ends_at:
        return Refused("notice_is_over", ended=case.notice_ends_at)
    return None


def is_not_a_party(case: Case, act: Act) -> Refused | None:
    party = act.actor.person in {case.nominator, *case.nominees}
    return Refused("parties_do_not_object") if party else None


def objects_for_the_first_time(case: Case, act: Act) -> Refused | None:
    """One objection each: nobody keeps a notice from ending by raising it again and again."""
    stages = case.parts.get(act.actor.person or 0, frozenset())
    return Refused("objected_already") if Stage.PUBLIC_NOTICE in stages else None


def notice_is_over(case: Case, act: Act) -> Refused | None:
    if case.notice_ends_at is None or act.at < case.notice_ends_at:
        return Refused("notice_still_running", ends=case.notice_ends_at)
    return None


def due_date_has_passed(case: Case, act: Act) -> Refused | None:
    if case.due_at is None or act.at < case.due_at:
        return Refused("not_due_yet", due=case.due_at)
    return None


def not_appealed_before(case: Case, act: Act) -> Refused | None:
    return Refused("appealed_once_already") if case.appeals else None


def appeal_is_in_time(case: Case, act: Act) -> Refused | None:
    if case.appeal_until is not None and act.at >= case.appeal_until:
        return Refused("appeal_too_late", until=case.appeal_until)
    return None


def reason_is_given(case: Case, act: Act) -> Refused | None:
    """A coded reason and a sentence go with every return, rejection and revocation."""
    if act.reason is None:
        return Refused("reason_missing")
    return sentence_is_given(case, act)


def sentence_is_given(case: Case, act: Act) -> Refused | None:
    try:
        sentence_in(act.sentence)
    except Refused as refused:
        return refused
    return None


def sentence_in(text: str) -> str:
    """What is said, without blanks around it; raises Refused where it is less than a sentence."""
    said = text.strip()
    if len(said) < SENTENCE_AT_LEAST or shows_nothing(said):
        raise Refused("sentence_missing", least=SENTENCE_AT_LEAST)
    return said


def _stopped_by(case: Case, consequence: Consequence) -> Refused | None:
    only = "_for_good" if consequence is Consequence.REJECT else ""
    for position, claim in _numbered(case):
        if claim.verdict is not None and case.consequence(claim.verdict) is consequence:
            return Refused(f"claim_{claim.verdict}{only}", claim=position)
    return None


def _numbered(case: Case) -> Iterator[tuple[int, ClaimFacts]]:
    """The claims with the numbers that people see: a withdrawn claim leaves a gap."""
    for place, claim in enumerate(case.claims, start=1):
        yield claim.position or place, claim
