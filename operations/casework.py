"""Moving a nomination along its road: the one door for a change of stage."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.orm.attributes import set_committed_value

from ledger.canonical import canonical
from models import acting, casework, rewards
from models.base import db, table
from models.decisions import Decision
from models.ledger import Wording
from models.nominations import Nomination
from models.outbox import RequestKey
from models.people import Person, holders
from models.prepared import Prepared, new
from operations import routing
from operations.transaction import Transaction
from workflow import conflicts, pathway
from workflow.case import CLOCK, Act, Actor, Case
from workflow.pathway import Move
from workflow.refusal import Refused
from workflow.vocabulary import CLOSED, JUDGING, Action, Reason, Role, Stage, Verdict


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
    tx.session.flush()
    found = acting.who_and_which(tx.session, tx.connection, person_id, number, tx.now)
    if found is None:
        raise NotVisible(number)
    return found


def check_version(nomination: Nomination, version: int) -> None:
    """Raise Stale when the case has moved since the page was made."""
    if nomination.version != version:
        raise Stale(nomination.number, last_decision(nomination))


def check_overtaken(
    nomination: Nomination, refused: Refused, *, is_judge: bool, version: int | None
) -> None:
    """Raise Stale when the case went on while a judge had its page open: they hear by whom."""
    if is_judge and version is not None and refused.message == "not_at_this_stage":
        check_version(nomination, version)


def last_decision(nomination: Nomination) -> Decision | None:
    return db.session.scalar(
        select(Decision)
        .where(Decision.nomination_id == nomination.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )


_KEYS = table(RequestKey)
_NEW_KEY = ("key", "person_id", "body_hash", "at")
_KEY = Prepared(
    insert(_KEYS).from_select(
        _NEW_KEY,
        select(*(bindparam(name, type_=_KEYS.c[name].type) for name in _NEW_KEY)).where(
            ~exists().where(_KEYS.c.key == bindparam("key"))
        ),
    )
)
_EARLIER = select(RequestKey.person_id, RequestKey.body_hash).where(
    RequestKey.key == bindparam("key")
)


def already_done(
    tx: Transaction, person_id: int, request: Request, body: dict[str, object]
) -> bool:
    """Whether this very request was carried out before; raises KeyReused for another body."""
    if request.key is None:
        return False
    digest = sha256(canonical({"v": 1, **body})).hexdigest()
    row = {"key": request.key, "person_id": person_id, "body_hash": digest, "at": tx.now}
    if _KEY.run(tx.connection, row).rowcount == 1:
        return False
    earlier = tx.execute(_EARLIER, {"key": request.key}).one()
    if tuple(earlier) != (person_id, digest):
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
    before, seen = case.stage, _frozen(case, who) | _found(tx, case)
    if action is Action.AWARD:
        seen |= rewards.promise(nomination.tier_id)
    taken = pathway.perform(nomination.pathway, case, act)
    role = next(role for role in taken.by if who.has(role, case))
    wording = _worded(tx, sentence)
    decision = new(
        Decision,
        nomination=nomination,
        nomination_id=nomination.id,
        stage=before,
        round=nomination.round,
        action=action,
        dest=taken.dest,
        by=actor,
        by_id=who.person,
        role=role.value,
        at=tx.now,
        reason=reason,
        sentence=wording,
        sentence_id=wording.id if wording else None,
        facts=seen | (facts or {}),
    )
    tx.record(decision, at_once=True)
    if not tx.update(nomination, _entered(tx, nomination, decision, case)):
        raise Stale(nomination.number, None)
    case.visits = {**case.visits, before: case.visits.get(before, 0) + 1}
    if actor:
        case.parts = {**case.parts, actor.id: case.parts.get(actor.id, frozenset()) | {before}}
    if action is Action.UPHOLD_APPEAL:
        case = casework.snapshot(nomination)  # whoever it overrules does not judge again
    judges = routing.route(tx, nomination, case)
    _tell(tx, nomination, taken, decision, case, judges)
    return decision


def _worded(tx: Transaction, sentence: str) -> Wording | None:
    if not sentence.strip():
        return None
    wording = Wording.of(sentence.strip())
    tx.insert(wording)
    return wording


def _entered(
    tx: Transaction, nomination: Nomination, decision: Decision, case: Case
) -> dict[str, Any]:
    """What becomes of the case's row at the stage that the decision leads to."""
    dest = decision.dest
    changes: dict[str, Any] = {
        "stage": dest,
        "round": case.visits.get(dest, 0) + 1 + (decision.stage is dest),
        "stage_entered_at": tx.now,
        "due_at": _due(tx, nomination, dest),
        "closed_at": tx.now if dest in CLOSED else None,
    }
    if decision.action in (Action.SUBMIT, Action.RESUBMIT):
        changes["submitted_at"] = nomination.submitted_at or tx.now
    if dest is Stage.RETURNED:
        changes["came_from"] = decision.stage
    if dest is Stage.REJECTED:
        if decision.stage is not Stage.APPEAL:
            changes["rejected_at"] = decision.stage
        changes["appeal_until"] = tx.now + timedelta(days=tx.terms.appeal_days)
    if dest is Stage.PUBLIC_NOTICE:
        changes |= _notice(tx, nomination, decision)
    return changes


def _notice(tx: Transaction, nomination: Nomination, decision: Decision) -> dict[str, Any]:
    """The notice begins; after an objection it goes on with the days that were left."""
    if decision.action is Action.DISMISS_OBJECTION and nomination.notice_ends_at:
        frozen = tx.session.scalar(
            select(func.max(Decision.at)).where(
                Decision.nomination_id == nomination.id, Decision.stage == Stage.PUBLIC_NOTICE
            )
        )
        return {"notice_ends_at": nomination.notice_ends_at + (tx.now - (frozen or tx.now))}
    notice = {
        "notice_began_at": tx.now,
        "notice_ends_at": tx.now + timedelta(days=tx.terms.notice_days),
    }
    tiers = nomination.award.tiers
    if nomination.tier_id is None and tiers:
        set_committed_value(nomination, "tier", tiers[0])
        return {**notice, "tier_id": tiers[0].id}
    return notice


def _due(tx: Transaction, nomination: Nomination, dest: Stage) -> datetime | None:
    """When the stage's work is due: working days of the scheme.

    What rests on the whole cycle is not asked for while the cycle, or the wait for its last
    results, goes on.
    """
    terms, closes_at = tx.terms, nomination.cycle.closes_at
    days = terms.return_days if dest is Stage.RETURNED else terms.stage_days
    if dest is not Stage.RETURNED and dest not in JUDGING:
        return None
    start = tx.now
    if dest is Stage.TIERING:
        start = max(start, closes_at)
    elif dest is Stage.PERFORMANCE_REVIEW:
        start = max(start, closes_at + timedelta(days=terms.results_days))
    return terms.due(start, days)


def _frozen(case: Case, who: Actor) -> dict[str, object]:
    """What the guards saw, kept with the decision: duties, and the relation that was ruled out."""
    if who.person is None:
        return {}
    relation = conflicts.relation(case, who.person)
    return {
        "duties": sorted(duty.value for duty in who.duties),
        "relation": relation.value if relation else None,
        "assigned": who.person in case.assigned,
    }


def _found(tx: Transaction, case: Case) -> dict[str, object]:
    """The claims that an internal audit goes on without, and whose opinions it rests on."""
    if case.stage is not Stage.INTERNAL_AUDIT:
        return {}
    found: dict[str, object] = {}
    without = [
        claim.position for claim in case.claims if claim.verdict not in (None, Verdict.CONFIRMED)
    ]
    if without:
        found["without"] = without
    if case.opinions.needed > 1:
        keys = select(Person.key).where(Person.id.in_(case.opinions.by)).order_by(Person.key)
        found["opinions"] = list(tx.session.scalars(keys))
    return found


_ON_DUTY = Prepared(
    holders(bindparam("duty"), bindparam("at"), bindparam("award")).with_only_columns(Person.id)
)


def tell_judges(
    tx: Transaction,
    nomination: Nomination,
    case: Case,
    values: dict[str, Any],
    besides: Collection[int],
) -> None:
    """Tell those who may judge the case at its stage now that it waits for them."""
    asked = {"duty": JUDGING[case.stage], "at": tx.now, "award": nomination.award_id}
    for (person,) in _ON_DUTY.find(tx.connection, asked):
        if person not in besides and conflicts.relation(case, person) is None:
            tx.tell(person, "case_waits", nomination, **values)


def _tell(
    tx: Transaction,
    nomination: Nomination,
    taken: Move,
    decision: Decision,
    case: Case,
    judges: list[int],
) -> None:
    """Tell the parties what became of it, and its judge or those on duty that it waits."""
    values = {"action": decision.action.value, "stage": decision.stage.value}
    values["dest"] = decision.dest.value
    for role in taken.tells:
        if role is Role.NOMINATOR and nomination.nominator_id:
            tx.tell(nomination.nominator_id, "case_moved", nomination, **values)
        elif role is Role.NOMINEE:
            for nominee in nomination.nominees:
                tx.tell(nominee.id, "case_moved", nomination, **values)
        elif role.duty is not None and judges and case.assigns:
            for person in judges:
                tx.tell(person, "case_waits", nomination, **values)
        elif role.duty is not None:
            asked = {"duty": role.duty, "at": tx.now, "award": nomination.award_id}
            for (person,) in _ON_DUTY.find(tx.connection, asked):
                if conflicts.relation(case, person) is None:
                    tx.tell(person, "case_waits", nomination, **values)
