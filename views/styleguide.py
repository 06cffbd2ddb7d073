"""Every component on one page, with words of real length. Open in development only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, render_template
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from adapters import clock
from views import language
from views.guards import public
from workflow.vocabulary import Language

bp = Blueprint("styleguide", __name__)

SAMPLES = "templates/styleguide/samples"  # made-up words of real length in three languages


@bp.get("/styleguide")
@public
def index() -> str:
    """The style guide; does not exist in production."""
    if current_app.config["SETTINGS"].production:
        abort(404)
    now = clock.now()
    words = _samples(language.current())
    return render_template(
        "styleguide/index.html",
        words=words,
        form=_form(words),
        ago=lambda days: now - timedelta(days=days),
        now=now,
    )


def _samples(spoken: Language) -> dict[str, Any]:
    with current_app.open_resource(f"{SAMPLES}/{spoken}.json", "rb") as file:
        words: dict[str, Any] = json.load(file)
    return words


def _form(words: dict[str, Any]) -> FlaskForm:
    """A form of every kind of field, validated empty so that its errors show."""
    asked = words["form"]

    class Example(FlaskForm):
        title = StringField(asked["title"], [DataRequired(asked["missing"])])
        story = TextAreaField(asked["story"], description=asked["story_hint"])
        channel = SelectField(asked["channel"], choices=_choices(asked["channels"]))
        happened = DateField(asked["happened"])
        verdict_1 = RadioField(asked["verdict"], choices=_choices(asked["verdicts"]))
        verdict_2 = RadioField(asked["verdict"], choices=_choices(asked["verdicts"]))
        verdict_3 = RadioField(asked["verdict"], choices=_choices(asked["verdicts"]))
        subject = RadioField(asked["subject"], choices=_choices(asked["subjects"]))
        file = FileField(asked["file"], description=asked["file_hint"])
        agreed = BooleanField(asked["agreed"])

    form = Example(formdata=None, data={"channel": "1", "verdict_3": "0", "story": asked["typed"]})
    form.title.errors = [asked["missing"]]
    return form


def _choices(words: list[str]) -> list[SelectChoice]:
    return [SelectChoice(value=str(index), label=word) for index, word in enumerate(words)]
