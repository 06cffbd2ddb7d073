"""Letters and citations as they are drafted from a case, in the language chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from words.periods import period
from workflow.vocabulary import Language, Tribute


@dataclass(frozen=True)
class Story:
    """What may be told of an awarded case: all of it stands in the archive."""

    names: Sequence[str]
    team: str | None
    award: str
    cycle: str
    tier: str | None
    title: str
    claims: Sequence[str]  # those that were confirmed
    customer: Sequence[str]  # the wordings that were released
    organisation: str


def drafted(kind: Tribute, language: Language, story: Story) -> tuple[str, str, str]:
    """Title, body and signature, for somebody to write on."""
    with force_locale(language):
        who = story.team or _(", ").join(story.names)
        values = {"who": who, "award": story.award, "cycle": period(story.cycle)}
        if kind is Tribute.CITATION:
            return _citation(story, values)
        return _letter(story, values)


def _citation(story: Story, values: dict[str, str]) -> tuple[str, str, str]:
    won = (
        _("%(who)s won the %(award)s, %(tier)s, for %(cycle)s.", tier=story.tier, **values)
        if story.tier
        else _("%(who)s won the %(award)s for %(cycle)s.", **values)
    )
    parts = [won, *story.claims, *_customer(story)]
    return _("%(who)s: %(award)s", who=values["who"], award=values["award"]), _joined(parts), ""


def _letter(story: Story, values: dict[str, str]) -> tuple[str, str, str]:
    about = [_("What was confirmed:"), *story.claims] if story.claims else []
    parts = [
        _("Dear %(who)s,", who=values["who"]),
        _("you have won the %(award)s for %(cycle)s. I congratulate you.", **values),
        *([_("“%(title)s”", title=story.title)] if story.title else []),
        *about,
        *_customer(story),
        _("Thank you. Work like yours is what our customers remember us by."),
    ]
    title = _("To %(who)s, on the %(award)s", who=values["who"], award=values["award"])
    return title, _joined(parts), story.organisation


def _customer(story: Story) -> list[str]:
    return [_("The customer said: “%(words)s”", words=words) for words in story.customer]


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
