"""The pages of the two reviews: what the rules say, and what the results come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.decision import ConfirmForm
from forms.fields import add_error
from forms.reviews import WaiverForm
from models import reviews as stored
from models.decisions import Waiver, latest_scores
from models.nominations import Nomination
from models.people import Person
from models.reviews import RuleReading
from operations import reviews as operations
from views import cases, loading, scorecard
from views.casefile import days_left
from views.guards import colleague
from words.explanations import explain
from words.refusals import sentence
from workflow import conflicts
from workflow.conflicts import Relation
from workflow.refusal import Refused
from workflow.vocabulary import Duty, RuleResult, Stage

bp = Blueprint("reviews", __name__, url_prefix="/cases")


@dataclass(frozen=True)
class Rule:
    """One rule and what it says of one nominee, in the reader's words."""

    person: Person
    key: str
    names: dict[str, str]
    result: RuleResult
    figures: str
    waiver: str | None = None


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
    return _desk("reviews/performance.html", nomination, Stage.PERFORMANCE_REVIEW, _scores)


@bp.route("/<number>/policy/<rule_key>/<int:nominee_id>", methods=["GET", "POST"])
@colleague
def waive(number: str, rule_key: str, nominee_id: int) -> ResponseReturnValue:
    """Set a failed rule aside for one nominee, with the reason."""
    nomination = loading.nomination_or_404(number)
    barred = loading.work_refusal(nomination, Stage.POLICY_REVIEW)
    if barred is not None and request.method == "GET":
        return redirect(url_for("reviews.policy", number=number), code=303)
    form, refused = WaiverForm(), None
    if request.method == "POST" and (form.validate() or barred is not None):
        try:
            operations.waive(
                person_id=current_user.id,
                number=number,
                rule_key=rule_key,
                nominee_id=nominee_id,
                reason=form.sentence.data or "",
                request=loading.sent_request(),
            )
        except Refused as said:
            refused = said
            if refused.message == "sentence_missing":
                add_error(form.sentence, sentence(refused))
        else:
            flash(_("The rule is waived for this case."), "success")
            return redirect(url_for("reviews.policy", number=number), code=303)
        nomination = loading.nomination_or_404(number)
    rule = None if barred else _rule_or_404(nomination, rule_key, nominee_id)
    page = render_template(
        "reviews/waive.html",
        nomination=nomination,
        rule=rule,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


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
    outcomes = stored.frozen_outcomes(nomination)
    names = stored.rule_names()
    waivers = {(one.person_id, one.rule_key): one for one in stored.waivers_of(nomination)}
    rules = [
        Rule(
            outcome.person,
            outcome.rule_key,
            names.get(outcome.rule_key, {"en": outcome.rule_key}),
            outcome.result,
            explain({"id": outcome.code, "values": outcome.figures}),
            _reason(waivers.get((outcome.person_id, outcome.rule_key))),
        )
        for outcome in outcomes
    ]
    return {"people": _by_person(nomination, rules)} if rules else None


def _frozen_scores(nomination: Nomination) -> dict[str, Any] | None:
    cards = [scorecard.frozen(row) for row in latest_scores(nomination)]
    return {"cards": cards, "mean": nomination.score} if cards else None


READERS = {
    Stage.POLICY_REVIEW: frozenset({Duty.POLICY_REVIEWER, Duty.ARBITER}),
    Stage.PERFORMANCE_REVIEW: frozenset({Duty.PERFORMANCE_REVIEWER, Duty.COMMITTEE, Duty.ARBITER}),
}
FROZEN = {Stage.POLICY_REVIEW: _frozen_rules, Stage.PERFORMANCE_REVIEW: _frozen_scores}


def _by_person(nomination: Nomination, rules: list[Rule]) -> list[tuple[Person, list[Rule]]]:
    return [
        (person, [rule for rule in rules if rule.person.id == person.id])
        for person in nomination.nominees
    ]


def _reason(waiver: Waiver | None) -> str | None:
    return waiver.reason.text if waiver else None


def _rules(nomination: Nomination) -> dict[str, Any]:
    rules = [_rule(reading) for reading in stored.rule_readings(nomination)]
    return {
        "judged": stored.days_of_policy(nomination),
        "people": _by_person(nomination, rules),
    }


def _rule(reading: RuleReading) -> Rule:
    return Rule(
        reading.person,
        reading.rule.key,
        reading.rule.names,
        reading.result,
        explain(reading.outcome.message.record()),
        _reason(reading.waiver),
    )


def _rule_or_404(nomination: Nomination, rule_key: str, nominee_id: int) -> Rule:
    readings = stored.rule_readings(nomination)
    asked = [r for r in readings if (r.rule.key, r.person.id) == (rule_key, nominee_id)]
    if not asked:
        abort(404)
    return _rule(asked[0])


def _scores(nomination: Nomination) -> dict[str, Any]:
    days = stored.days_of(nomination.cycle)
    found = stored.performances(nomination.nominees, days, nomination.award.metric)
    return {
        "judged": days,
        "cycle_is_open": nomination.cycle.is_open(clock.now()),
        "cards": [scorecard.fresh(one) for one in found],
        "mean": stored.mean_score(one.score.value for one in found),
    }
