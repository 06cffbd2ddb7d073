"""What a decision asks: a confirmation, a sentence, or a coded reason with its sentence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from forms.fields import OneOf, Required, TextArea, choices
from forms.page import PageForm
from words.labels import label
from workflow.vocabulary import Action, Reason, Stage

SENTENCE = 2000  # characters at most

# The reasons that make sense for an act; the rules accept any, so that none is ever missing.
_STORY = (
    Reason.INCOMPLETE,
    Reason.EVIDENCE_MISSING,
    Reason.DUPLICATE,
    Reason.OUTSIDE_CYCLE,
    Reason.WRONG_AWARD,
)
_STAGE: dict[Stage, tuple[Reason, ...]] = {
    Stage.INTERNAL_AUDIT: (Reason.EVENT_NOT_CONFIRMED, *_STORY),
    Stage.EXTERNAL_AUDIT: (Reason.CUSTOMER_DISAGREES, Reason.NO_LASTING_EFFECT, *_STORY),
    Stage.POLICY_REVIEW: (Reason.POLICY_NOT_MET, *_STORY),
    Stage.PERFORMANCE_REVIEW: (Reason.PERFORMANCE_NOT_MET, *_STORY),
    Stage.AWARDED: (Reason.FOUND_FALSE, Reason.ERROR_IN_PROCEDURE),
}
_ONLY_TO_REJECT = frozenset({Reason.CUSTOMER_DISAGREES, Reason.NO_LASTING_EFFECT})


class ConfirmForm(PageForm):
    """Nothing but the act itself."""


class SentenceForm(PageForm):
    sentence = TextArea(
        _l("In a sentence"),
        [Required(_l("Write a sentence that the colleague can act on."))],
        limit=SENTENCE,
    )


class ReasonedForm(SentenceForm):
    reason = RadioField(
        _l("Why?"), [Required(_l("Choose a reason.")), OneOf()], validate_choice=False
    )

    @classmethod
    def asking(cls, action: Action, stage: Stage) -> ReasonedForm:
        form = cls()
        form.reason.choices = choices(
            (reason.value, label(reason)) for reason in reasons_for(action, stage)
        )
        return form


def reasons_for(action: Action, stage: Stage) -> tuple[Reason, ...]:
    """The reasons to offer for this act at this stage."""
    fitting = _STAGE.get(stage, _STORY)
    if action is Action.RETURN:
        fitting = tuple(reason for reason in fitting if reason not in _ONLY_TO_REJECT)
    return (*fitting, Reason.OTHER)
