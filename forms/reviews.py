"""What a policy reviewer is asked who waives a rule."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from forms.decision import SENTENCE
from forms.fields import Required, TextArea


class WaiverForm(FlaskForm):
    sentence = TextArea(
        _l("Why does the rule not count here?"),
        [Required(_l("Write the reason in a sentence."))],
        description=_l("Other reviewers and auditors of this case read it."),
        limit=SENTENCE,
    )
