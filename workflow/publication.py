"""What becomes public of each kind of record: an allow-list of fields, and why the rest is kept.

Pages, search, exports and feeds show these fields and no others; a field that is not named here
has nowhere to go. Reasons for what is kept back stand on the record, for the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PublicKind(StrEnum):
    """The kinds of record that all staff can read, search and take away."""

    CASE = "case"
    FEEDBACK = "feedback"
    CHANGE = "change"
    TIER_LIST = "tier_list"
    ROUND = "questionnaire"
    FAIRNESS = "fairness"


class Withheld(StrEnum):
    """Why a reader does not see a part of a record."""

    REFUSED = "refused_not_named"
    DECIDERS = "deciders_by_duty"
    EVIDENCE = "evidence_confidential"
    CUSTOMER = "customer_confidential"
    DATES = "dates_coarsened"
    OBJECTOR = "objector_confidential"
    PARTIES = "parties_to_arbiter"
    CONDUCT = "conduct_confidential"
    AUTHOR = "author_confidential"
    ERASED = "text_erased"
    UNPLACED = "unplaced_not_named"


@dataclass(frozen=True)
class Projection:
    """The fields of one shape that are public; `when_named` only where the archive names people."""

    fields: tuple[str, ...]
    when_named: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        return frozenset((*self.fields, *self.when_named))


# By the shape that pages, search, exports and feeds are given: it has these fields and no others.
PROJECTIONS: Mapping[str, Projection] = {
    # A case in a list.
    "Record": Projection(
        fields=("number", "award_key", "award", "cycle", "stage", "at", "metal"),
        when_named=("title", "people", "team", "tier", "excerpt", "notice_ends_at"),
    ),
    "Named": Projection(fields=("id", "name", "team")),
    # A case as a page: its decisions are its lines.
    "PublicCase": Projection(
        fields=("record", "customer", "lasting", "rules", "place", "objections", "lines",
                "appealed", "withheld"),
        when_named=("rewards", "claims"),
    ),
    "PublicClaim": Projection(fields=("position", "text", "verdict", "evidence", "later")),
    "CustomerVoice": Projection(fields=("occasion", "outcome", "times", "marks", "words")),
    "Line": Projection(
        fields=("at", "number", "stage", "action", "role", "reason", "sentence", "erased",
                "day_alone", "by"),
    ),
    "PublicObjection": Projection(
        fields=("at", "number", "state", "answer"), when_named=("grounds", "by")
    ),
    "PublicAppeal": Projection(fields=("first", "answer", "again")),
    "RankedPlace": Projection(fields=("rank", "explanation", "tiers")),
    # An approved ranking.
    "PublicList": Projection(
        fields=("number", "at", "award_key", "award", "tiers", "cycle", "round", "quorum",
                "places", "withheld"),
    ),
    "PublicPlace": Projection(
        fields=("rank", "number", "tier", "metal", "explanation"),
        when_named=("title", "people", "team"),
    ),
    # A thread of feedback: who wrote it, and remarks, where they chose to be named.
    "PublicFeedback": Projection(
        fields=("id", "number", "kind", "aim", "at", "due_at", "state", "overdue", "removed",
                "confidential", "marks", "subject", "body", "files", "replies", "remarks",
                "me_too", "changes", "acts"),
        when_named=("by",),
    ),
    "Aim": Projection(fields=("award", "award_key", "rule", "cycle", "case")),
    "PublicFile": Projection(fields=("name", "sha256", "size")),
    "PublicReply": Projection(fields=("id", "number", "at", "state", "text")),
    "PublicRemark": Projection(
        fields=("id", "number", "at", "text", "by_author"), when_named=("by",)
    ),
    "PublicAct": Projection(fields=("kind", "at", "asked", "agreed", "remark_id", "reason")),
    # A counted round of a questionnaire: nobody's answers, and words that are nobody's.
    "PublicRound": Projection(
        fields=("id", "number", "key", "round", "names", "leads", "award_key", "opened_at",
                "closed_at", "asked", "answered", "questions", "counts", "groups", "words",
                "due_at", "answers", "removals"),
    ),
    "PublicAnswer": Projection(fields=("number", "at", "text")),
    "PublicRemoval": Projection(fields=("number", "at", "reason")),
    # The fairness report of a cycle: counts of groups, none of which is small.
    "Report": Projection(fields=("least", "everybody", "groups", "spans", "overturned")),
    "Group": Projection(fields=("key", "count")),
    "Count": Projection(fields=("people", "nominated", "won")),
    "Span": Projection(fields=("stage", "cases", "median", "ninth_tenth")),
    # Any record as the search keeps it.
    "Projected": Projection(
        fields=("kind", "subject", "seq", "at", "title", "called", "text", "award", "cycle",
                "outcome", "teams", "shown"),
    ),
}  # fmt: skip


def of_case(
    *, named: bool, deciders: bool, customer: bool, objected: bool, appealed: bool, erased: bool
) -> tuple[Withheld, ...]:
    """Why parts of a case are withheld: `named` are its people, `deciders` those who judged."""
    reasons = {
        Withheld.REFUSED: not named,
        Withheld.DECIDERS: not deciders,
        Withheld.EVIDENCE: True,
        Withheld.CUSTOMER: customer,
        Withheld.DATES: customer,
        Withheld.OBJECTOR: objected,
        Withheld.PARTIES: appealed,
        Withheld.CONDUCT: True,
        Withheld.ERASED: erased,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)
