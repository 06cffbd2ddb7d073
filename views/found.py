"""Records of the archive as a list shows them, in the reader's language, hits told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from models import archive, scheme
from models.scheme import Names
from models.search.gram_index import Listed
from models.search.query import Search
from views import changes
from views.filters import entitled, local
from words.labels import label
from words.periods import period
from words.publication import KINDS
from words.scheme import SUBJECTS
from workflow.grams import Excerpt, excerpt, fold
from workflow.publication import PublicKind
from workflow.vocabulary import FeedbackState, Stage

TITLE_LENGTH, EXCERPT_LENGTH = 400, 140


@dataclass(frozen=True)
class Hit:
    """One record in a list. Title and excerpt come in parts, each a hit or not."""

    key: int
    kind: PublicKind
    number: str
    at: datetime
    heading: str
    title: Excerpt
    excerpt: Excerpt | None
    about: list[str]
    state: str | None  # its word, and what mark it has
    state_word: str
    tier: Names | None
    metal: str
    address: str


class Presenting:
    """What a list needs to name its records, read once for the whole list."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.awards = {award.key: award.names for award in archive.awards()}
        self.zone = scheme.scheme().zone
        self._changed: changes.Names | None = None

    def hit(self, row: Listed, back: str = "") -> Hit:
        heading = self.heading(row)
        outcome = outcome_of(row)
        return Hit(
            key=row.key,
            kind=PublicKind(row.kind),
            number=number_of(row),
            at=row.at,
            heading=heading,
            title=self._lit(heading, TITLE_LENGTH),
            excerpt=self._lit(row.text, EXCERPT_LENGTH) if row.text else None,
            about=[word for word in self.about(row) if word and word != heading],
            state=row.outcome,
            state_word=str(label(outcome)) if outcome else "",
            tier=row.shown.get("tier") if row.outcome != Stage.REVOKED else None,
            metal=row.shown.get("metal", "plain"),
            address=address(row, back),
        )

    def heading(self, row: Listed) -> str:
        """What the record is called, to each reader in their language."""
        award = self.award(row)
        if row.kind == PublicKind.CASE:
            if row.title:
                return entitled(row.title, self.awards.get(row.award or "", {}), row.cycle or "")
            return _("A nomination for the %(award)s", award=award)
        if row.kind == PublicKind.TIER_LIST:
            cycle = period(row.cycle or "")
            return _("The ranking of the %(award)s, %(cycle)s", award=award, cycle=cycle)
        if row.kind == PublicKind.CHANGE:
            subject = str(SUBJECTS[row.shown["subject"]])
            named = self._subject(row)
            return _("%(what)s: %(name)s", what=subject, name=named) if named else subject
        if row.kind == PublicKind.ROUND:
            return local(row.shown["names"])
        if row.kind == PublicKind.FAIRNESS:
            cycle = period(row.cycle or "")
            return _("The fairness report of the %(award)s, %(cycle)s", award=award, cycle=cycle)
        return row.title or _("Feedback that was removed")

    def about(self, row: Listed) -> list[str]:
        """Whom it honours, the award and the cycle."""
        people = row.shown.get("team") or _(", ").join(row.shown.get("people", ()))
        kind = "" if row.kind == PublicKind.CASE else str(KINDS[PublicKind(row.kind)])
        return [people, kind, self.award(row), period(row.cycle) if row.cycle else ""]

    def award(self, row: Listed) -> str:
        names = self.awards.get(row.award or "")
        return local(names) if names else row.award or ""

    def _subject(self, row: Listed) -> str:
        self._changed = self._changed or changes.names()
        return self._changed.called(row.shown["subject"], row.shown["key"])

    def _lit(self, text: str, length: int) -> Excerpt:
        words, folding = self._search.words or [], self._search.folding
        return excerpt(text, fold(text, folding), words, length=length)


def address(row: Listed, back: str = "", *, absolute: bool = False) -> str:
    """Where the record stands, for good; `back` is the search that it was found by."""
    known = {"back": back} if back and row.kind in (PublicKind.CASE, PublicKind.TIER_LIST) else {}
    if row.kind == PublicKind.CASE:
        return url_for("archive.case", number=row.subject, _external=absolute, **known)
    if row.kind == PublicKind.TIER_LIST:
        return url_for("archive.ranking", list_id=int(row.subject), _external=absolute, **known)
    if row.kind == PublicKind.FEEDBACK:
        return url_for("feedback.show", feedback_id=int(row.subject), _external=absolute)
    if row.kind == PublicKind.ROUND:
        return url_for("questionnaires.show", round_id=int(row.subject), _external=absolute)
    if row.kind == PublicKind.FAIRNESS:
        return url_for("fairness.show", award=row.award, cycle=row.cycle, _external=absolute)
    return url_for(
        "changes.index",
        after=int(row.subject) + 1,
        _anchor=f"entry-{row.key >> 4}",
        _external=absolute,
    )


def number_of(row: Listed) -> str:
    if row.kind == PublicKind.CASE:
        return row.subject
    return _("No. %(number)s", number=row.key >> 4)


def outcome_of(row: Listed) -> Stage | FeedbackState | None:
    if row.outcome is None:
        return None
    return Stage(row.outcome) if row.kind == PublicKind.CASE else FeedbackState(row.outcome)
