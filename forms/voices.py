"""What colleagues say, and what they are answered: grounds, resolutions, feedback, replies."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, RadioField, SelectField

from forms.fields import OneOf, Required, TextArea, TextField, choices
from words.labels import COMMANDS, label
from workflow.vocabulary import Action, FeedbackState

GROUNDS = 4000  # characters at most
UPHOLD, DISMISS = "uphold", "dismiss"


class ObjectionForm(FlaskForm):
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


class AppealForm(FlaskForm):
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


class ResolutionForm(FlaskForm):
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


class FeedbackForm(FlaskForm):
    award = SelectField(_l("What is it about?"), [OneOf()], validate_choice=False)
    subject = TextField(_l("In a few words"), [Required(_l("Give it a heading of a few words."))])
    body = TextArea(
        _l("What would you say to those who run the scheme?"),
        [Required(_l("Write what you would like to say."))],
        limit=GROUNDS,
        description=_l("All staff can read it, without your name. The answer comes to your inbox."),
    )

    @classmethod
    def asking(cls, awards: Iterable[tuple[str, object]]) -> FeedbackForm:
        form = cls()
        form.award.choices = choices([("", _l("The whole scheme")), *awards])
        return form


class ReplyForm(FlaskForm):
    state = RadioField(
        _l("What becomes of it?"),
        [Required(_l("Choose what becomes of it.")), OneOf()],
        validate_choice=False,
    )
    body = TextArea(
        _l("The answer"),
        [Required(_l("Write the answer."))],
        limit=GROUNDS,
        description=_l("All staff can read it."),
    )

    @classmethod
    def asking(cls) -> ReplyForm:
        form = cls()
        form.state.choices = choices(
            (state.value, label(state))
            for state in (FeedbackState.ANSWERED, FeedbackState.ADOPTED, FeedbackState.DECLINED)
        )
        return form
