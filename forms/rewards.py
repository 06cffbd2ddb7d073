"""What a tier gives, line by line; and what is said when a reward changes hands."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.validators import Optional

from forms.fields import NameField, OneOf, Required, TextArea, add_error, choices
from forms.numbers import Number, Within
from forms.page import PageForm
from forms.scheme import ENGLISH, SHORT, SIMPLIFIED, TRADITIONAL, ChangeForm, Words

MISSING = _l("Fill this in.")


class RewardLine(Form):
    """One reward; a line without a kind is left out."""

    kind = SelectField(_l("Kind"), [OneOf()], default="", validate_choice=False)
    en = NameField(ENGLISH, render_kw={"lang": "en"})
    zh_Hans = NameField(SIMPLIFIED, render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = NameField(TRADITIONAL, render_kw={"lang": "zh-Hant"})  # noqa: N815
    amount = Number(
        _l("Amount"),
        [Optional(), Within(0)],
        description=_l("Of money, or what the gift costs."),
    )
    each_member = BooleanField(
        _l("To each member of a team that wins"),
        description=_l("Otherwise it is given to the team once."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for each in (self.en, self.zh_Hans, self.zh_Hant):
            if self.kind.data and not each.data and not each.errors:
                add_error(each, MISSING)
                valid = False
        return valid


class RewardsForm(ChangeForm):
    lines = FieldList(FormField(RewardLine))

    def __init__(self, kinds: Words, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = choices(kinds)
        for row in self.lines:
            row.form.kind.choices = offered


class HandoverForm(PageForm):
    """Who took it, and whatever else should be remembered."""

    receiver = SelectField(
        _l("Handed over to"),
        [Required(_l("Choose one of those shown.")), OneOf()],
        coerce=str,
        validate_choice=False,
    )
    note = TextArea(_l("Note"), limit=1000, description=_l("Such as the gift's number."))
    request_key = HiddenField(validators=[SHORT])


class SignatureForm(PageForm):
    """On what a signature rests that the receiver did not give here themselves."""

    note = TextArea(
        _l("How do you know that it was received?"),
        [Required()],
        limit=1000,
        description=_l("Such as: signed on the list of 3 November, kept by the front office."),
    )
    request_key = HiddenField(validators=[SHORT])


class UndoingForm(PageForm):
    """Why a hand-over is not to count."""

    reason = TextArea(_l("What was the mistake?"), [Required()], limit=1000)
