"""The links of wall displays: made, shown once, withdrawn."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from forms.display import DisplayForm
from models import displays
from operations import displays as operations
from operations.casework import NotVisible
from views.guards import holds
from views.language import AUTONYMS, current
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language

bp = Blueprint("displays", __name__, url_prefix="/manage/wall-displays")

manager = holds(Duty.SCHEME_MANAGER)


@bp.route("", methods=["GET", "POST"])
@manager
def index() -> ResponseReturnValue:
    """Every link there was; a new one shows its address this once."""
    languages = [(language.value, AUTONYMS[language]) for language in Language]
    form = DisplayForm(languages, data={"language": current().value})
    refused = None
    if form.validate_on_submit():
        language = Language(form.language.data)
        try:
            token = operations.make(
                by_id=current_user.id, place=form.place.data or "", language=language
            )
        except Refused as error:
            refused = sentence(error)
        else:
            base: str = current_app.config["SETTINGS"].base_url
            link = base + url_for("wall.show", token=token)
            return render_template("displays/made.html", link=link, place=form.place.data)
    page = render_template(
        "displays/index.html",
        form=form,
        refused=refused,
        links=displays.links(),
        autonyms=AUTONYMS,
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/<int:link_id>/withdraw")
@manager
def withdraw(link_id: int) -> ResponseReturnValue:
    """Withdraw one: its screen shows nothing any more."""
    try:
        operations.withdraw(by_id=current_user.id, link_id=link_id)
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    except NotVisible:
        abort(404)
    else:
        flash(_("The link is withdrawn. Its screen shows nothing any more."), "success")
    return redirect(url_for("displays.index"), code=303)
