"""A nomination as the rules see it: everything they may ask, read in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from models import reviews
from models.base import db
from models.decisions import ContactAttempt, Decision, Waiver
from models.nominations import Claim, Evidence, Finding, Nomination, Nominee
from models.people import Person
from models.scheme import Scheme
from models.voices import Objection
from workflow.case import Case, ClaimFacts, ContactFacts
from workflow.vocabulary import (
    Action,
    ContactOutcome,
    EvidenceKind,
    ObjectionState,
    Perception,
    Stage,
    Verdict,
)

CONCLUSIVE = {
    ContactOutcome.CONFIRMED: Perception.PERCEIVED,
    ContactOutcome.DISAGREED: Perception.NOT_PERCEIVED,
}


def snapshot(nomination: Nomination) -> Case:
    """The facts that the rules of the road look at, as they are in this transaction."""
    facts, award = read(nomination), nomination.award
    return Case(
        state=nomination.stage.value,
        nominator=nomination.nominator_id,
        nominees=frozenset(facts.nominees),
        line_managers=frozenset(facts.managers),
        team_mates=_team_mates(nomination) if award.team_mates_are_barred else frozenset(),
        parts={person: frozenset(stages) for person, stages in facts.parts.items()},
        appealed_against=_appealed_against(facts.decisions),
        stages_are_separate=award.stages_are_separate,
        cycle_opens_at=nomination.cycle.opens_at,
        cycle_closes_at=nomination.cycle.closes_at,
        of_another_role=frozenset(
            person
            for person, role in facts.nominees.items()
            if award.job_role is not None and role != award.job_role
        ),
        untold=_untold(nomination),
        claims=facts.claim_facts(),
        contact=contact_facts(facts.outcomes, facts.attempts_needed),
        policy=reviews.policy_results(nomination),
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


@dataclass
class Facts:
    """What one query gathers about a case from all its tables."""

    nominees: dict[int, str] = field(default_factory=dict)  # person -> job role
    managers: set[int] = field(default_factory=set)
    decisions: list[Step] = field(default_factory=list)
    parts: defaultdict[int, set[Stage]] = field(default_factory=lambda: defaultdict(set))
    claims: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    evidence: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    verdicts: dict[int, tuple[int, Verdict]] = field(default_factory=dict)
    outcomes: list[ContactOutcome] = field(default_factory=list)
    open_objections: int = 0
    attempts_needed: int = 0

    def visits(self) -> dict[Stage, int]:
        """How often the case has left each stage."""
        left: defaultdict[Stage, int] = defaultdict(int)
        for step in self.decisions:
            left[step.stage] += 1
        return dict(left)

    def claim_facts(self) -> tuple[ClaimFacts, ...]:
        """The claims that say or show something, in their order."""
        found = []
        for claim, (position, text, outdated) in self.claims.items():
            finding, verdict = self.verdicts.get(claim, (0, None))
            if text.strip() or self.evidence[claim]:
                facts = ClaimFacts(
                    evidence=self.evidence[claim],
                    verdict=verdict if finding > outdated else None,
                    position=position,
                    is_stated=bool(text.strip()),
                )
                found.append((position, facts))
        return tuple(claim for _position, claim in sorted(found, key=itemgetter(0)))


def read(nomination: Nomination) -> Facts:
    """One round trip: a decision must not cost one query for each thing that it looks at."""
    facts = Facts()
    db.session.flush()  # what this transaction has changed counts, and the driver does not know it
    for row in db.session.connection().execute(_EVERYTHING, {"case": nomination.id}):
        _GATHER[row.tag](facts, row)
    return facts


def contact_facts(outcomes: list[ContactOutcome], needed: int) -> ContactFacts:
    """The last answer counts; enough attempts without any are an outcome of their own."""
    answers = [CONCLUSIVE[outcome] for outcome in outcomes if outcome in CONCLUSIVE]
    if answers:
        return ContactFacts(len(outcomes), needed, answers[-1])
    silent = Perception.NO_ANSWER if len(outcomes) >= needed else None
    return ContactFacts(len(outcomes), needed, silent)


def _nominee(facts: Facts, row: Any) -> None:
    facts.nominees[row.n1] = row.t1


def _manager(facts: Facts, row: Any) -> None:
    facts.managers.add(row.n1)


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
    facts.verdicts[row.n1] = (row.n2, Verdict(row.t1))
    facts.parts[row.n3].add(Stage.INTERNAL_AUDIT)


def _contact(facts: Facts, row: Any) -> None:
    facts.outcomes.append(ContactOutcome(row.t1))
    facts.parts[row.n1].add(Stage.EXTERNAL_AUDIT)


def _waiver(facts: Facts, row: Any) -> None:
    facts.parts[row.n1].add(Stage.POLICY_REVIEW)


def _objection(facts: Facts, row: Any) -> None:
    facts.open_objections += row.t1 == ObjectionState.OPEN
    facts.parts[row.n1].add(Stage.PUBLIC_NOTICE)


def _terms(facts: Facts, row: Any) -> None:
    facts.attempts_needed = row.n1


_GATHER = {
    "nominee": _nominee,
    "manager": _manager,
    "decision": _decision,
    "claim": _claim,
    "evidence": _evidence,
    "finding": _finding,
    "contact": _contact,
    "waiver": _waiver,
    "objection": _objection,
    "terms": _terms,
}


def _arm(tag: str, *, order: Any = None, **columns: Any) -> Select[Any]:
    """One table's share of the query: whole numbers in n1 to n3, words in t1 to t3."""
    numbers = [cast(columns.get(name, null()), Integer).label(name) for name in ("n1", "n2", "n3")]
    texts = [cast(columns.get(name, null()), String).label(name) for name in ("t1", "t2", "t3")]
    number = cast(null() if order is None else order, Integer).label("nth")
    columns_of_all: list[ColumnElement[Any]] = [literal(tag).label("tag"), number, *numbers, *texts]
    return select(*columns_of_all)


def _everything() -> Select[Any]:
    case: ColumnElement[int] = bindparam("case", type_=Integer)
    nominee = select(Nominee.person_id).where(Nominee.nomination_id == case)
    above = (
        select(Person.manager_id.label("id"))
        .where(Person.id.in_(nominee), Person.manager_id.is_not(None))
        .cte("above", recursive=True)
    )
    above = above.union(
        select(Person.manager_id)
        .join(above, Person.id == above.c.id)
        .where(Person.manager_id.is_not(None))
    )
    claims = Claim.nomination_id == case
    arms: CompoundSelect[Any] = union_all(
        _arm("nominee", n1=Person.id, t1=Person.job_role).where(Person.id.in_(nominee)),
        _arm("manager", n1=above.c.id),
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
        )
        .join(Claim, Claim.id == Finding.claim_id)
        .where(claims),
        _arm(
            "contact",
            order=ContactAttempt.id,
            n1=ContactAttempt.by_id,
            t1=ContactAttempt.outcome,
        ).where(ContactAttempt.nomination_id == case),
        _arm("waiver", n1=Waiver.by_id).where(Waiver.nomination_id == case),
        _arm("objection", n1=Objection.by_id, t1=Objection.state).where(
            Objection.nomination_id == case
        ),
        _arm("terms", n1=Scheme.contact_attempts),
    )
    gathered = arms.subquery()
    return select(gathered).order_by(gathered.c.nth)


_EVERYTHING = _everything()


def _untold(nomination: Nomination) -> tuple[str, ...]:
    told = {
        "title": nomination.title.strip(),
        "story": nomination.story.strip(),
        "day": nomination.happened_on,
        "channel": nomination.channel,
    }
    return tuple(part for part, answer in told.items() if not answer)


def _appealed_against(decisions: Iterable[Step]) -> frozenset[int]:
    """Those whose rejection the appeal overturned (there is one at most): others judge now."""
    rejected: set[int] = set()
    for step in decisions:
        if step.action == Action.UPHOLD_APPEAL:
            return frozenset(rejected)
        if step.dest is Stage.REJECTED and step.by is not None:
            rejected.add(step.by)
    return frozenset()


def _team_mates(nomination: Nomination) -> frozenset[int]:
    teams = {person.team_id for person in nomination.nominees if person.team_id}
    return frozenset(db.session.scalars(select(Person.id).where(Person.team_id.in_(teams))))


def _tier_key(nomination: Nomination) -> str | None:
    """The tier given; on a road without tiering, the award's only one."""
    if nomination.tier is not None:
        return nomination.tier.key
    if Stage.TIERING not in nomination.pathway.stages and nomination.award.tiers:
        return nomination.award.tiers[0].key
    return None
