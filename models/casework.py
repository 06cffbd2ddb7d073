"""A nomination as the rules see it: everything they may ask, read in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from models import reviews
from models.acts import parted_by_appeal
from models.approvals import TierApproval
from models.base import Instant, db
from models.customers import MAY_BE_ASKED, CaseCustomer, Customer
from models.decisions import ContactAttempt, Decision
from models.judges import Assignment, DeclaredConflict, Recusal, still_binds
from models.nominations import Claim, Evidence, Finding, Nomination, Nominee
from models.people import FormerManager, Person
from models.prepared import Prepared
from models.reviews import RuleReading
from models.scheme import Scheme
from models.scores import ScoreSheet
from models.surveys import second_contact_of
from models.team_mates import team_mates
from models.tierlists import TierList, TierPlace, of_list
from models.voices import Objection
from models.waivers import Waiver, WaiverProposal, WaiverRefusal
from workflow.case import AwaitedContact, Case, ClaimFacts, ContactFacts
from workflow.conflicts import FAVOUR_LASTS
from workflow.opinions import Voice, Weighed, weigh
from workflow.vocabulary import (
    Action,
    ContactOutcome,
    EvidenceKind,
    ObjectionState,
    Occasion,
    Perception,
    RuleResult,
    Stage,
    Verdict,
)

CONCLUSIVE = {
    ContactOutcome.CONFIRMED: Perception.PERCEIVED,
    ContactOutcome.DISAGREED: Perception.NOT_PERCEIVED,
}


def snapshot(
    nomination: Nomination,
    read_rules: Callable[[Nomination], list[RuleReading]] = reviews.rule_readings,
) -> Case:
    """The facts that the rules of the road look at, as they are in this transaction."""
    facts, award = read(nomination), nomination.award
    opinions = facts.weighed(nomination)
    return Case(
        state=nomination.stage.value,
        nominator=nomination.nominator_id,
        nominees=frozenset(facts.nominees),
        line_managers=frozenset(facts.bound["manager"]),
        managers_of_nominator=frozenset(facts.bound["above_nominator"]),
        reports=frozenset(facts.bound["report"]),
        reports_of_nominator=frozenset(facts.bound["below_nominator"]),
        declared=frozenset(facts.bound["declared"]),
        team_mates=team_mates(nomination) if award.team_mates_are_barred else frozenset(),
        co_nominated=frozenset(facts.bound["co_nominated"]),
        reciprocal=frozenset(facts.bound["reciprocal"]),
        recused=frozenset(facts.bound["recused"]),
        parts={person: frozenset(stages) for person, stages in facts.parts.items()},
        appealed_against=_appealed_against(nomination, facts.decisions),
        stages_are_separate=award.stages_are_separate,
        assigns=award.assigns,
        assigned=frozenset(facts.bound["assigned"]),
        cycle_opens_at=nomination.cycle.opens_at,
        cycle_closes_at=nomination.cycle.closes_at,
        of_another_role=frozenset(
            person
            for person, role in facts.nominees.items()
            if award.job_role is not None and role != award.job_role
        ),
        untold=_untold(nomination),
        claims=facts.claim_facts(opinions),
        opinions=opinions,
        if_refuted=award.if_refuted,
        if_unverifiable=award.if_unverifiable,
        contact=contact_facts(
            facts.outcomes[Occasion.FIRST], facts.attempts_needed, facts.may_be_asked
        ),
        awaited=_awaited(nomination, facts) if award.waits_for_second_contact else None,
        policy=_policy(nomination, read_rules),
        scores_are_frozen=facts.scores_are_frozen,
        tier=_tier_key(nomination),
        notice_ends_at=nomination.notice_ends_at,
        due_at=nomination.due_at,
        open_objections=facts.open_objections,
        came_from=nomination.came_from,
        rejected_at=nomination.rejected_at,
        appeals=sum(step.action == Action.APPEAL for step in facts.decisions),
        appeal_until=nomination.appeal_until,
        visits=facts.visits(),
    )


@dataclass(frozen=True)
class Step:
    """One decision, as far as the rules ask for it."""

    by: int | None
    stage: Stage
    action: str
    dest: Stage


@dataclass(frozen=True)
class Found:
    """One auditor's verdict on one claim."""

    id: int
    claim: int
    by: int
    round: int
    verdict: Verdict


@dataclass
class Facts:
    """What one query gathers about a case from all its tables."""

    nominees: dict[int, str] = field(default_factory=dict)  # person -> job role
    bound: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    decisions: list[Step] = field(default_factory=list)
    parts: defaultdict[int, set[Stage]] = field(default_factory=lambda: defaultdict(set))
    claims: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    evidence: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    findings: list[Found] = field(default_factory=list)
    outcomes: defaultdict[Occasion, list[ContactOutcome]] = field(
        default_factory=lambda: defaultdict(list)
    )
    open_objections: int = 0
    attempts_needed: int = 0
    may_be_asked: bool = True
    scores_are_frozen: bool = False

    def visits(self) -> dict[Stage, int]:
        """How often the case has left each stage."""
        left: defaultdict[Stage, int] = defaultdict(int)
        for step in self.decisions:
            left[step.stage] += 1
        return dict(left)

    def claim_facts(self, opinions: Weighed) -> tuple[ClaimFacts, ...]:
        """The claims that say or show something, in their order."""
        found = []
        for claim, (position, text, _outdated) in self.claims.items():
            if text.strip() or self.evidence[claim]:
                facts = ClaimFacts(
                    evidence=self.evidence[claim],
                    verdict=opinions.verdicts.get(position),
                    position=position,
                    is_stated=bool(text.strip()),
                )
                found.append((position, facts))
        return tuple(claim for _position, claim in sorted(found, key=itemgetter(0)))

    def weighed(self, nomination: Nomination) -> Weighed:
        """What the verdicts on the claims as they are worded now come to.

        Where two auditors are asked for, both look again at a case that comes back to them: the
        opinions of its last round count.
        """
        needed, there = nomination.award.auditors_needed, nomination.stage is Stage.INTERNAL_AUDIT
        last = nomination.round if there else self.visits().get(Stage.INTERNAL_AUDIT, 0)
        voices = []
        for found in self.findings:
            position, _text, outdated = self.claims.get(found.claim, (0, "", found.id))
            if found.id > outdated and (needed == 1 or found.round == last):
                voices.append(Voice(found.by, position, found.verdict))
        return weigh([position for position, *_rest in self.claims.values()], voices, needed)


def read(nomination: Nomination) -> Facts:
    """One round trip: a decision must not cost one query for each thing that it looks at."""
    facts = Facts()
    db.session.flush()  # what this transaction has changed counts, and the driver does not know it
    asked = {
        "case": nomination.id,
        "nominator": nomination.nominator_id,
        "begun": nomination.created_at,
        "since": nomination.created_at - FAVOUR_LASTS,
    }
    found = _EVERYTHING.find(db.session.connection(), asked)
    for row in sorted(found, key=lambda row: row.nth or 0):
        _GATHER[row.tag](facts, row)
    return facts


def contact_facts(
    outcomes: list[ContactOutcome], needed: int, may_be_asked: bool = True
) -> ContactFacts:
    """The last answer counts; enough attempts without any are an outcome of their own.

    So is a customer who does not want to be asked: nobody waits for what must not be tried.
    """
    answers = [CONCLUSIVE[outcome] for outcome in outcomes if outcome in CONCLUSIVE]
    if answers:
        return ContactFacts(len(outcomes), needed, answers[-1])
    is_over = len(outcomes) >= needed or not may_be_asked
    silent = Perception.NO_ANSWER if is_over else None
    return ContactFacts(len(outcomes), needed, silent)


def _nominee(facts: Facts, row: Any) -> None:
    facts.nominees[row.n1] = row.t1


def _bound(facts: Facts, row: Any) -> None:
    facts.bound[row.tag].add(row.n1)


def _decision(facts: Facts, row: Any) -> None:
    stage, dest = Stage(row.t1), Stage(row.t3)
    facts.decisions.append(Step(row.n1, stage, row.t2, dest))
    if row.n1 is not None:
        facts.parts[row.n1].add(stage)


def _claim(facts: Facts, row: Any) -> None:
    facts.claims[row.n1] = (row.n2, row.t1, row.n3 or 0)


def _evidence(facts: Facts, row: Any) -> None:
    facts.evidence[row.n1] += row.t1 == EvidenceKind.FILE or bool(row.t2.strip())


def _finding(facts: Facts, row: Any) -> None:
    facts.findings.append(Found(row.n2, row.n1, row.n3, int(row.t2), Verdict(row.t1)))
    facts.parts[row.n3].add(Stage.INTERNAL_AUDIT)


def _contact(facts: Facts, row: Any) -> None:
    facts.outcomes[Occasion(row.t2)].append(ContactOutcome(row.t1))
    if row.n1 is not None:  # None: the customer's own answer
        facts.parts[row.n1].add(Stage.EXTERNAL_AUDIT)


def _customer(facts: Facts, row: Any) -> None:
    facts.may_be_asked = bool(row.n1)  # the last one chosen counts
    facts.parts[row.n2].add(Stage.EXTERNAL_AUDIT)


def _waiver(facts: Facts, row: Any) -> None:
    facts.parts[row.n1].add(Stage.POLICY_REVIEW)


def _objection(facts: Facts, row: Any) -> None:
    facts.open_objections += row.t1 == ObjectionState.OPEN
    facts.parts[row.n1].add(Stage.PUBLIC_NOTICE)


def _approval(facts: Facts, row: Any) -> None:
    facts.parts[row.n1].add(Stage.TIERING)


def _sheet(facts: Facts, row: Any) -> None:
    facts.scores_are_frozen = True


def _terms(facts: Facts, row: Any) -> None:
    facts.attempts_needed = row.n1


BOUND = (
    "manager",
    "above_nominator",
    "report",
    "below_nominator",
    "declared",
    "co_nominated",
    "reciprocal",
    "recused",
    "assigned",
)
_GATHER = {
    "nominee": _nominee,
    **dict.fromkeys(BOUND, _bound),
    "decision": _decision,
    "claim": _claim,
    "evidence": _evidence,
    "finding": _finding,
    "contact": _contact,
    "customer": _customer,
    "waiver": _waiver,
    "objection": _objection,
    "approval": _approval,
    "sheet": _sheet,
    "terms": _terms,
}


def _arm(tag: str, *, order: Any = None, **columns: Any) -> Select[Any]:
    """One table's share of the query: whole numbers in n1 to n3, words in t1 to t3."""
    numbers = [cast(columns.get(name, null()), Integer).label(name) for name in ("n1", "n2", "n3")]
    texts = [cast(columns.get(name, null()), String).label(name) for name in ("t1", "t2", "t3")]
    number = cast(null() if order is None else order, Integer).label("nth")
    name: ColumnElement[str] = literal_column(f"'{tag}'", String)  # our own word: nothing to bind
    columns_of_all: list[ColumnElement[Any]] = [name.label("tag"), number, *numbers, *texts]
    return select(*columns_of_all)


# A case whose customer was chosen by mistake has none again.
_MAY_BE_ASKED = or_(Customer.id.is_(None), MAY_BE_ASKED)


def _everything() -> CompoundSelect[Any]:
    case: ColumnElement[int] = bindparam("case", type_=Integer)
    claims = Claim.nomination_id == case
    return union_all(
        _arm("nominee", n1=Person.id, t1=Person.job_role)
        .join(Nominee, Nominee.person_id == Person.id)
        .where(_NOMINATED),
        *_in_line(),
        *_once_in_line(),
        *_declared(),
        *_favours(case),
        _arm("recused", n1=Recusal.person_id).where(Recusal.nomination_id == case),
        _arm("assigned", n1=Assignment.person_id).where(
            Assignment.nomination_id == case, Assignment.ended_at.is_(None)
        ),
        _arm(
            "decision",
            order=Decision.id,
            n1=Decision.by_id,
            t1=Decision.stage,
            t2=Decision.action,
            t3=Decision.dest,
        ).where(Decision.nomination_id == case),
        _arm(
            "claim", n1=Claim.id, n2=Claim.position, n3=Claim.outdated_finding, t1=Claim.text
        ).where(claims, Claim.withdrawn.is_(False)),
        _arm("evidence", n1=Evidence.claim_id, t1=Evidence.kind, t2=Evidence.text)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(claims),
        _arm(
            "finding",
            order=Finding.id,
            n1=Finding.claim_id,
            n2=Finding.id,
            n3=Finding.by_id,
            t1=Finding.verdict,
            t2=Finding.round,
        )
        .join(Claim, Claim.id == Finding.claim_id)
        .where(claims),
        _arm(
            "contact",
            order=ContactAttempt.id,
            n1=ContactAttempt.by_id,
            t1=ContactAttempt.outcome,
            t2=ContactAttempt.occasion,
        ).where(ContactAttempt.nomination_id == case),
        _arm("waiver", n1=Waiver.by_id).where(Waiver.nomination_id == case),
        _arm("waiver", n1=WaiverProposal.by_id).where(WaiverProposal.nomination_id == case),
        _arm("waiver", n1=WaiverRefusal.by_id)
        .join(WaiverProposal, WaiverProposal.id == WaiverRefusal.proposal_id)
        .where(WaiverProposal.nomination_id == case),
        _arm("approval", n1=TierApproval.by_id)
        .join(TierList, of_list())
        .join(TierPlace, TierPlace.tier_list_id == TierList.id)
        .where(TierPlace.nomination_id == case),
        _arm("objection", n1=Objection.by_id, t1=Objection.state).where(
            Objection.nomination_id == case
        ),
        _arm("sheet", n1=ScoreSheet.id)
        .join(Nomination, Nomination.cycle_id == ScoreSheet.cycle_id)
        .where(Nomination.id == case, ScoreSheet.written),
        _arm("customer", order=CaseCustomer.id, n1=_MAY_BE_ASKED, n2=CaseCustomer.by_id)
        .outerjoin(Customer, Customer.id == CaseCustomer.customer_id)
        .where(CaseCustomer.nomination_id == case),
        _arm("terms", n1=Scheme.contact_attempts),
    )


# The parties: whoever nominates, and whoever is nominated in the case. Joins and a value rather
# than lists made within the query: SQLite makes each such list a table of its own.
_NOMINATOR: ColumnElement[int] = bindparam("nominator", type_=Integer)
_NOMINATED = Nominee.nomination_id == bindparam("case", type_=Integer)


def _in_line() -> list[Select[Any]]:
    """Everybody above a nominee or the nominator, everybody below a nominee, and reports."""
    nominee = select(Person.manager_id.label("id")).join(Nominee, Nominee.person_id == Person.id)
    above = _above(nominee.where(_NOMINATED), "above")
    nominator = select(Person.manager_id.label("id")).where(Person.id == _NOMINATOR)
    over_nominator = _above(nominator, "over_nominator")
    below = (
        select(Person.id)
        .join(Nominee, Nominee.person_id == Person.manager_id)
        .where(_NOMINATED)
        .cte("below", recursive=True)
    )
    below = below.union(select(Person.id).join(below, Person.manager_id == below.c.id))
    return [
        _arm("manager", n1=above.c.id),
        _arm("above_nominator", n1=over_nominator.c.id),
        _arm("report", n1=below.c.id),
        _arm("below_nominator", n1=Person.id).where(Person.manager_id == _NOMINATOR),
    ]


def _once_in_line() -> list[Select[Any]]:
    """The same, of whoever was moved while the case was under way: a new place frees nobody."""
    manager, report = FormerManager.manager_id, FormerManager.person_id
    lately = FormerManager.until > bindparam("begun", type_=Instant)
    return [
        _arm("manager", n1=manager)
        .join(Nominee, Nominee.person_id == report)
        .where(_NOMINATED, lately),
        _arm("report", n1=report)
        .join(Nominee, Nominee.person_id == manager)
        .where(_NOMINATED, lately),
        _arm("above_nominator", n1=manager).where(report == _NOMINATOR, lately),
        _arm("below_nominator", n1=report).where(
            manager == _NOMINATOR, FormerManager.is_direct, lately
        ),
    ]


def _above(first: Select[Any], name: str) -> CTE:
    """These people's managers, and everybody above them in the reporting line."""
    above = first.where(Person.manager_id.is_not(None)).cte(name, recursive=True)
    return above.union(
        select(Person.manager_id)
        .join(above, Person.id == above.c.id)
        .where(Person.manager_id.is_not(None))
    )


def _declared() -> list[Select[Any]]:
    """Whoever is bound to a nominee or the nominator by a declaration.

    What one of the two took back while the case was under way still counts in it: nobody gets a
    friend's case by withdrawing the word. A scheme manager can set a mistake right.
    """
    arms = []
    binds = still_binds(bindparam("begun", type_=Instant))
    sides = (DeclaredConflict.one_id, DeclaredConflict.other_id)
    for party, person in (sides, sides[::-1]):
        arm = _arm("declared", n1=person).outerjoin(DeclaredConflict.end).where(binds)
        arms += [
            arm.join(Nominee, Nominee.person_id == party).where(_NOMINATED),
            arm.where(party == _NOMINATOR),
        ]
    return arms


def _favours(case: ColumnElement[int]) -> list[Select[Any]]:
    """Whoever was nominated beside a nominee, or nominated one or was nominated by a party."""
    since: ColumnElement[datetime] = bindparam("since", type_=Instant)
    other, theirs, beside = aliased(Nomination), aliased(Nominee), aliased(Nominee)
    recent = (other.id != case, other.submitted_at >= since)
    of_nominee = (
        _arm("reciprocal", n1=other.nominator_id)
        .join(theirs, theirs.nomination_id == other.id)
        .join(Nominee, Nominee.person_id == theirs.person_id)
        .where(_NOMINATED, other.nominator_id.is_not(None), *recent)
    )
    beside_nominee = (
        _arm("co_nominated", n1=beside.person_id)
        .join(theirs, theirs.nomination_id == beside.nomination_id)
        .join(other, other.id == theirs.nomination_id)
        .join(Nominee, Nominee.person_id == theirs.person_id)
        .where(_NOMINATED, beside.person_id != theirs.person_id, *recent)
    )
    by_party = _arm("reciprocal", n1=theirs.person_id).join(other, other.id == theirs.nomination_id)
    return [
        beside_nominee,
        of_nominee,
        by_party.join(Nominee, Nominee.person_id == other.nominator_id).where(_NOMINATED, *recent),
        by_party.where(other.nominator_id == _NOMINATOR, *recent),
    ]


_EVERYTHING = Prepared(_everything())


def _policy(
    nomination: Nomination, read_rules: Callable[[Nomination], list[RuleReading]]
) -> tuple[RuleResult, ...]:
    """One outcome for each rule and nominee, at the policy review only."""
    if nomination.stage is not Stage.POLICY_REVIEW:
        return ()
    return tuple(reading.result for reading in read_rules(nomination))


def _awaited(nomination: Nomination, facts: Facts) -> AwaitedContact | None:
    """The second contact, once the first has found something that can last."""
    planned = second_contact_of(nomination)
    if planned is None:
        return None
    found = contact_facts(facts.outcomes[Occasion.SECOND], facts.attempts_needed)
    return AwaitedContact(planned.due_at, found)


def _untold(nomination: Nomination) -> tuple[str, ...]:
    told = {
        "title": nomination.title.strip(),
        "story": nomination.story.strip(),
        "day": nomination.happened_on,
        "channel": nomination.channel,
    }
    return tuple(part for part, answer in told.items() if not answer)


def _appealed_against(nomination: Nomination, decisions: Iterable[Step]) -> frozenset[int]:
    """Whoever took part in what the one appeal has overturned: others judge now."""
    upheld = any(step.action == Action.UPHOLD_APPEAL for step in decisions)
    return parted_by_appeal(nomination.id) if upheld else frozenset()


def _tier_key(nomination: Nomination) -> str | None:
    """The tier given; on a road without tiering, the award's only one."""
    if nomination.tier is not None:
        return nomination.tier.key
    if Stage.TIERING not in nomination.pathway.stages and nomination.award.tiers:
        return nomination.award.tiers[0].key
    return None
