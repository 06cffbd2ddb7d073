"""What is said of those who won: the citation that was approved, the customer's released words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from sqlalchemy import func, select

from models.base import db
from models.decisions import ContactAttempt
from models.eligibility import Evaluation
from models.ledger import Wording
from models.nominations import Nomination
from models.scheme import Names
from models.surveys import CustomerWords, WordsRelease
from models.tributes import Tribute, TributeApproval
from workflow import vocabulary


def citations(case_ids: list[int]) -> dict[int, Names]:
    """The approved newsletter citation of each case that has one, in each of its languages."""
    query = (
        select(Tribute.nomination_id, Tribute.language, Wording.text)
        .join(TributeApproval, TributeApproval.tribute_id == Tribute.id)
        .join(Wording, Wording.id == TributeApproval.text_id)
        .where(
            Tribute.nomination_id.in_(case_ids),
            Tribute.kind == vocabulary.Tribute.CITATION,
            Wording.text.is_not(None),
        )
    )
    found: dict[int, Names] = defaultdict(dict)
    for case_id, language, text in db.session.execute(query):
        if text and (body := json.loads(text)["body"]):
            found[case_id][language.value] = body
    return dict(found)


@dataclass(frozen=True)
class Figure:
    """What was counted, and how much it was."""

    metric: str
    total: Decimal


def figures(cases: Iterable[Nomination]) -> dict[str, Figure]:
    """The figure by which a cycle's results put each case forward, by its number."""
    derived = {case.cycle_id for case in cases if case.nominator_id is None}
    if not derived:
        return {}
    rows = select(Evaluation.found).where(Evaluation.cycle_id.in_(derived))
    found: dict[str, Figure] = {}
    for line in chain.from_iterable(db.session.scalars(rows)):
        for reason in line["reasons"]:
            if reason["id"] == "first_by_figure":
                told = reason["values"]
                found.setdefault(line["case"], Figure(told["metric"], Decimal(told["total"])))
    return found


def voices(case_ids: list[int]) -> dict[int, str]:
    """What the customer of each case said, in the wording that was released last; the first of it.

    An empty wording took back the one before it.
    """
    last = select(func.max(WordsRelease.id)).group_by(WordsRelease.words_id)
    query = (
        select(ContactAttempt.nomination_id, Wording.text)
        .join(CustomerWords, CustomerWords.attempt_id == ContactAttempt.id)
        .join(WordsRelease, WordsRelease.words_id == CustomerWords.id)
        .join(Wording, Wording.id == WordsRelease.wording_id)
        .where(ContactAttempt.nomination_id.in_(case_ids), WordsRelease.id.in_(last))
        .order_by(CustomerWords.id)
    )
    found: dict[int, str] = {}
    for case_id, text in db.session.execute(query):
        if text:
            found.setdefault(case_id, text)
    return found
