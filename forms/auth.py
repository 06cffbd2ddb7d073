"""What is asked at the door: who it is, and a new password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import EqualTo

from forms.fields import AddressField, Required, SecretField
from forms.page import PageForm


class SignInForm(PageForm):
    email = AddressField(
        _l("E-mail"), [Required()], render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = SecretField(_l("Password"), [Required()], autocomplete="current-password")


class NewPasswordForm(PageForm):
    new = SecretField(
        _l("New password"),
        [Required()],
        autocomplete="new-password",
        description=_l("At least 10 characters. A few words that belong together only for you."),
    )
    again = SecretField(
        _l("New password, once more"),
        [Required(), EqualTo("new", _l("The two are not the same. Type both again."))],
        autocomplete="new-password",
    )


class ChangePasswordForm(NewPasswordForm):
    old = SecretField(_l("Present password"), [Required()], autocomplete="current-password")
