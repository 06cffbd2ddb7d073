"""Moving a nomination along its road: the one door for a change of stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from workflow.deadlines import due

from ledger.canonical import canonical
from models import casework, scheme
from models.base import db
from models.decisions import Decision
from models.ledger import Wording
from models.nominations import JUDGING, Nomination, by_number, visible_to
from models.outbox import RequestKey
from models.people import Person, holders
from operations.transaction import Transaction
from workflow import conflicts, pathway
from workflow.case import CLOCK, Act, Actor, Case
from workflow.pathway import Move
from workflow.vocabulary import CLOSED, Action, Reason, Role, Stage


class NotVisible(LookupError):
    """There is no such case, or none that this person may see: the two look the same."""


class Stale(Exception):
    """Somebody decided while the form was open; `decision` says who and what, if it was one."""

    def __init__(self, number: str, decision: Decision | None) -> None:
        super().__init__(number)
        self.number = number
        self.decision = decision


class KeyReused(Exception):
    """A request key that came before with another body."""


@dataclass(frozen=True)
class Request:
    """What every deciding form carries beside its answer.

    `version` is the nomination's when the page was made; `key` makes the same request, sent
    twice, one act.
    """

    version: int
    key: str | None = None


def load(tx: Transaction, person_id: int, number: str) -> tuple[Person, Nomination]:
    """The person and the case as this transaction sees them; raises NotVisible."""
    person = tx.session.get(Person, person_id)
    nomination = by_number(number)
    if person is None or nomination is None:
        raise NotVisible(number)
    seen = select(Nomination.id).where(
        Nomination.id == nomination.id, visible_to(person, tx.now) | Nomination.stage.in_(_OPEN)
    )
    if tx.session.scalar(seen) is None:
        raise NotVisible(number)
    return person, nomination


_OPEN = (Stage.PUBLIC_NOTICE, Stage.OBJECTION)  # any colleague may act here: object


def check_version(nomination: Nomination, version: int) -> None:
    """Raise Stale when the case has moved since the page was made."""
    if nomination.version != version:
        raise Stale(nomination.number, last_decision(nomination))


def last_decision(nomination: Nomination) -> Decision | None:
    return db.session.scalar(
        select(Decision)
        .where(Decision.nomination_id == nomination.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )


def already_done(
    tx: Transaction, person_id: int, request: Request, body: dict[str, object]
) -> bool:
    """Whether this very request was carried out before; raises KeyReused for another body."""
    if request.key is None:
        return False
    digest = sha256(canonical({"v": 1, **body})).hexdigest()
    earlier = tx.session.get(RequestKey, request.key)
    if earlier is None:
        tx.add(
            RequestKey(key=request.key, person_id=person_id, body_hash=digest, answer={}, at=tx.now)
        )
        return False
    if (earlier.person_id, earlier.body_hash) != (person_id, digest):
        raise KeyReused(request.key)
    return True


def move(
    tx: Transaction,
    nomination: Nomination,
    actor: Person | None,
    action: Action,
    *,
    reason: Reason | None = None,
    sentence: str = "",
    facts: dict[str, object] | None = None,
) -> Decision:
    """Perform the act (None: the clock) under the rules, and record it; raises Refused."""
    case = casework.snapshot(nomination)
    who = actor.actor(tx.now, nomination.award_id) if actor else CLOCK
    act = Act(action, who, tx.now, reason, sentence)
    before = case.stage
    taken = pathway.perform(nomination.pathway, case, act)
    role = next(role for role in taken.by if who.has(role, case))
    decision = Decision(
        nomination=nomination,
        stage=before,
        round=nomination.round,
        action=action,
        dest=taken.dest,
        by=actor,
        role=role.value,
        at=tx.now,
        reason=reason,
        sentence=Wording.of(sentence.strip()) if sentence.strip() else None,
        facts=_frozen(case, who, facts or {}),
    )
    enter(tx, nomination, decision)
    tx.record(decision)
    _tell(tx, nomination, taken, decision)
    return decision


def enter(tx: Transaction, nomination: Nomination, decision: Decision) -> None:
    """Put the case at the stage that the decision leads to, with its dates."""
    terms, dest = scheme.scheme(), decision.dest
    nomination.round = _round(tx, nomination, decision)
    nomination.stage, nomination.stage_entered_at = dest, tx.now
    nomination.due_at = _due(tx, nomination, dest)
    nomination.closed_at = tx.now if dest in CLOSED else None
    if decision.action in (Action.SUBMIT, Action.RESUBMIT):
        nomination.submitted_at = nomination.submitted_at or tx.now
    if dest is Stage.RETURNED:
        nomination.came_from = decision.stage
    if dest is Stage.REJECTED:
        nomination.rejected_at = (
            nomination.rejected_at if decision.stage is Stage.APPEAL else decision.stage
        )
        nomination.appeal_until = tx.now + timedelta(days=terms.appeal_days)
    if dest is Stage.PUBLIC_NOTICE:
        _give_notice(tx, nomination, decision, terms.notice_days)


def _give_notice(tx: Transaction, nomination: Nomination, decision: Decision, days: int) -> None:
    """The notice begins; after an objection it goes on with the days that were left."""
    if decision.action is Action.DISMISS_OBJECTION and nomination.notice_ends_at:
        frozen = tx.session.scalar(
            select(func.max(Decision.at)).where(
                Decision.nomination_id == nomination.id, Decision.stage == Stage.PUBLIC_NOTICE
            )
        )
        nomination.notice_ends_at += tx.now - (frozen or tx.now)
        return
    nomination.notice_began_at = tx.now
    nomination.notice_ends_at = tx.now + timedelta(days=days)
    if nomination.tier is None and nomination.award.tiers:
        nomination.tier = nomination.award.tiers[0]


def _round(tx: Transaction, nomination: Nomination, decision: Decision) -> int:
    """How often the case will have been at the stage it enters."""
    left = tx.session.scalar(
        select(func.count()).where(
            Decision.nomination_id == nomination.id, Decision.stage == decision.dest
        )
    )
    return (left or 0) + 1 + (decision.stage is decision.dest)


def _due(tx: Transaction, nomination: Nomination, dest: Stage) -> datetime | None:
    """When the stage's work is due: working days of the scheme."""
    terms = scheme.scheme()
    days = terms.return_days if dest is Stage.RETURNED else terms.stage_days
    if dest is not Stage.RETURNED and dest not in JUDGING:
        return None
    start = max(tx.now, nomination.cycle.closes_at) if dest is Stage.TIERING else tx.now
    holidays = set(tx.session.scalars(select(scheme.Holiday.day)))
    return due(start, days, holidays, terms.zone)


def _frozen(case: Case, who: Actor, facts: dict[str, object]) -> dict[str, object]:
    """What the guards saw, kept with the decision: duties, and the relation that was ruled out."""
    if who.is_clock or who.person is None:
        return facts
    relation = conflicts.relation(case, who.person)
    return {
        "duties": sorted(duty.value for duty in who.duties),
        "relation": relation.value if relation else None,
        **facts,
    }


def _tell(tx: Transaction, nomination: Nomination, taken: Move, decision: Decision) -> None:
    """Tell the parties what became of it, and those on duty that it waits for them."""
    values = {"action": decision.action.value, "stage": decision.stage.value}
    values["dest"] = decision.dest.value
    case = casework.snapshot(nomination)
    for role in taken.tells:
        if role is Role.NOMINATOR and nomination.nominator_id:
            tx.tell(nomination.nominator_id, "case_moved", nomination, **values)
        elif role is Role.NOMINEE:
            for nominee in nomination.nominees:
                tx.tell(nominee.id, "case_moved", nomination, **values)
        elif role.duty is not None:
            for person in tx.session.scalars(holders(role.duty, tx.now, nomination.award_id)):
                if conflicts.relation(case, person.id) is None:
                    tx.tell(person.id, "case_waits", nomination, **values)
