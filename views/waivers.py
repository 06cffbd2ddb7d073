"""Setting a failed rule aside: one person proposes it, another one confirms or refuses it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from forms.fields import add_error
from forms.reviews import WaiverAnswerForm, WaiverForm
from models.nominations import Nomination
from models.waivers import WaiverProposal, proposals_of
from operations import waivers as operations
from views import loading, rules
from views.guards import colleague
from views.rules import Rule
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Stage

bp = Blueprint("waivers", __name__, url_prefix="/cases/<number>")


@bp.route("/policy/<rule_key>/<int:nominee_id>", methods=["GET", "POST"])
@colleague
def propose(number: str, rule_key: str, nominee_id: int) -> ResponseReturnValue:
    """Propose to set a failed rule aside for one nominee, with the reason."""
    nomination = loading.nomination_or_404(number)
    barred = loading.work_refusal(nomination, Stage.POLICY_REVIEW)
    if barred is not None and request.method == "GET":
        return redirect(url_for("reviews.policy", number=number), code=303)
    form, refused = WaiverForm(), None
    if request.method == "POST" and (form.validate() or barred is not None):
        try:
            operations.propose(
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
            flash(_("Proposed. The rule counts until a second person confirms it."), "success")
            return redirect(url_for("reviews.policy", number=number), code=303)
        nomination = loading.nomination_or_404(number)
    page = render_template(
        "reviews/waive.html",
        nomination=nomination,
        rule=None if barred else _rule_or_404(nomination, rule_key, nominee_id),
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


@bp.route("/waivers/<int:proposal_id>", methods=["GET", "POST"])
@colleague
def answer(number: str, proposal_id: int) -> ResponseReturnValue:
    """Confirm a proposed waiver, or refuse it with a reason."""
    nomination = loading.nomination_or_404(number)
    proposal = _proposal_or_404(nomination, proposal_id)
    refused = rules.answer_refusal(nomination, proposal)
    form = WaiverAnswerForm.asking()
    if form.validate_on_submit():
        try:
            _answer(number, proposal_id, form)
        except Refused as said:
            refused = said
            if refused.message == "sentence_missing":
                add_error(form.sentence, sentence(refused))
        else:
            confirmed = form.confirmed
            flash(_("The rule is waived.") if confirmed else _("The rule stands."), "success")
            return redirect(_back(number), code=303)
        nomination = loading.nomination_or_404(number)
        proposal = _proposal_or_404(nomination, proposal_id)
    page = render_template(
        "reviews/answer.html",
        nomination=nomination,
        proposal=proposal,
        rule=_rule(nomination, proposal) if _reads(nomination, proposal) else None,
        barred=refused if request.method == "GET" else None,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


def _answer(number: str, proposal_id: int, form: WaiverAnswerForm) -> None:
    asked = {
        "person_id": current_user.id,
        "number": number,
        "proposal_id": proposal_id,
        "request": loading.sent_request(),
    }
    if form.confirmed:
        operations.confirm(**asked)
    else:
        operations.refuse(**asked, reason=form.sentence.data or "")


def _reads(nomination: Nomination, proposal: WaiverProposal) -> bool:
    """Figures and reason are for whoever may answer, and for whoever proposed it."""
    refused = rules.answer_refusal(nomination, proposal)
    return refused is None or refused.message == "second_person_needed"


def _back(number: str) -> str:
    """A reviewer goes on with the review; a scheme manager has no desk there."""
    nomination = loading.nomination_or_404(number)
    desk = loading.work_refusal(nomination, Stage.POLICY_REVIEW) is None
    return url_for("reviews.policy" if desk else "cases.show", number=number)


def _rule(nomination: Nomination, proposal: WaiverProposal) -> Rule | None:
    asked = (proposal.rule_key, proposal.person_id)
    return next(
        (rule for rule in rules.fresh(nomination) if (rule.key, rule.person.id) == asked), None
    )


def _rule_or_404(nomination: Nomination, rule_key: str, nominee_id: int) -> Rule:
    asked = (rule_key, nominee_id)
    found = [rule for rule in rules.fresh(nomination) if (rule.key, rule.person.id) == asked]
    return found[0] if found else abort(404)


def _proposal_or_404(nomination: Nomination, proposal_id: int) -> WaiverProposal:
    found = [proposal for proposal in proposals_of(nomination) if proposal.id == proposal_id]
    return found[0] if found else abort(404)
