"""What is asked about a waiver: of whoever proposes it, and of the second person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError

from forms.decision import SENTENCE
from forms.fields import OneOf, Required, TextArea, choices
from forms.page import PageForm

CONFIRM, REFUSE = "confirm", "refuse"


class WaiverForm(PageForm):
    sentence = TextArea(
        _l("Why does the rule not count here?"),
        [Required(_l("Write the reason in a sentence."))],
        description=_l("The second person and other reviewers of this case read it."),
        limit=SENTENCE,
    )


class WaiverAnswerForm(PageForm):
    """Confirmed or refused; the operation asks for a sentence where it is refused."""

    answer = RadioField(
        _l("Your answer"),
        [Required(_l("Choose one of the two.")), OneOf()],
        validate_choice=False,
    )
    sentence = TextArea(
        _l("If you refuse: why does the rule count?"),
        description=_l("Whoever proposed it reads it, and other reviewers of this case."),
        limit=SENTENCE,
    )

    @classmethod
    def asking(cls) -> WaiverAnswerForm:
        form = cls()
        form.answer.choices = choices(
            [(CONFIRM, _l("Confirm the waiver")), (REFUSE, _l("Refuse it: the rule stands"))]
        )
        return form

    def validate_sentence(self, field: TextArea) -> None:
        if self.confirmed and (field.data or "").strip():
            raise ValidationError(
                _l("A confirmation takes no reason. Clear this field, or refuse the waiver.")
            )

    @property
    def confirmed(self) -> bool:
        return bool(self.answer.data == CONFIRM)
