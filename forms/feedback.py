"""What is asked of feedback: what a colleague says, what they are answered, what two people do."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, SelectField

from forms.fields import OneOf, Required, TextArea, TextField, choices
from forms.page import PageForm
from words.labels import label
from workflow.vocabulary import FeedbackKind, FeedbackState

WORDS = 4000  # characters
NAMED, CONFIDENTIAL = "named", "confidential"
MARKS = (
    ("", _l("No marks")),
    ("5", _l("5: works very well")),
    ("4", "4"),
    ("3", "3"),
    ("2", "2"),
    ("1", _l("1: does not work")),
)


class FeedbackForm(PageForm):
    kind = RadioField(
        _l("What is it?"),
        [Required(_l("Choose what it is.")), OneOf()],
        validate_choice=False,
    )
    about = SelectField(_l("What is it about?"), [OneOf()], validate_choice=False)
    case = TextField(
        _l("Number of a case in the archive"),
        limit=40,
        description=_l("Only where it is about one case: as it stands on its page."),
    )
    subject = TextField(_l("In a few words"), [Required(_l("Give it a heading of a few words."))])
    body = TextArea(
        _l("What would you say to those who run the scheme?"),
        [Required(_l("Write what you would like to say."))],
        limit=WORDS,
        description=_l("All staff read it, and the answer. Name no customer, and no colleague."),
    )
    marks = SelectField(_l("How well does it work?"), [OneOf()], default="", validate_choice=False)
    concerned = TextField(
        _l("Employee number of a colleague whom a complaint concerns"),
        limit=40,
        description=_l("It is never shown. They neither answer it nor learn who you are."),
    )
    files = MultipleFileField(
        _l("Files that show it"),
        description=_l("All staff can open them. A PDF may tell who made it."),
    )
    manner = RadioField(
        _l("Your name"),
        [Required(_l("Choose whether your name is shown.")), OneOf()],
        default=NAMED,
        validate_choice=False,
    )

    @classmethod
    def asking(cls, about: Iterable[tuple[str, object]]) -> FeedbackForm:
        form = cls()
        form.kind.choices = choices((kind.value, label(kind)) for kind in FeedbackKind)
        form.about.choices = choices([("", _l("The whole scheme")), *about])
        form.marks.choices = choices(MARKS)
        form.manner.choices = choices(
            [(NAMED, _l("Shown to all staff")), (CONFIDENTIAL, _l("Sealed"))]
        )
        return form


class ReplyForm(PageForm):
    state = RadioField(
        _l("What becomes of it?"),
        [Required(_l("Choose what becomes of it.")), OneOf()],
        validate_choice=False,
    )
    body = TextArea(
        _l("The answer"),
        [Required(_l("Write the answer."))],
        limit=WORDS,
        description=_l("All staff can read it. Where it is declined, say why."),
    )

    @classmethod
    def asking(cls) -> ReplyForm:
        form = cls()
        form.state.choices = choices(
            (state.value, label(state))
            for state in (FeedbackState.ANSWERED, FeedbackState.ADOPTED, FeedbackState.DECLINED)
        )
        return form


class RemarkForm(PageForm):
    remark = TextArea(
        _l("What would you add?"),
        [Required(_l("Write what you would like to add."))],
        limit=WORDS,
    )


class MotionForm(PageForm):
    """Why two people should open a seal, or remove words."""

    reason = TextArea(
        _l("Why?"), [Required(_l("Write a sentence that gives the reason."))], limit=1000
    )


class MotionAnswerForm(PageForm):
    reason = TextArea(_l("Why?"), limit=1000, description=_l("Needed where you do not agree."))


class LinkForm(PageForm):
    change = SelectField(
        _l("Change of the scheme"),
        [Required(_l("Choose the change.")), OneOf()],
        validate_choice=False,
    )

    @classmethod
    def asking(cls, changes: Iterable[tuple[int, str]]) -> LinkForm:
        form = cls()
        offered = [(str(change), words) for change, words in changes]
        form.change.choices = choices([("", _l("Choose the change.")), *offered])
        return form
