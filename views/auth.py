"""Signing in and out, the own password, and the link that sets the first one."""

from __future__ import annotations

from datetime import timedelta

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from config import Settings
from forms.auth import ChangePasswordForm, NewPasswordForm, SignInForm
from forms.fields import add_error
from models import people
from operations import signing_in
from operations.signing_in import Attempt
from views import unsent
from views.addresses import sent_key
from views.guards import TOKEN, colleague, public, safe_next
from words.refusals import sentence
from workflow.refusal import Refused

bp = Blueprint("auth", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password; lead on to where the reader was going."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_onward(), code=303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _door(form, None)
    try:
        token = signing_in.sign_in(
            email=form.email.data,
            password=form.password.data,
            attempt=_attempt(form.email.data),
            lasts=_lasts(),
        )
    except Refused as refused:
        return _door(form, refused)
    return _enter(token)


@bp.post("/sign-in/demo")
@public
def demo() -> ResponseReturnValue:
    """Sign in to an account of the demo with one click; does not exist outside the demo."""
    if not _settings().demo:
        abort(404)
    person_id = sent_key("person") or abort(400)
    try:
        token = signing_in.enter_demo(person_id=person_id, lasts=_lasts())
    except Refused:
        abort(400)
    return _enter(token)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session, here and in the database."""
    token = session.get(TOKEN)
    if token:
        signing_in.sign_out(token=token)
    session.clear()
    flash(_("You are signed out."), "info")
    return redirect(url_for("auth.sign_in"), code=303)


@bp.route("/password", methods=["GET", "POST"])
@colleague
def password() -> ResponseReturnValue:
    """Change the own password, which ends every other session."""
    form = ChangePasswordForm()
    refused = None
    if form.validate_on_submit():
        try:
            token = signing_in.change_password(
                person_id=current_user.id,
                old=form.old.data,
                new=form.new.data,
                attempt=_attempt(current_user.email or ""),
                lasts=_lasts(),
            )
        except Refused as error:
            refused = error
            field = form.old if error.message == "old_password_wrong" else form.new
            add_error(field, sentence(error))
        else:
            _begin(token)
            flash(_("Your password is changed. Every other browser was signed out."), "success")
            return redirect(url_for("auth.password"), code=303)
    return render_template("auth/password.html", form=form), _status(form, refused)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Set the password that somebody was invited to set."""
    invited = people.invitation(token, clock.now())
    if invited is None:
        return render_template("auth/invitation_over.html"), 404
    person, form = invited.person, NewPasswordForm()
    refused = None
    if form.validate_on_submit():
        try:
            begun = signing_in.accept_invitation(token=token, new=form.new.data, lasts=_lasts())
        except Refused as error:
            refused = error
            add_error(form.new, sentence(error))
        else:
            return _enter(begun)
    page = render_template("auth/invitation.html", form=form, person=person)
    return page, _status(form, refused)


def _door(form: SignInForm, refused: Refused | None) -> ResponseReturnValue:
    """The sign-in page, with what was refused."""
    accounts = people.demo_accounts(clock.now()) if _settings().demo else []
    page = render_template("auth/sign_in.html", form=form, refused=refused, accounts=accounts)
    if refused and refused.message == "sign_in_locked":
        seconds = timedelta(minutes=int(str(refused.values["minutes"]))).total_seconds()
        return page, 429, {"Retry-After": str(int(seconds))}
    return page, _status(form, refused)


def _enter(token: str) -> ResponseReturnValue:
    """Begin the new session, end the one that this browser had, and lead on."""
    onward = _onward()
    if session.get(TOKEN):
        signing_in.sign_out(token=session[TOKEN])
    _begin(token)
    return redirect(onward, code=303)


def _begin(token: str) -> None:
    """Forget whatever this browser carried before, and let it carry the session."""
    session.clear()
    session[TOKEN] = token
    session.permanent = True
    unsent.begin(token)


def _onward() -> str:
    return safe_next(request.args.get("next")) or url_for("work.home")


def _attempt(email: str) -> Attempt:
    return Attempt.of(email, request.remote_addr or "", str(current_app.secret_key))


def _lasts() -> timedelta:
    return timedelta(hours=_settings().session_hours)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _status(form: SignInForm | NewPasswordForm, refused: Refused | None) -> int:
    return 422 if refused or form.errors else 200
