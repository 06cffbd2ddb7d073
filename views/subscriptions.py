"""Subscriptions to a search of the archive: begun beside it, ended here or by the letter's link."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from models.base import db
from models.search.records import Subscription
from operations import feeds
from operations import subscriptions as operations
from operations.casework import NotVisible
from views import asking, feed_token
from views.found import Presenting
from views.guards import colleague, public
from words.refusals import sentence
from workflow.refusal import Refused

bp = Blueprint("subscriptions", __name__, url_prefix="/archive/subscriptions")


@bp.route("", methods=["GET", "POST"])
@colleague
def index() -> ResponseReturnValue:
    """The reader's own; a POST adds the search that its form carries."""
    if request.method == "POST":
        wanted = asking.asked(request.form)
        presenting = Presenting(asking.search(wanted))
        told = [word for _name, word in asking.in_words(wanted, presenting.awards)]
        given = {name: str(value) for name, value in asking.given(wanted).items()}
        called = " · ".join(told) or _("Everything in the archive")
        try:
            operations.subscribe(person_id=current_user.id, given=given, called=called)
        except Refused as refused:
            flash(sentence(refused), "error")
        else:
            flash(_("Once a day you will be told of what newly fits."), "success")
        return redirect(url_for("subscriptions.index"), code=303)
    own = select(Subscription).where(Subscription.person_id == current_user.id)
    rows = db.session.scalars(own.order_by(Subscription.id.desc())).all()
    addresses = (
        (_("Archive"), "archive_files.feed", feed_token.ARCHIVE),
        (_("Words of honour"), "tributes.feed", feed_token.HONOUR_ROLL),
    )
    feeds_of_reader = [
        (name, url_for(endpoint, token=feed_token.of(current_user, what), _external=True))
        for name, endpoint, what in addresses
    ]
    return render_template("archive/subscriptions.html", rows=rows, feeds=feeds_of_reader)


@bp.post("/feeds")
@colleague
def renew_feeds() -> ResponseReturnValue:
    """Give the reader new feed addresses; the old ones lead nowhere from now on."""
    feeds.renew(person_id=current_user.id)
    flash(_("Your feed addresses are new. Those from before lead nowhere any more."), "success")
    return redirect(url_for("subscriptions.index", _anchor="feeds"), code=303)


@bp.post("/<int:subscription_id>/end")
@colleague
def end(subscription_id: int) -> ResponseReturnValue:
    """End one of the reader's own."""
    try:
        operations.end(person_id=current_user.id, subscription_id=subscription_id)
    except NotVisible:
        abort(404)
    flash(_("The subscription has ended."), "success")
    return redirect(url_for("subscriptions.index"), code=303)


@bp.route("/by-letter/<token>", methods=["GET", "POST"])
@public
def by_letter(token: str) -> ResponseReturnValue:
    """End a subscription by the address in its letter, without signing in."""
    row = operations.of_letter(token)
    if request.method == "POST":
        operations.end_by_letter(token=token)
        row = None
    called = row.asked["called"] if row else None
    return render_template("archive/unsubscribe.html", called=called)
