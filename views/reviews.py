"""The pages of the two reviews: what the rules say, and what the results come to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from adapters import clock
from forms.decision import ConfirmForm
from models import reviews as stored
from models.nominations import Nomination
from views import cases, loading, rules
from views.casefile import days_left
from views.guards import colleague
from views.performance import reviewed, under_review
from workflow import conflicts
from workflow.conflicts import Relation
from workflow.vocabulary import Duty, Stage

bp = Blueprint("reviews", __name__, url_prefix="/cases")


@bp.get("/<number>/policy")
@colleague
def policy(number: str) -> ResponseReturnValue:
    """Do conduct, attendance and complaints allow it? Each rule with its figures."""
    nomination = loading.nomination_or_404(number)
    return _desk("reviews/policy.html", nomination, Stage.POLICY_REVIEW, _rules)


@bp.get("/<number>/performance")
@colleague
def performance(number: str) -> ResponseReturnValue:
    """How does the accumulated performance compare? The score of each nominee."""
    nomination = loading.nomination_or_404(number)
    return _desk("reviews/performance.html", nomination, Stage.PERFORMANCE_REVIEW, under_review)


def _desk(template: str, nomination: Nomination, stage: Stage, found: Any) -> ResponseReturnValue:
    """The page of a review, for whoever holds the duty; what it found only for who may judge."""
    barred = loading.work_refusal(nomination, stage)
    if barred is not None and barred.message == "not_at_this_stage":
        return _afterwards(template, nomination, stage)
    if barred is not None and barred.message == "not_your_part":
        return redirect(url_for("cases.show", number=nomination.number), code=303)
    return render_template(
        template,
        nomination=nomination,
        barred=barred,
        refused=None,
        over=False,
        form=ConfirmForm(),
        offers={
            offer.move.action.value: offer
            for offer in loading.offers(nomination)
            if offer.move.action in cases.JUDGEMENTS
        },
        days=days_left(nomination.due_at, clock.now()),
        request_key=loading.new_request_key(),
        **({} if barred else found(nomination)),
    )


def _afterwards(template: str, nomination: Nomination, stage: Stage) -> ResponseReturnValue:
    """What the review froze, for those whose duty builds on it and whom no relation bars."""
    relation = conflicts.relation(loading.snapshot(nomination), current_user.id)
    apart = relation in (None, Relation.EARLIER_PART, Relation.APPEALED_AGAINST)
    reads = READERS[stage] & loading.actor(nomination).duties
    found = FROZEN[stage](nomination) if apart and reads else None
    if not found:
        return redirect(url_for("cases.show", number=nomination.number), code=303)
    return render_template(
        template, nomination=nomination, barred=None, refused=None, over=True, form=ConfirmForm(),
        **found,
    )  # fmt: skip


def _frozen_rules(nomination: Nomination) -> dict[str, Any] | None:
    found = rules.frozen(nomination)
    return {"people": rules.by_person(nomination, found)} if found else None


READERS = {
    Stage.POLICY_REVIEW: frozenset({Duty.POLICY_REVIEWER, Duty.ARBITER}),
    Stage.PERFORMANCE_REVIEW: frozenset({Duty.PERFORMANCE_REVIEWER, Duty.COMMITTEE, Duty.ARBITER}),
}
FROZEN = {Stage.POLICY_REVIEW: _frozen_rules, Stage.PERFORMANCE_REVIEW: reviewed}


def _rules(nomination: Nomination) -> dict[str, Any]:
    found = rules.fresh(nomination)
    answerable = {
        rule.proposal.id
        for rule in found
        if rule.proposal and rules.answer_refusal(nomination, rule.proposal) is None
    }
    return {
        "judged": stored.days_of_policy(nomination),
        "people": rules.by_person(nomination, found),
        "answerable": answerable,
    }
