"""What colleagues say of a case, and what becomes of it: grounds and resolutions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, MultipleFileField, RadioField

from forms.fields import OneOf, Required, TextArea, choices
from forms.page import PageForm
from words.labels import COMMANDS
from workflow.vocabulary import Action

GROUNDS = 4000  # characters at most
UPHOLD, DISMISS = "uphold", "dismiss"


class ObjectionForm(PageForm):
    grounds = TextArea(
        _l("What do you object to, and what shows it?"),
        [Required(_l("Give your grounds: what is wrong, and how do you know?"))],
        limit=GROUNDS,
        description=_l("All staff read your words. Name no customer."),
    )
    named = BooleanField(
        _l("Show my name to all staff"),
        description=_l("Otherwise it is kept from colleagues. The arbiter knows who you are."),
    )


class AppealForm(PageForm):
    grounds = TextArea(
        _l("What was overlooked or wrong?"),
        [Required(_l("Give your grounds: what should somebody else look at again?"))],
        limit=GROUNDS,
        description=_l("An arbiter who decided nothing on this case will read it."),
    )
    references = TextArea(
        _l("Numbers that show it"),
        limit=1000,
        description=_l("Calls, tickets or orders, one in each line."),
    )
    files = MultipleFileField(
        _l("Files that show it"),
        description=_l("PDF, picture, recording or plain text. Whoever sees the case sees them."),
    )


class ResolutionForm(PageForm):
    """Upheld or dismissed, with the sentence that everybody concerned reads."""

    resolution = RadioField(
        _l("Your resolution"),
        [Required(_l("Choose one of the two.")), OneOf()],
        validate_choice=False,
    )
    sentence = TextArea(
        _l("In a sentence"),
        [Required(_l("Write a sentence that the colleague can act on."))],
        limit=2000,
        description=_l("All staff read it in the archive. Name no customer."),
    )

    @classmethod
    def asking(cls, uphold: Action, dismiss: Action) -> ResolutionForm:
        form = cls()
        form.resolution.choices = choices(
            [(UPHOLD, COMMANDS[uphold]), (DISMISS, COMMANDS[dismiss])]
        )
        return form

    @property
    def upheld(self) -> bool:
        return bool(self.resolution.data == UPHOLD)
