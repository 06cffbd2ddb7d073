"""A case whole: its story, its road, what the reader can do with it, and the acts themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.decision import ConfirmForm, ReasonedForm
from models import assignments, public_case, worklists
from models.appeals import evidence_of
from models.base import db
from models.decisions import Decision, decisions_on
from models.nominations import Claim, Nomination, by_number
from models.reviews import coded_outcomes
from models.worklists import SINGLY, Place, counts, waiting
from operations import nominations
from views import evidence, loading, rewards, rules, sealed
from views.casefile import (
    appeal_lines,
    because,
    days_left,
    desk_url,
    panel,
    reasons_of_place,
    register_of,
    steps,
)
from views.guards import colleague
from words.labels import label
from workflow.pathway import Offer
from workflow.refusal import Refused
from workflow.vocabulary import JUDGING, PUBLIC, Action, Duty, Reason, RuleResult, Stage, Verdict

bp = Blueprint("cases", __name__, url_prefix="/cases")

ACTIONS = "submit, resubmit, approve, 'return', reject, withdraw, revoke"
JUDGEMENTS = frozenset({Action.APPROVE, Action.RETURN, Action.REJECT})


@bp.get("/<number>")
@colleague
def show(number: str) -> ResponseReturnValue:
    """The case, for its parties and those on duty; others are led to the archive's page."""
    nomination = loading.seen_whole(number)
    if nomination is None:
        return _in_the_archive(number)
    decisions = decisions_on(nomination)
    return render_template(
        "cases/show.html",
        nomination=nomination,
        steps=steps(nomination, decisions),
        lines=register_of(
            nomination,
            decisions,
            sealed_from=None if sealed.register_is_open(nomination) else current_user.key,
        ),
        panel=panel(nomination, loading.offers(nomination)),
        judge=JUDGING.get(nomination.stage),
        days=days_left(nomination.due_at, clock.now()),
        is_mine=current_user.id in loading.snapshot(nomination).assigned,
        aside_key=loading.new_request_key() if loading.may_step_aside(nomination) else None,
        findings_show=sealed.findings_show(nomination),
        voices=(voices := public_case.voices(nomination, [])),
        lasting=public_case.lasting(voices),
        without=_went_on_without(nomination, decisions),
        auditors_files=sealed.auditors_files(nomination),
        sees_openings=evidence.sees_openings(nomination),
        because=because(nomination),
        reasons=_reasons(nomination),
        rules=coded_outcomes(nomination),
        appealed=appeal_lines(decisions),
        shown=evidence_of(nomination) if loading.snapshot(nomination).appeals else [],
        open_waivers=rules.open_waivers(nomination),
        **_won(nomination, decisions),
    )


@bp.route(f"/<number>/<any({ACTIONS}):action>", methods=["GET", "POST"])
@colleague
def act(number: str, action: str) -> ResponseReturnValue:
    """Ask for what the act needs, then do it."""
    nomination = loading.nomination_or_404(number)
    wanted, stage = Action(action), nomination.stage
    offer = _offer(nomination, wanted)
    reasoned = wanted in (Action.RETURN, Action.REJECT, Action.REVOKE)
    form = ReasonedForm.asking(wanted, stage) if reasoned else ConfirmForm()
    against = _against(nomination)
    if request.method == "GET" and isinstance(form, ReasonedForm) and not form.reason.data:
        form.reason.data = _likely_reason(nomination, wanted, against)
    refused = offer if isinstance(offer, Refused) else offer.refused
    # Where the act is not open the operation says why: the case may have moved under the form.
    if request.method == "POST" and (form.validate_on_submit() or isinstance(offer, Refused)):
        answer = _decide(nomination, wanted, form)
        if not isinstance(answer, Refused):
            return answer
        refused = answer
        nomination = loading.nomination_or_404(number)
    page = render_template(
        "cases/act.html",
        nomination=nomination,
        action=wanted,
        form=form,
        reasoned=reasoned,
        against=against,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


def _against(nomination: Nomination) -> list[Claim]:
    """The claims that the internal audit did not confirm, for whoever says what is in the way."""
    if nomination.stage is not Stage.INTERNAL_AUDIT or nomination.award.auditors_needed > 1:
        return []
    return [
        claim
        for claim in nomination.claims
        if claim.finding and claim.finding.verdict is not Verdict.CONFIRMED
    ]


def _likely_reason(nomination: Nomination, act: Action, against: list[Claim]) -> Reason | None:
    """What the audit or the review has found already is chosen beforehand."""
    if against:
        return Reason.EVENT_NOT_CONFIRMED
    if (nomination.stage, act) != (Stage.POLICY_REVIEW, Action.REJECT):
        return None
    found = {reading.result for reading in loading.rule_readings(nomination)}
    return Reason.POLICY_NOT_MET if RuleResult.FAIL in found else None


def _reasons(nomination: Nomination) -> list[str]:
    """Why the case got its tier, or none, once an approved list has placed it."""
    if nomination.tier_id is None and nomination.stage is not Stage.NOT_PLACED:
        return []
    return reasons_of_place(public_case.place_of(nomination))


def _won(nomination: Nomination, decisions: list[Decision]) -> dict[str, Any]:
    """What the award brought, for its winners and for whoever hands it over."""
    if nomination.stage not in (Stage.AWARDED, Stage.REVOKED):
        return {}
    hands_over = Duty.SCHEME_MANAGER in current_user.duties(clock.now(), nomination.award_id)
    mine = any(winner.id == current_user.id for winner in nomination.nominees)
    *_, award = (decision for decision in decisions if decision.action is Action.AWARD)
    brought = rewards.of_case(nomination, award)
    return {
        "won": mine or hands_over,
        "hands_over": hands_over,
        "rewards": brought,
        "to_sign": any(rewards.waits_for_the_reader(owed) for owed in brought),
    }


def place_of(nomination: Nomination) -> Place | None:
    """Where the case stands in the reader's list, to be asked before it is decided."""
    due, mine = nomination.due_at, assignments.held_by(current_user)
    return Place(due, nomination.id, nomination.id in mine) if due else None


def after(
    nomination_number: str, stage: Stage, action: Action, place: Place | None
) -> ResponseReturnValue:
    """Where an act leads: a judge to the next case that waits, a party to the case."""
    if action not in JUDGEMENTS:
        flash(_("Done: %(act)s.", act=label(action)), "success")
        return redirect(url_for("cases.show", number=nomination_number), code=303)
    return onward(nomination_number, stage, str(label(action)), place)


def onward(
    nomination_number: str, stage: Stage, done: str, place: Place | None
) -> ResponseReturnValue:
    """The next case that waits at the stage, with what was done and how many remain; else home.

    It is the one behind the case that was done: what is left lying above it waits for its turn.
    """
    stages = (stage,) if stage in SINGLY else ()  # sent twice, the case is elsewhere by now
    first = waiting(current_user, clock.now(), stages).limit(1)
    behind = worklists.after(first, current_user, place) if place else first
    following = db.session.scalar(behind) or db.session.scalar(first)
    values = {"number": nomination_number, "act": done}
    if following is None:
        flash(_("Case %(number)s: %(act)s. No other case waits for you here.", **values), "success")
        return redirect(url_for("work.home"), code=303)
    remain = sum(counts(current_user, clock.now(), stages).values())
    if remain == 1:
        said = _("Case %(number)s: %(act)s. Here is the last one that waits for you.", **values)
    else:
        said = _(
            "Case %(number)s: %(act)s. Here is the next one; %(remain)s remain for you.",
            remain=remain,
            **values,
        )
    flash(said, "success")
    return redirect(desk_url(following), code=303)


def _decide(
    nomination: Nomination, action: Action, form: ConfirmForm | ReasonedForm
) -> ResponseReturnValue | Refused:
    number, stage, place = nomination.number, nomination.stage, place_of(nomination)
    reason, text = None, ""
    if isinstance(form, ReasonedForm):
        reason = next((word for word in Reason if word == form.reason.data), None)
        text = form.sentence.data or ""
    try:
        nominations.decide(
            person_id=current_user.id,
            number=number,
            action=action,
            request=loading.sent_request(),
            reason=reason,
            sentence=text,
        )
    except Refused as refused:
        return refused
    return after(number, stage, action, place)


def _offer(nomination: Nomination, action: Action) -> Offer | Refused:
    """The move that the reader asks for, or why there is none for them."""
    for offer in loading.offers(nomination):
        if offer.move.action is action:
            return offer
    here = any(m.action is action for m in nomination.pathway.moves_from(nomination.stage))
    return Refused("not_your_part" if here else "not_at_this_stage", stage=nomination.stage.value)


def _in_the_archive(number: str) -> ResponseReturnValue:
    nomination = by_number(number)
    if nomination is None or nomination.stage not in PUBLIC:
        abort(404)
    return redirect(url_for("archive.case", number=number))


def _went_on_without(nomination: Nomination, decisions: list[Decision]) -> list[int]:
    """The claims that were not confirmed when the internal audit let the case go on."""
    audited = [decision for decision in decisions if decision.stage is Stage.INTERNAL_AUDIT]
    if not audited or audited[-1].action is not Action.APPROVE:
        return []
    return [
        claim.position
        for claim in nomination.claims
        if claim.finding and claim.finding.verdict is not Verdict.CONFIRMED
    ]
