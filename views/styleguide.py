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

from adapters import charts, clock
from adapters.charts import Bar, Row
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
        charts=_charts(words),
    )


def _samples(spoken: Language) -> dict[str, Any]:
    with current_app.open_resource(f"{SAMPLES}/{spoken}.json", "rb") as file:
        words: dict[str, Any] = json.load(file)
    return words


def _charts(words: dict[str, Any]) -> dict[str, charts.Drawing]:
    """Shares with intervals, two series side by side, how often each mark was given."""
    shares = ((0.34, 0.21, 0.5), (0.52, 0.38, 0.66), (0.18, 0.08, 0.36))
    teams = words["teams"]
    return {
        "rates": charts.bars(
            words["awards"][0],
            [
                Row(team, (Bar(share, f"{share:.0%}", low, high),))
                for team, (share, low, high) in zip(teams, shares, strict=False)
            ],
            share=True,
            mean=0.36,
        ),
        "pairs": charts.bars(
            words["awards"][1],
            [
                Row(team, (Bar(count, str(count)), Bar(count - 4, str(count - 4))))
                for team, count in zip(teams, (12, 7, 9), strict=False)
            ],
            series=words["road"][:2],
        ),
        "marks": charts.columns(
            words["awards"][2],
            [
                Row(str(mark), (Bar(count, str(count)),))
                for mark, count in enumerate((2, 5, 11, 30, 18), 1)
            ],
        ),
    }


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
