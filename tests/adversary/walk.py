"""A random walk: random people do random acts, and after each one the product is where the model
is, nothing that was refused has left a trace, and every invariant of the stored data holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Select, func, select

from adapters import clock
from models import invariants
from models.base import db
from models.deadlines import Escalation
from models.fairness_reports import FairnessReport
from models.ledger import LedgerEntry, head
from models.nominations import Claim, Nomination, Nominee
from models.people import Person
from models.scheme import Cycle
from models.worklists import waiting
from operations import clockwork, nominations
from operations.drafts import Step
from operations.verification import Verification
from tests.adversary import organisation
from tests.adversary.acting import MOSTLY, SELDOM
from tests.adversary.drafting import TOLD, Drafting
from tests.adversary.judging import Judging
from tests.adversary.model import JUDGES, ROADS, Case, World, move, now
from tests.adversary.organisation import change_lines

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


class Walk(Drafting, Judging, RuleBasedStateMachine):
    """One organisation, a handful of cases, and everybody doing whatever they like."""

    fresh: ClassVar[Callable[[], World]]  # an organisation without cases, and what it is like

    def __init__(self) -> None:
        super().__init__()
        self.checked: object = None  # what the database was like at the last check
        self.favourite = ""  # the award that most nominate for
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


def _by_case(pairs: Select[Any, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for number, value in db.session.execute(pairs):
        found[number].append(value)
    return found
