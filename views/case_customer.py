"""The customer of one case: said by its external auditor, whose click shows the contact details.

They stand in the answer to that one click, and nowhere else.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters.sealing import Unsealable
from forms.customers import AnotherCustomerForm, CustomerForm
from forms.fields import add_error
from models.customers import customer_of
from operations import customers as operations
from views import audits, loading
from views.customer_panel import panel
from views.guards import colleague
from views.sealing import sealer
from words.refusals import sentence
from workflow.refusal import Refused

bp = Blueprint("case_customer", __name__, url_prefix="/cases")


@bp.post("/<number>/customer")
@colleague
def choose(number: str) -> ResponseReturnValue:
    """Say which customer of the directory the case is about."""
    nomination = loading.nomination_or_404(number)
    known = customer_of(nomination) is not None
    form = AnotherCustomerForm() if known else CustomerForm()
    if form.validate():
        try:
            operations.choose(
                person_id=current_user.id,
                number=number,
                customer_number=form.customer_number.data,
                sealer=sealer(),
                reason=form.reason.data or "",
                request=loading.sent_request(),
            )
        except Refused as refused:
            missing = refused.message == "sentence_missing"
            add_error(form.reason if missing else form.customer_number, sentence(refused))
        else:
            flash(_("The case's customer is set."), "success")
            return redirect(url_for("audits.external", number=number) + "#customer", code=303)
        nomination = loading.nomination_or_404(number)
    return audits.external_page(nomination, panel(nomination, form))


@bp.post("/<number>/customer/details")
@colleague
def look(number: str) -> ResponseReturnValue:
    """Show the case's external auditor how to reach the customer, once; the look is recorded."""
    nomination = loading.nomination_or_404(number)
    try:
        details = operations.look(person_id=current_user.id, number=number, sealer=sealer())
    except (Refused, Unsealable) as problem:
        refused = problem if isinstance(problem, Refused) else Refused("customer_key_missing")
        nomination = loading.nomination_or_404(number)
        return audits.external_page(nomination, panel(nomination), refused)
    nomination = loading.nomination_or_404(number)
    return audits.external_page(nomination, panel(nomination, details=details))
