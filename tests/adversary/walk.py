"""A random walk: random people do random acts, and after each one the product is where the model
is, nothing that was refused has left a trace, and every invariant of the stored data holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Select, func, select

from adapters import clock
from models import invariants, tierlists
from models.base import db
from models.deadlines import Escalation
from models.fairness_reports import FairnessReport
from models.ledger import LedgerEntry, head
from models.nominations import Claim, Evidence, Nomination, Nominee, by_number
from models.people import Person
from models.scheme import Cycle
from models.voices import Objection
from models.waivers import proposals_of
from models.worklists import waiting
from operations import (
    appeals,
    audits,
    clockwork,
    drafts,
    duties,
    findings,
    nominations,
    objections,
    tiering,
    waivers,
)
from operations.casework import KeyReused, NotVisible, Request, Stale
from operations.drafts import Step, Written
from operations.findings import Found
from operations.verification import Verification
from tests.adversary import organisation
from tests.adversary.model import (
    CLOSED,
    DECISIONS,
    JUDGES,
    ROADS,
    Case,
    World,
    claims_are_open,
    move,
    now,
)
from tests.adversary.organisation import RULE, change_lines
from workflow.refusal import Refused
from workflow.vocabulary import (
    Action,
    Channel,
    ContactOutcome,
    Duty,
    EvidenceKind,
    Method,
    Reason,
    Verdict,
)

SENTENCE = "What was written does not match the recording."
CASES = 6
ROLLBACK_JOURNAL = 1  # in the header of a SQLite file; only then it counts the changes
WAITS_FOR = {**JUDGES, "objection": "arbiter", "appeal": "arbiter"}
STRIDES = 4
WORKS = 3  # findings or calls before somebody decides
FORWARD = ("submit", "resubmit", "approve", "uphold_appeal", "dismiss_objection")
SIDEWAYS = (
    "return",
    "reject",
    "revoke",
    "object",
    "appeal",
    "uphold_objection",
    "dismiss_appeal",
)
EVERYTHING = (*FORWARD, *SIDEWAYS, "withdraw")
TOLD: dict[str, Any] = {
    "title": "He stayed on the line",
    "story": "For two hours.",
    "happened_on": date(2026, 10, 1),
    "channel": Channel.PHONE,
}
ANSWERED = frozenset({"happened_on", "channel"})
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([False] * 7 + [True])
# Built once: they are asked after each step.
_STAGES = select(Nomination.number, Nomination.stage)
_NOMINEES = select(Nomination.number, Nominee.person_id).join(Nominee)
_CLAIMS = select(Nomination.number, Claim.text).join(Nomination.claims).order_by(Claim.position)
_TOLD = [
    select(
        select(func.count()).where(LedgerEntry.kind == row.ledger_kind).scalar_subquery(),
        select(func.count(row.id)).scalar_subquery(),
    )
    for row in (Escalation, FairnessReport)
]


class Walk(RuleBasedStateMachine):
    """One organisation, a handful of cases, and everybody doing whatever they like."""

    app: ClassVar[Flask]
    fresh: ClassVar[Callable[[], World]]  # an organisation without cases, and what it is like
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.keys = count()
        self.checked: object = None  # what the database was like at the last check
        self.favourite = ""  # the award that most nominate for
        self.sent: dict[str, Any] | None = None  # the last decision that was applied
        self.world = type(self).fresh()
        self.counts["runs"] += 1

    def teardown(self) -> None:
        with self.app.app_context():
            reading = Verification()
            reading.begin()
            assert list(reading.faults()) == []
        clock.set_offset(timedelta())

    # What everybody does, likely or not

    @initialize(data=st.data())
    def some_have_come_a_part_of_the_road(self, data: st.DataObject) -> None:
        """Most of the cases of a walk compete for the places of one award."""
        self.favourite = data.draw(st.sampled_from(sorted(self.world.awards)))
        for _ in range(data.draw(st.integers(1, CASES - 1))):
            self.nominate(data)
        for case in self.world.cases.values():
            for _ in range(data.draw(st.integers(0, len(ROADS["standard"])))):
                self.bring_on(case, data)

    @rule(data=st.data())
    def nominate(self, data: st.DataObject) -> None:
        """A nomination that lacks nothing, or nearly so."""
        if len(self.world.cases) == CASES:
            return
        person = self.somebody(data)
        award = self.favourite
        if not data.draw(MOSTLY):
            award = data.draw(st.sampled_from(sorted(self.world.awards)))
        case = self.begin(person, award)
        if case is None:
            return
        if data.draw(st.booleans()):
            self.reshape(case, person, Step.ADD_CLAIM, None)
        self.write_everything(case, person)
        if self.world.awards[award]["team"]:
            self.choose_team(case, person, data)
        else:
            for _ in range(data.draw(st.integers(1, 2))):
                self.add_nominee(case, person, data)

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """One change of a draft or a returned case, by its nominator or by anybody."""
        case = self.some_case(data, of=("draft", "returned"))
        person = self.somebody(data) if data.draw(SELDOM) else case["nominator"]
        claim = data.draw(st.sampled_from(case["claims"])) if case["claims"] else None
        pieces = [piece for each in case["claims"] for piece in each["evidence"]]
        piece = data.draw(st.sampled_from(pieces)) if pieces else None
        text = data.draw(st.sampled_from(["", " ", "He called back.", "她回了電話。"]))
        what = data.draw(st.integers(0, 9))
        if what == 0:
            self.leave_out(case, person, data.draw(st.sampled_from(sorted(TOLD))))
        elif what == 1:
            self.reshape(case, person, Step.ADD_CLAIM, None)
        elif what == 2 and claim:
            self.reshape(case, person, Step.REMOVE_CLAIM, claim["id"])
        elif what == 3 and claim:
            self.reshape(case, person, Step.ADD_REFERENCE, claim["id"])
        elif what == 4 and piece:
            self.reshape(case, person, Step.REMOVE_EVIDENCE, piece)
        elif what == 5 and claim:
            self.write_claim(case, person, claim, text)
        elif what == 6 and piece:
            self.write_piece(case, person, piece, text)
        elif what == 7 and self.world.awards[case["award"]]["team"]:
            self.choose_team(case, person, data)
        elif what == 8:
            self.add_nominee(case, person, data)
        elif what == 9:
            self.remove_nominee(case, person, data)

    def _carry_on(self, data: st.DataObject) -> None:
        """A case comes on by some stages, each by the work that it needs and a decision."""
        case = self.some_case(data)
        for _ in range(data.draw(st.integers(1, STRIDES))):
            self.bring_on(case, data)

    def bring_on(self, case: Case, data: st.DataObject) -> None:
        committee = [p for p in self.world.people if self.world.may_tier(p, case["cycle"])]
        if case["stage"] == "tiering" and committee:
            self.rank(case["cycle"], data.draw(st.sampled_from(committee)))
            return
        works = 0 if case["stage"] == "performance_review" else WORKS  # it only takes time
        for _ in range(works):
            workers = self.world.workers(case)
            if workers and not self.world.is_ready(case):
                self.work(case, data.draw(st.sampled_from(workers)), data, well=True)
        acts = list(self.world.open_acts(case, FORWARD))
        if acts:
            person, act = data.draw(st.sampled_from(acts))
            self.act(case, person, act, data)
        elif self._waits_for_the_close(case, data):
            self.let_pass(31)
        elif case["stage"] == "public_notice" and data.draw(SELDOM):
            self.let_pass(7)

    def _waits_for_the_close(self, case: Case, data: st.DataObject) -> bool:
        often = {"performance_review": MOSTLY, "tiering": MOSTLY}.get(case["stage"])
        return often is not None and data.draw(often)

    # Several of the rules, so that a walk gets somewhere.
    carry_on = rule(data=st.data())(_carry_on)
    go_on = rule(data=st.data())(_carry_on)
    keep_going = rule(data=st.data())(_carry_on)

    @rule(data=st.data())
    def press_on(self, data: st.DataObject) -> None:
        if data.draw(MOSTLY):
            self._carry_on(data)
        else:
            self._compete(data)

    def _compete(self, data: st.DataObject) -> None:
        """The cases of a cycle come to the ranking together; one of its shortlist is lost."""
        cycle = self.some_case(data)["cycle"]
        for case in self.world.cases_of(cycle):
            for _ in range(STRIDES):
                if case["stage"] != "tiering":
                    self.bring_on(case, data)
        committee = [p for p in self.world.people if self.world.may_tier(p, cycle)]
        if committee:
            self.rank(cycle, data.draw(st.sampled_from(committee)))
        for case in self.world.shortlisted(cycle)[:1]:
            acts = list(self.world.open_acts(case, ("reject", "withdraw")))
            if acts:
                person, act = data.draw(st.sampled_from(acts))
                self.act(case, person, act, data)
                self.let_pass(15)

    def _leave_the_road(self, data: st.DataObject) -> None:
        """Somebody returns, rejects, objects, appeals, or takes something back."""
        sideways = SIDEWAYS if data.draw(MOSTLY) else ("withdraw",)
        acts = {
            (number, act)
            for number, case in self.world.cases.items()
            for _, act in self.world.open_acts(case, sideways)
        }
        if acts:  # first what is done, then by whom: everybody may object, few may answer
            number, act = data.draw(st.sampled_from(sorted(acts)))
            case = self.world.cases[number]
            people = [who for who, _ in self.world.open_acts(case, (act,))]
            self.act(case, data.draw(st.sampled_from(people)), act, data)

    leave_the_road = rule(data=st.data())(_leave_the_road)
    turn_aside = rule(data=st.data())(_leave_the_road)

    @rule(data=st.data())
    def try_anything(self, data: st.DataObject) -> None:
        """Anybody tries any act on any case, with or without a sentence, in time or too late."""
        case = self.some_case(data)
        person = self.somebody_who_sees(data, case)
        act = data.draw(st.sampled_from(EVERYTHING))
        self.act(case, person, act, data, careless=True)

    @rule(data=st.data())
    def try_any_work(self, data: st.DataObject) -> None:
        case = self.some_case(data)
        self.work(case, self.somebody_who_sees(data, case), data, well=False)

    @rule(data=st.data())
    def rank_any_cycle(self, data: st.DataObject) -> None:
        cycle = data.draw(st.sampled_from(sorted(self.world.cycles)))
        self.rank(cycle, self.somebody(data), seen=data.draw(MOSTLY))

    @rule(data=st.data())
    def send_the_last_form_again(self, data: st.DataObject) -> None:
        """The same request is the same act; another body under its key is refused."""
        if self.sent is None:
            return
        case = self.world.cases[self.sent["number"]]
        sees = self.world.sees(self.sent["person_id"], case)
        again = self.sent
        if data.draw(st.booleans()):
            again = {**self.sent, "sentence": "Another sentence under the same key."}
        expected = "done" if again is self.sent else "reused"
        self.expect(
            expected if sees else "hidden", "send again", lambda: nominations.decide(**again)
        )

    @rule(days=st.sampled_from([1, 2, 5, 8, 15, 31]))
    def let_pass(self, days: int) -> None:
        """Time passes, and the clock does what is due."""
        clock.set_offset(clock.offset() + timedelta(days=days))
        with self.app.app_context():
            done = clockwork.tick()
            assert done.failed == 0
        for key, cycle in self.world.cycles.items():
            if not cycle["is_closed"] and now() >= cycle["closes_at"]:
                cycle["is_closed"] = True
                self.world.entries += 1
                assert key in self.world.cycles
        for key, cycle in self.world.cycles.items():
            if cycle["is_closed"] and not cycle["is_frozen"]:
                self.world.entries += self.world.freeze(key)
        for case in self.world.cases.values():
            self._by_the_clock(case)
        self._learn_the_new_cycles()

    @rule(data=st.data())
    def look_at_what_waits(self, data: st.DataObject) -> None:
        """The list of what waits for somebody holds what they may judge, and nothing else."""
        person = self.somebody(data, data.draw(st.sampled_from([*JUDGES.values(), "arbiter"])))
        with self.app.app_context():
            me = db.session.get_one(Person, person)
            listed = {case.number for case in db.session.scalars(waiting(me, now()))}
        assert listed == {
            number
            for number, case in self.world.cases.items()
            if (duty := WAITS_FOR.get(case["stage"])) and self.world.judges(person, case, duty)
        }

    @rule(data=st.data())
    def change_the_duties(self, data: st.DataObject) -> None:
        """Somebody, an administrator as a rule, gives a duty or ends one."""
        by = self.somebody(data, "administrator" if data.draw(MOSTLY) else None)
        if data.draw(MOSTLY):
            self.grant(by, data)
        else:
            self.end_a_duty(by, data)

    @rule(data=st.data())
    def change_the_lines(self, data: st.DataObject) -> None:
        """Somebody gets another manager or another team, as a new list of colleagues brings it."""
        person, manager = self.somebody(data), self.somebody(data)
        line = {person}
        above: int | None = manager
        while above is not None and above not in line:
            line.add(above)
            above = self.world.people[above]["manager"]
        team = data.draw(st.sampled_from(sorted({p["team"] for p in self._with_team()})))
        new = {"manager": None if above in line else manager, "team": team}
        with self.app.app_context():
            change_lines(person, new["manager"], new["team"])
        self.world.people[person] = new

    # What must be true after each of these

    @invariant()
    def the_product_is_where_the_model_is(self) -> None:
        self.counts["steps"] += 1
        with self.app.app_context():
            stages = {number: only for number, (only,) in _by_case(_STAGES).items()}
            nominees, claims = _by_case(_NOMINEES), _by_case(_CLAIMS)
            assert stages.keys() == self.world.cases.keys()
            for number, case in self.world.cases.items():
                assert stages[number] == case["stage"], number
                assert {*nominees[number]} == case["nominees"], number
                assert claims[number] == [claim["text"] for claim in case["claims"]], number
            size = getattr(head(), "size", 0)
            # Which manager hears of a late case, and which cycles have a report, is no part of the
            # model: each of these is told once.
            told = 0
            for entries_and_rows in _TOLD:
                once, stored = db.session.execute(entries_and_rows).one()
                assert once == stored
                told += once
            assert size - told == self.world.entries

    @invariant()
    def every_promise_about_stored_data_holds(self) -> None:
        with self.app.app_context():
            if (now_written := self.written()) == self.checked:
                return  # not one page of the database is another than at the last check
            self.checked = now_written
            assert invariants.broken() == []

    # How an act is done in both, and compared

    def expect(self, expected: str, what: str, act: Callable[[], Any]) -> Any:
        """Do it in the product; it must end as the model says."""
        answer = None
        with self.app.app_context():
            try:
                answer, got = act(), "done"
            except Refused as refused:
                answer, got = refused, "refused"
            except NotVisible:
                got = "hidden"
            except Stale:
                got = "stale"
            except KeyReused:
                got = "reused"
        self.counts["acts"] += 1
        self.counts[f"{what}: {got}"] += 1
        assert got == expected, f"{what}: {got} instead of {expected} ({answer})"
        return answer

    def act(
        self, case: Case, person: int, act: str, data: st.DataObject, *, careless: bool = False
    ) -> None:
        """One act that may move the case."""
        worded = not careless or data.draw(MOSTLY)
        stale = careless and data.draw(SELDOM)
        seen = self.seen(case)
        if stale:
            seen = replace(seen, version=seen.version - 1)
        dest = self.world.after(person, case, act, reasoned=worded)
        open_objection = next(iter(case["objections"]), 0)
        if not self.world.sees(person, case):
            expected = "hidden"
        elif stale and act != "object":
            expected = "stale"
        elif act.endswith("objection") and not open_objection:
            expected = "stale"  # it was settled meanwhile
        else:
            expected = "done" if dest else "refused"
        given = {
            "person_id": person,
            "number": case["number"],
            "request": seen,
        }
        text = SENTENCE if worded else "Short."
        if act in DECISIONS:
            given |= {
                "action": Action(act),
                "reason": Reason.OTHER if worded else None,
                "sentence": text,
            }
            self.expect(expected, act, lambda: nominations.decide(**given))
        elif act == "object":
            self.expect(expected, act, lambda: objections.lodge(grounds=text, **given))
        elif act == "appeal":
            self.expect(expected, act, lambda: appeals.lodge(grounds=text, **given))
        else:
            given |= {"uphold": act.startswith("uphold"), "sentence": text}
            if act.endswith("objection"):
                given["objection_id"] = open_objection
            resolve = objections.resolve if act.endswith("objection") else appeals.resolve
            self.expect(expected, act, lambda: resolve(**given))
        if expected == "done" and dest:
            self._moved(case, person, act, dest, given)

    def work(self, case: Case, person: int, data: st.DataObject, *, well: bool) -> None:
        """A finding, a contact or a waiver; `well`: so that the case comes on."""
        stage = case["stage"]
        kinds = ("internal_audit", "external_audit", "policy_review")
        kind = stage if well else data.draw(st.sampled_from(kinds))
        may = stage == kind and self.world.judges(person, case, JUDGES[kind])
        expected = "done" if may else "refused"
        if not self.world.sees(person, case):
            expected = "hidden"
        if kind == "internal_audit":
            self._find(case, person, data, expected, well=well)
        elif kind == "external_audit":
            self._call(case, person, data, expected, well=well)
        else:
            self._waive(case, person, expected)

    def _find(
        self, case: Case, person: int, data: st.DataObject, expected: str, *, well: bool
    ) -> None:
        if not case["claims"]:
            return
        claims = case["claims"]
        if well:
            claims = [c for c in claims if c["verdict"] in (None, "refuted")] or claims[:1]
        claim = data.draw(st.sampled_from(claims))
        verdict = Verdict.CONFIRMED
        if not well or data.draw(SELDOM):
            verdict = data.draw(st.sampled_from(Verdict))
        self.expect(
            expected,
            "finding",
            lambda: findings.record(
                person_id=person,
                number=case["number"],
                findings=[Found(claim["id"], verdict, "Heard it.", Method.RECORDING_HEARD)],
            ),
        )
        if expected == "done":
            self.world.entries += (claim["verdict"], claim["judge"]) != (verdict.value, person)
            claim |= {"verdict": verdict.value, "judge": person, "is_judged": True}
            case["parts"].add((person, "internal_audit"))

    def _call(
        self, case: Case, person: int, data: st.DataObject, expected: str, *, well: bool
    ) -> None:
        outcome = data.draw(st.sampled_from(ContactOutcome))
        if well and data.draw(st.booleans()):
            outcome = ContactOutcome.CONFIRMED
        answered = outcome.value in ("confirmed", "disagreed")
        marks = data.draw(st.integers(1, 5)) if well or data.draw(MOSTLY) else None
        if expected == "done" and answered and not marks:
            expected = "refused"
        self.expect(
            expected,
            "contact",
            lambda: audits.log_contact(
                person_id=person,
                number=case["number"],
                channel=Channel.PHONE,
                outcome=outcome,
                marks=marks,
                note="",
                request=self.seen(case),
            ),
        )
        if expected == "done":
            case["contacts"].append((outcome.value, marks if answered else None))
            case["parts"].add((person, "external_audit"))
            self.world.entries += 1

    def _waive(self, case: Case, person: int, expected: str) -> None:
        """A waiver is proposed by one reviewer and confirmed by another, whoever comes next."""
        failing = sorted(case["nominees"] & self.world.complained_of - case["waived"])
        proposed = [nominee for nominee in failing if nominee in case["proposed"]]
        if proposed:
            self._confirm(case, person, proposed[0])
            return
        if expected == "done" and not failing:
            expected = "refused"
        nominee = failing[0] if failing else person
        self.expect(
            expected,
            "propose",
            lambda: waivers.propose(
                person_id=person,
                number=case["number"],
                rule_key=RULE,
                nominee_id=nominee,
                reason=SENTENCE,
                request=self.seen(case),
            ),
        )
        if expected == "done":
            case["proposed"][nominee] = person
            case["parts"].add((person, "policy_review"))
            self.world.entries += 1

    def _confirm(self, case: Case, person: int, nominee: int) -> None:
        expected = "done" if self.world.may_confirm(person, case, nominee) else "refused"
        if not self.world.sees(person, case):
            expected = "hidden"
        self.expect(
            expected,
            "confirm",
            lambda: waivers.confirm(
                person_id=person,
                number=case["number"],
                proposal_id=_proposal(case["number"], nominee),
                request=self.seen(case),
            ),
        )
        if expected == "done":
            del case["proposed"][nominee]
            case["waived"].add(nominee)
            case["parts"].add((person, "policy_review"))
            self.world.entries += 1

    def rank(self, cycle: tuple[str, str], person: int, *, seen: bool = True) -> None:
        """The committee approves the ranking as its page shows it."""
        with self.app.app_context():
            found = tierlists.cycle_of(*cycle)
            assert found is not None
            proposal = tierlists.propose(found, clock.now())
            shown = proposal.input_hash if seen else "0" * 64
            request = Request(proposal.round, key=f"list-{next(self.keys)}")
        may = seen and self.world.may_tier(person, cycle)
        placed = self.world.placed(cycle)
        self.expect(
            "done" if may else "refused",
            "rank",
            lambda: tiering.approve(
                person_id=person,
                award_key=cycle[0],
                cycle_key=cycle[1],
                input_hash=shown,
                request=request,
            ),
        )
        if may:
            self._ranked(cycle, person, placed)

    def _ranked(self, cycle: tuple[str, str], person: int, placed: set[str]) -> None:
        """The list was approved: places lead on, and the others go or stay as reserve."""
        vets = self.world.vets_the_shortlist(cycle)
        stay = vets and bool(placed or self.world.shortlisted(cycle))
        waiting = self.world.waiting(cycle)
        for case in self.world.freed(cycle):
            case["placed"] = False
            self.counts["place freed"] += 1
        self.world.entries += 1
        for case in waiting:
            moved_up = case["listed"]
            case["placed"], case["listed"] = case["number"] in placed, True
            if not case["placed"] and case["stage"] == "not_placed":
                continue
            self.counts["passed over moves up"] += case["stage"] == "not_placed"
            if not case["placed"] and stay:
                self.counts["keep as reserve"] += 1
                continue
            dest = "policy_review" if vets else "public_notice"
            self.counts["place" if case["placed"] else "pass_over"] += 1
            self.counts["reserve moves up"] += case["placed"] and moved_up
            self.world.entries += 1
            move(self.world, case, "place", dest if case["placed"] else "not_placed", person)

    # Duties

    def grant(self, by: int, data: st.DataObject) -> None:
        person, duty = self.somebody(data), data.draw(st.sampled_from(Duty))
        award = data.draw(st.sampled_from([None, *sorted(self.world.awards)]))
        held = any(
            (who, what) == (person, duty.value) and where in (None, award)
            for who, what, where in self.world.grants.values()
        )
        may = (
            "administrator" in self.world.duties(by)
            and by != person
            and not held
            and not (duty is Duty.ADMINISTRATOR and award)
        )
        award_id = self.world.awards[award]["id"] if award else None
        given = self.expect(
            "done" if may else "refused",
            "grant a duty",
            lambda: duties.grant(by_id=by, person_id=person, duty=duty, award_id=award_id),
        )
        if may:
            self.world.grants[given] = (person, duty.value, award)
            self.world.entries += 1

    def end_a_duty(self, by: int, data: st.DataObject) -> None:
        grant = data.draw(st.sampled_from(sorted(self.world.grants)))
        may = "administrator" in self.world.duties(by) and self.world.grants[grant][0] != by
        self.expect(
            "done" if may else "refused",
            "end a duty",
            lambda: duties.revoke(by_id=by, grant_id=grant, reason=SENTENCE),
        )
        if may:
            del self.world.grants[grant]
            self.world.entries += 1

    # Drafts

    def begin(self, person: int, award: str) -> Case | None:
        cycle = next(
            (
                key
                for key, dates in self.world.cycles.items()
                if key[0] == award and dates["opens_at"] <= now() < dates["closes_at"]
            ),
            None,
        )
        number = self.expect(
            "done" if cycle else "refused",
            "begin",
            lambda: drafts.begin(person_id=person, award_key=award),
        )
        if cycle is None or number in self.world.cases:
            return None
        with self.app.app_context():
            stored = by_number(number)
            assert stored is not None
            claim_id = stored.claims[0].id
            piece_id = stored.claims[0].evidence[0].id
        case = organisation.case(number, person, award, cycle)
        case["claims"].append(_claim(claim_id, {piece_id: ("", 0)}))
        self.world.cases[number] = case
        return case

    def save(self, case: Case, person: int, expected: str | None = None, **given: Any) -> bool:
        """Keep what is written; True when it was kept."""
        if not self.world.sees(person, case):
            expected = "hidden"
        elif person != case["nominator"] or case["stage"] not in ("draft", "returned"):
            expected = "refused"
        expected = expected or "done"
        self.expect(
            expected,
            "save",
            lambda: drafts.save(person_id=person, number=case["number"], **given),
        )
        return expected == "done"

    def write_everything(self, case: Case, person: int) -> None:
        """All that a submission needs, but who is nominated."""
        claims = {claim["id"]: f"claim {claim['id']}" for claim in case["claims"]}
        pieces = {key: f"CALL-{key}" for claim in case["claims"] for key in claim["evidence"]}
        written = Written(answered=ANSWERED, claims=claims, evidence=pieces, **TOLD)
        if self.save(case, person, written=written):
            case["told"] = dict.fromkeys(TOLD, True)
            for claim in case["claims"]:
                claim["text"] = claims[claim["id"]]
                claim["evidence"] = {
                    key: (pieces[key], since) for key, (_, since) in claim["evidence"].items()
                }

    def leave_out(self, case: Case, person: int, part: str) -> None:
        """Empty one part of the story."""
        parts = {**TOLD, part: "" if part in ("title", "story") else None}
        if self.save(case, person, written=Written(answered=ANSWERED, **parts)):
            may_change = parts if claims_are_open(case) else ("channel",)
            case["told"] |= {name: bool(parts[name]) for name in may_change}

    def write_claim(self, case: Case, person: int, claim: dict[str, Any], text: str) -> None:
        if not self.save(case, person, written=Written(claims={claim["id"]: text})):
            return
        if claims_are_open(case) and text != claim["text"]:
            claim |= {"text": text, "verdict": None, "judge": None}

    def write_piece(self, case: Case, person: int, piece: int, text: str) -> None:
        if not self.save(case, person, written=Written(evidence={piece: text})):
            return
        claim = next(c for c in case["claims"] if piece in c["evidence"])
        was, since = claim["evidence"][piece]
        if text == was or _is_settled(case, since):
            return
        claim["evidence"][piece] = (text, since)
        if claims_are_open(case):
            claim |= {"verdict": None, "judge": None}

    def reshape(self, case: Case, person: int, step: Step, target: int | None) -> None:
        """A claim or a piece of evidence more, or less."""
        of_claims = step in (Step.ADD_CLAIM, Step.REMOVE_CLAIM)
        closed = of_claims and not claims_are_open(case)
        of_evidence = step is Step.REMOVE_EVIDENCE
        meant = (
            c for c in case["claims"] if target in (c["evidence"] if of_evidence else [c["id"]])
        )
        claim = next(meant, None)
        if of_evidence and claim and target:
            closed = _is_settled(case, claim["evidence"][target][1])
        given = {"written": Written(), "step": step, "target": target}
        if not self.save(case, person, "refused" if closed else None, **given):
            return
        if step is Step.ADD_CLAIM:
            self._learn_the_new_claim(case)
        elif step is Step.REMOVE_CLAIM:
            case["claims"].remove(claim)
        elif claim and step is Step.ADD_REFERENCE:
            claim["evidence"][self._newest_piece(claim["id"])] = ("", case["moves"])
        elif claim and target:
            del claim["evidence"][target]
            if claims_are_open(case):
                claim |= {"verdict": None, "judge": None}

    def choose_team(self, case: Case, person: int, data: st.DataObject) -> None:
        team = data.draw(st.sampled_from(sorted({p["team"] for p in self._with_team()})))
        written = Written(team=team, answered=frozenset({"team"}))
        people = self.world.people.items()
        members = {who for who, each in people if each["team"] == team}
        new = claims_are_open(case) and case["team"] != team
        closed = new and bool(members & self.world.has_judged(case))
        saved = self.save(case, person, "refused" if closed else None, written=written)
        if saved and new:
            case |= {"nominees": members, "team": team}

    def add_nominee(self, case: Case, person: int, data: st.DataObject) -> None:
        nominee = self.somebody(data)
        closed = (
            not claims_are_open(case)
            or nominee == case["nominator"]
            or nominee in self.world.has_judged(case) - case["nominees"]
            or self.world.awards[case["award"]]["team"]
        )
        given = {"written": Written(), "step": Step.ADD_NOMINEE, "target": nominee}
        if self.save(case, person, "refused" if closed else None, **given):
            case["nominees"] = case["nominees"] | {nominee}

    def remove_nominee(self, case: Case, person: int, data: st.DataObject) -> None:
        nominee = self.somebody(data)
        closed = not claims_are_open(case) or self.world.awards[case["award"]]["team"]
        given = {"written": Written(), "step": Step.REMOVE_NOMINEE, "target": nominee}
        if self.save(case, person, "refused" if closed else None, **given):
            case["nominees"] = case["nominees"] - {nominee}

    # What the walk looks up

    def written(self) -> object:
        """Another one after every commit; always another one where the file does not count them."""
        if db.engine.dialect.name == "sqlite":
            file: Path = self.app.config["SETTINGS"].data_dir / "plaudit.db"
            with file.open("rb") as stored:
                header = stored.read(28)
            if header[18] == ROLLBACK_JOURNAL:
                return header[24:]
        return object()

    def somebody(self, data: st.DataObject, duty: str | None = None) -> int:
        people = [p for p in self.world.people if duty is None or duty in self.world.duties(p)]
        return int(data.draw(st.sampled_from(people or sorted(self.world.people))))

    def somebody_who_sees(self, data: st.DataObject, case: Case) -> int:
        """Anybody, but mostly one of those who may open the case at all."""
        people = [person for person in self.world.people if self.world.sees(person, case)]
        return int(data.draw(st.sampled_from(people))) if data.draw(MOSTLY) else self.somebody(data)

    def some_case(self, data: st.DataObject, of: tuple[str, ...] = ()) -> Case:
        """A case, rather an open one; of these stages where there is one."""
        cases = list(self.world.cases.values())
        wanted = [case for case in cases if case["stage"] in of] if of else cases
        under_way = [case for case in wanted if case["stage"] not in CLOSED]
        if data.draw(MOSTLY) and under_way:
            wanted = under_way
        return self.world.cases[data.draw(st.sampled_from([c["number"] for c in wanted or cases]))]

    def seen(self, case: Case) -> Request:
        """What a page that is opened now would carry."""
        with self.app.app_context():
            stored = by_number(case["number"])
            assert stored is not None
            return Request(stored.version, key=f"form-{next(self.keys)}")

    def _moved(self, case: Case, person: int, act: str, dest: str, given: dict[str, Any]) -> None:
        """The act was applied: let the model do it too."""
        world, stage = self.world, case["stage"]
        world.entries += 1
        if act in DECISIONS:
            self.sent = given
        if act in ("submit", "resubmit"):
            world.entries += 1  # what was handed in
        elif act == "approve" and stage == "performance_review":
            world.entries += world.score(case)
        elif act == "object":
            world.entries += 1
            with self.app.app_context():
                newest = db.session.scalar(select(func.max(Objection.id)))
                case["objections"][newest] = person
        elif act == "dismiss_objection":
            del case["objections"][given["objection_id"]]
        elif act == "uphold_objection":
            case["objections"].clear()
        move(world, case, act, dest, person)

    def _by_the_clock(self, case: Case) -> None:
        over = {
            "draft": ("expired", self.world.cycles[case["cycle"]]["closes_at"]),
            "returned": ("expired", case["due"]),
            "public_notice": ("awarded", case["notice_ends"]),
        }
        dest, ends = over.get(case["stage"], ("", now()))
        if dest and now() >= ends:
            self.counts[f"the clock: {dest}"] += 1
            self.world.entries += 1
            move(self.world, case, "clock", dest, None)

    def _learn_the_new_cycles(self) -> None:
        with self.app.app_context():
            for cycle in db.session.query(Cycle):
                key = (cycle.award.key, cycle.key)
                self.world.cycles.setdefault(key, organisation.cycle(cycle))

    def _learn_the_new_claim(self, case: Case) -> None:
        with self.app.app_context():
            claim = db.session.query(Claim).order_by(Claim.id.desc()).first()
            assert claim is not None
            pieces = {piece.id: ("", case["moves"]) for piece in claim.evidence}
            case["claims"].append(_claim(claim.id, pieces))

    def _newest_piece(self, claim_id: int) -> int:
        with self.app.app_context():
            pieces = db.session.query(Evidence).filter_by(
                claim_id=claim_id, kind=EvidenceKind.REFERENCE
            )
            return max(piece.id for piece in pieces)

    def _with_team(self) -> list[dict[str, Any]]:
        return [person for person in self.world.people.values() if person["team"] is not None]


def _claim(claim_id: int, pieces: dict[int, tuple[str, int]]) -> dict[str, Any]:
    return {
        "id": claim_id,
        "text": "",
        "evidence": pieces,  # id -> text, and how far the case had come when it was added
        "verdict": None,
        "judge": None,
        "is_judged": False,
    }


def _by_case(pairs: Select[Any, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for number, value in db.session.execute(pairs):
        found[number].append(value)
    return found


def _proposal(number: str, nominee: int) -> int:
    """The waiver that waits for an answer."""
    nomination = by_number(number)
    assert nomination is not None
    return next(
        one.id for one in proposals_of(nomination) if one.is_open and one.person_id == nominee
    )


def _is_settled(case: Case, since: int) -> bool:
    """Whether the piece stood there when an audit confirmed its claim."""
    return not claims_are_open(case) and since < case["moves"]
