"""What stands around a case on its pages: the road as steps, the register, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from ledger import entry
from models import ledger, scheme
from models.appeals import appealed
from models.decisions import Decision
from models.eligibility import awards_named, reasons_of
from models.nominations import Nomination
from models.public_case import RankedPlace
from models.scheme import Names
from views.filters import local
from words import register
from words.days import day
from words.explanations import explain
from words.labels import label
from workflow.deadlines import last_day
from workflow.pathway import Offer
from workflow.refusal import Refused
from workflow.vocabulary import CLOSED, Action, Reason, Role, Stage

# Where a stage beside the road stands on it; the others follow from the case itself.
BESIDE = {
    Stage.OBJECTION: Stage.PUBLIC_NOTICE,
    Stage.NOT_PLACED: Stage.TIERING,
    Stage.REVOKED: Stage.AWARDED,
}
DECIDED = frozenset(
    {
        Action.APPROVE,
        Action.REJECT,
        Action.PLACE,
        Action.PASS_OVER,
        Action.AWARD,
        Action.REVOKE,
        Action.UPHOLD_OBJECTION,
        Action.UPHOLD_APPEAL,
        Action.DISMISS_APPEAL,
    }
)
DESKS = {
    Stage.DRAFT: "nominations.edit",
    Stage.RETURNED: "nominations.edit",
    Stage.INTERNAL_AUDIT: "audits.internal",
    Stage.EXTERNAL_AUDIT: "audits.external",
    Stage.POLICY_REVIEW: "reviews.policy",
    Stage.PERFORMANCE_REVIEW: "reviews.performance",
    Stage.OBJECTION: "objections.resolve",
    Stage.APPEAL: "appeals.resolve",
}
ROLE_OF_DUTY_ENTRIES = {
    "finding": Role.INTERNAL_AUDITOR,
    "audit_file": Role.INTERNAL_AUDITOR,
    "customer_contact": Role.EXTERNAL_AUDITOR,
    "customer_chosen": Role.EXTERNAL_AUDITOR,
    "customer_looked": Role.EXTERNAL_AUDITOR,
    "survey_made": Role.EXTERNAL_AUDITOR,
    "words_released": Role.EXTERNAL_AUDITOR,
    "waiver_proposed": Role.POLICY_REVIEWER,
    "score_frozen": Role.PERFORMANCE_REVIEWER,
}


@dataclass(frozen=True)
class Line:
    """One line of the register."""

    at: datetime
    number: int
    act: str
    role: Role | None
    reason: Reason | None = None
    sentence: str | None = None
    erased: bool = False
    decided: bool = False


@dataclass(frozen=True)
class Command:
    """An act that the reader can do, and the page where it is asked for."""

    action: Action
    url: str


@dataclass(frozen=True)
class Panel:
    """What the reader can do: at the case's desk, by single acts, and what stands against it."""

    desk: str | None
    commands: list[Command]
    refused: list[Refused]


def desk_url(nomination: Nomination) -> str:
    """Where the work of the case's present stage is done."""
    if nomination.stage is Stage.TIERING:
        return url_for("tiering.show", award=nomination.award.key, cycle=nomination.cycle.key)
    return url_for(DESKS.get(nomination.stage, "cases.show"), number=nomination.number)


def day_counter(now: datetime) -> Callable[[datetime | None], int | None]:
    """Counts the days from today to the last day on which a thing can be done; late is negative.

    The scheme's time zone is read once, however long the list is.
    """
    zone = scheme.scheme().zone
    today = now.astimezone(zone).date()

    def days(due_at: datetime | None) -> int | None:
        return None if due_at is None else (last_day(due_at, zone) - today).days

    return days


def because(nomination: Nomination) -> list[str]:
    """Why results or earlier wins put the case forward; empty where a colleague nominated."""
    reasons = reasons_of(nomination)
    awards = {key: local(names) for key, names in awards_named(reasons).items()}
    return [explain(reason, awards=awards) for reason in reasons]


def reasons_of_place(place: RankedPlace | None) -> list[str]:
    """Why the case came to its place in the ranking, sentence by sentence."""
    return explained(place.explanation, place.tiers) if place else []


def explained(explanation: Iterable[Mapping[str, Any]], tiers: Mapping[str, Names]) -> list[str]:
    """The messages of a place as sentences, with the tiers by their names."""
    called = {tier: local(names) for tier, names in tiers.items()}
    return [explain(message, tiers=called) for message in explanation]


def days_left(due_at: datetime | None, now: datetime) -> int | None:
    """The days left for one thing; a list counts with `day_counter`."""
    return day_counter(now)(due_at)


def steps(nomination: Nomination, decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """The road as the stepper draws it: done, current, to come, and where side ways left it."""
    road, taken = nomination.pathway.stages, list(decisions)
    here = road.index(_standing(nomination, taken))
    return [
        {
            "word": label(stage),
            "state": _state(nomination, place, here),
            "day": _left_on(stage, road, taken) if place < here else _ended_on(nomination, stage),
            "side": _side(nomination, stage, taken, is_here=place == here),
        }
        for place, stage in enumerate(road)
    ]


def _standing(nomination: Nomination, taken: list[Decision]) -> Stage:
    """The stage of the road that the case is at, or that it left the road from."""
    stage = nomination.stage
    if stage is Stage.RETURNED:
        stage = nomination.came_from or stage
    elif stage in (Stage.REJECTED, Stage.APPEAL):
        stage = nomination.rejected_at or stage
    elif stage in (Stage.WITHDRAWN, Stage.EXPIRED) and taken:
        stage = taken[-1].stage
        if stage is Stage.RETURNED:
            stage = nomination.came_from or stage
    return BESIDE.get(stage, stage)


def _state(nomination: Nomination, place: int, here: int) -> str:
    if place != here:
        return "done" if place < here else "todo"
    if nomination.stage is Stage.AWARDED:
        return "done"
    return "left" if nomination.stage in CLOSED else "current"


def _ended_on(nomination: Nomination, stage: Stage) -> str | None:
    """The day on which the road came to its end."""
    ended = nomination.closed_at if stage is nomination.stage is Stage.AWARDED else None
    return day(ended) if ended else None


def _left_on(stage: Stage, road: tuple[Stage, ...], taken: list[Decision]) -> str | None:
    """The day on which the case last went on from this stage."""
    forward = [step.at for step in taken if step.stage is stage and step.dest in road]
    return day(forward[-1]) if forward else None


def _side(
    nomination: Nomination, stage: Stage, taken: list[Decision], *, is_here: bool
) -> str | None:
    """The side way that the case is on here, or the last one it took here before."""
    if is_here and nomination.stage is not stage:
        return str(label(nomination.stage))
    off = [step.action for step in taken if step.stage is stage and step.dest in _ASIDE]
    return str(label(off[-1])) if off else None


_ASIDE = frozenset({Stage.RETURNED, Stage.REJECTED, Stage.OBJECTION})


def register_of(
    nomination: Nomination, decisions: Iterable[Decision], sealed_from: str | None = None
) -> list[Line]:
    """The timeline, read from the ledger; sentences come from the rows that it commits to.

    While verdicts are sealed, a reader of the key `sealed_from` finds their own alone.
    """
    by_seq = {decision.ledger_seq: decision for decision in decisions}
    lines = []
    for row in ledger.timeline(nomination.number):
        body = entry.read(row.data).body
        hidden = sealed_from is not None and body.get("by") != sealed_from
        act = register.act(row.kind, body, sealed=hidden)
        if act is not None:
            lines.append(_line(row, body, act, by_seq.get(row.seq)))
    return lines


@dataclass(frozen=True)
class AppealLines:
    """An appeal with the contested decision, its answer, and what was decided after it."""

    first: Decided
    appeal: Decided
    answer: Decided | None
    again: Decided | None


@dataclass(frozen=True)
class Decided:
    """One decision with its reasons."""

    at: datetime
    number: int
    stage: Stage
    action: Action
    reason: Reason | None
    sentence: str | None
    erased: bool


def appeal_lines(decisions: Iterable[Decision]) -> AppealLines | None:
    """The case's one appeal; None without one."""
    found = appealed(decisions)
    if found is None:
        return None
    first, appeal = _decided(found.first), _decided(found.appeal)
    answer, again = (_decided(one) if one else None for one in (found.answer, found.again))
    return AppealLines(first, appeal, answer, again)


def _decided(one: Decision) -> Decided:
    text = one.sentence.text if one.sentence else None
    erased = one.sentence is not None and text is None
    return Decided(one.at, one.ledger_seq, one.stage, one.action, one.reason, text, erased)


def _line(
    row: ledger.LedgerEntry, body: Mapping[str, Any], act: str, decision: Decision | None
) -> Line:
    if decision is None:
        role = ROLE_OF_DUTY_ENTRIES.get(row.kind)
        by_nobody = body.get("by", True) is None  # the customer's own answer, or the clock
        return Line(row.at, row.seq, act, None if by_nobody else role)
    wording = decision.sentence
    return Line(
        row.at,
        row.seq,
        act,
        Role(decision.role),
        reason=decision.reason,
        sentence=wording.text if wording else None,
        erased=wording is not None and wording.text is None,
        decided=decision.action in DECIDED,
    )


def panel(nomination: Nomination, offers: Iterable[Offer]) -> Panel:
    """What the reader can do; moves that differ only in where they lead are one command.

    What still hinders an act (a claim without a verdict) leaves the desk open: there it is mended.
    """
    desk, open_desk = desk_url(nomination), False
    free: dict[str, Command] = {}
    refused: dict[str, Refused] = {}
    for offer in offers:
        if offer.move.source is Stage.NOT_PLACED:
            continue  # the committee's list does it, and says so
        url = _way(nomination, offer.move.action)
        if offer.refused is not None:
            refused.setdefault(offer.refused.message, offer.refused)
        if url == desk:
            open_desk = open_desk or not _bars(offer.refused)
        elif offer.refused is None:
            free.setdefault(url, Command(offer.move.action, url))
    return Panel(desk if open_desk else None, list(free.values()), list(refused.values()))


def _bars(refused: Refused | None) -> bool:
    return refused is not None and refused.message.startswith("barred_as_")


def _way(nomination: Nomination, action: Action) -> str:
    """The page with the form that the act asks for."""
    number = nomination.number
    if action is Action.OBJECT:
        return url_for("objections.new", number=number)
    if action is Action.APPEAL:
        return url_for("appeals.new", number=number)
    plain = action is Action.APPROVE and nomination.stage not in DESKS  # it asks nothing of its own
    if plain or action in (Action.RETURN, Action.REJECT, Action.WITHDRAW, Action.REVOKE):
        return url_for("cases.act", number=number, action=action.value)
    return desk_url(nomination)
