"""What the product ought to do, told once more in plain dictionaries.

Written from the domain's words alone: it shares no code with `workflow/`, so that a mistake there
is no mistake here. A case is a dictionary, an act is a word, a stage is a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Case = dict[str, Any]

ROADS = {
    "standard": (
        "draft",
        "internal_audit",
        "external_audit",
        "policy_review",
        "performance_review",
        "tiering",
        "public_notice",
        "awarded",
    ),
    "shortlist": (
        "draft",
        "internal_audit",
        "external_audit",
        "performance_review",
        "tiering",
        "policy_review",
        "public_notice",
        "awarded",
    ),
    "instant": (
        "draft",
        "internal_audit",
        "external_audit",
        "policy_review",
        "public_notice",
        "awarded",
    ),
}
JUDGES = {
    "internal_audit": "internal_auditor",
    "external_audit": "external_auditor",
    "policy_review": "policy_reviewer",
    "performance_review": "performance_reviewer",
}
CLOSED = {"awarded", "not_placed", "rejected", "withdrawn", "expired", "revoked"}
LOST = {"rejected", "revoked", "withdrawn", "expired"}
OPEN_TO_ALL = {"public_notice", "objection"}
FRESH_EYES = {"objection", "appeal", "awarded"}
DECISIONS = ("submit", "resubmit", "approve", "return", "reject", "withdraw", "revoke")
NOTICE_DAYS, APPEAL_DAYS, RETURN_DAYS, CONTACTS = 7, 14, 10, 2
ZONE = ZoneInfo("Asia/Shanghai")


class World:
    """Who is there, what they may do, and where every case ought to stand."""

    def __init__(self) -> None:
        self.people: dict[int, dict[str, Any]] = {}  # team, manager
        self.grants: dict[int, tuple[int, str, str | None]] = {}  # person, duty, award
        self.awards: dict[str, dict[str, Any]] = {}  # road, team, separate, mates_barred, places
        self.cycles: dict[tuple[str, str], dict[str, Any]] = {}  # closes_at, is_closed
        self.cases: dict[str, Case] = {}
        self.complained_of: set[int] = set()
        self.entries = 0  # of the ledger

    # Who may see and judge

    def duties(self, person: int, award: str | None = None) -> set[str]:
        return {
            duty
            for who, duty, where in self.grants.values()
            if who == person and where in (None, award)
        }

    def sees(self, person: int, case: Case) -> bool:
        if person == case["nominator"] or case["stage"] in OPEN_TO_ALL:
            return True
        on_duty = self.duties(person, case["award"]) - {"administrator"}
        return case["submitted"] and (person in case["nominees"] or bool(on_duty))

    def managers(self, people: set[int]) -> set[int]:
        found: set[int] = set()
        waiting = [self.people[person]["manager"] for person in people]
        while waiting:
            manager = waiting.pop()
            if manager is not None and manager not in found:
                found.add(manager)
                waiting.append(self.people[manager]["manager"])
        return found

    def did_each_other_a_favour(self, person: int, case: Case) -> bool:
        """Within a year one of a nominee and the judge nominated the other, or both were nominated
        in one case, or the nominator nominated the judge."""
        for other in self.cases.values():
            if other is case or not other["submitted"]:
                continue
            if other["submitted"] < case["created"] - timedelta(days=365):
                continue
            nominated, together = person in other["nominees"], other["nominees"] & case["nominees"]
            if together and (nominated or other["nominator"] == person):
                return True
            if nominated and other["nominator"] in {case["nominator"], *case["nominees"]}:
                return True
        return False

    def is_barred(self, person: int, case: Case) -> bool:
        award = self.awards[case["award"]]
        parties = {case["nominator"], *case["nominees"]}
        if person in parties or person in self.managers(parties):
            return True
        if self.managers({person}) & case["nominees"]:
            return True
        if case["nominator"] is not None and self.people[person]["manager"] == case["nominator"]:
            return True
        ranked = case["stage"] in ("tiering", "not_placed")  # a free place ranks the latter again
        if not ranked and self.did_each_other_a_favour(person, case):
            return True
        teams = {self.people[nominee]["team"] for nominee in case["nominees"]} - {None}
        if award["mates_barred"] and self.people[person]["team"] in teams:
            return True
        if person in case["overturned"]:
            return True
        here = {"tiering", "not_placed"} if ranked else {case["stage"]}
        elsewhere = {stage for who, stage in case["parts"] if who == person} - here
        return bool(elsewhere) and (award["separate"] or case["stage"] in FRESH_EYES)

    def judges(self, person: int, case: Case, duty: str) -> bool:
        return duty in self.duties(person, case["award"]) and not self.is_barred(person, case)

    def may_confirm(self, person: int, case: Case, nominee: int) -> bool:
        """A second person: another reviewer or a scheme manager whom nothing binds."""
        able = self.duties(person, case["award"]) & {"policy_reviewer", "scheme_manager"}
        second = case["stage"] == "policy_review" and person != case["proposed"][nominee]
        return bool(able) and second and not self.is_barred(person, case)

    # What a case needs

    def is_complete(self, case: Case) -> bool:
        claims = [claim for claim in case["claims"] if says_something(claim)]
        return (
            bool(self.nominees_when_handed_in(case))
            and case["nominator"] not in self.nominees_when_handed_in(case)
            and not self.nominees_when_handed_in(case) & self.has_judged(case)
            and all(case["told"].values())
            and bool(claims)
            and all(claim["text"].strip() and is_shown(claim) for claim in claims)
        )

    def has_judged(self, case: Case) -> set[int]:
        return {who for who, stage in case["parts"] if stage in {*JUDGES, "appeal"}}

    def nominees_when_handed_in(self, case: Case) -> set[int]:
        if case["team"] is not None and claims_are_open(case):
            return {who for who, person in self.people.items() if person["team"] == case["team"]}
        nominees: set[int] = case["nominees"]
        return nominees

    def is_ready(self, case: Case) -> bool:
        """Whether the stage's work allows an approval."""
        if case["stage"] == "internal_audit":
            verdicts = {claim["verdict"] for claim in case["claims"]}
            return "confirmed" in verdicts and verdicts <= {"confirmed", "unverifiable"}
        if case["stage"] == "external_audit":
            answers = [what for what, _ in case["contacts"] if what in ("confirmed", "disagreed")]
            return answers[-1] == "confirmed" if answers else len(case["contacts"]) >= CONTACTS
        if case["stage"] == "policy_review":
            if self.vets_the_shortlist(case["cycle"]) and not case["placed"]:
                return False
            return not (case["nominees"] & self.complained_of - case["waived"])
        if case["stage"] == "performance_review":
            cycle = self.cycles[case["cycle"]]
            return cycle["is_frozen"] and now() >= cycle["closes_at"]
        return True

    def freeze(self, cycle: tuple[str, str]) -> int:
        """The clock freezes the scores of a closed cycle; returns how many entries that makes."""
        judged = [
            case
            for case in self.cases.values()
            if case["cycle"] == cycle and case["stage"] not in ("draft", "withdrawn", "expired")
            if "performance_review" in ROADS[self.awards[case["award"]]["road"]]
        ]
        if not judged:
            return 0
        self.cycles[cycle]["is_frozen"] = True
        for case in judged:
            case["scored"] = set(case["nominees"])
        return 1 + sum(len(case["nominees"]) for case in judged)

    def score(self, case: Case) -> int:
        """How many an approved performance review scores now: who has no score that still holds."""
        scored = case["scored"]
        case["scored"] = scored | case["nominees"]
        return len(case["nominees"] - scored)

    # What an act leads to

    def after(self, person: int, case: Case, act: str, *, reasoned: bool = True) -> str | None:
        """The stage that this act of this person leads to; None when it must be refused.

        `reasoned`: it comes with a reason and a sentence, or the sentence alone where that is
        all it needs.
        """
        stage, road = case["stage"], ROADS[self.awards[case["award"]]["road"]]
        if act in ("submit", "resubmit", "withdraw"):
            return self._after_nominator(person, case, act)
        if act in ("approve", "return", "reject"):
            if stage not in JUDGES or not self.judges(person, case, JUDGES[stage]):
                return None
            if act == "approve":
                return road[road.index(stage) + 1] if self.is_ready(case) else None
            return {"return": "returned", "reject": "rejected"}[act] if reasoned else None
        if act == "object":
            own = person in {case["nominator"], *case["nominees"]}
            already = own or (person, "public_notice") in case["parts"]
            in_notice = stage == "public_notice" and now() < case["notice_ends"]
            running = stage == "objection" or in_notice  # an objection stops the clock
            return "objection" if running and not already and reasoned else None
        if act == "appeal":
            party = person in {case["nominator"], *case["nominees"]}
            in_time = stage == "rejected" and now() < case["appeal_until"]
            return "appeal" if party and in_time and not case["appealed"] and reasoned else None
        return (
            self._after_arbiter(case, act) if reasoned and self._arbitrates(person, case) else None
        )

    def _after_nominator(self, person: int, case: Case, act: str) -> str | None:
        stage, road = case["stage"], ROADS[self.awards[case["award"]]["road"]]
        if person != case["nominator"]:
            return None
        if act == "withdraw":
            takes_back = {"returned", *road} - {"public_notice", "awarded"}
            return "withdrawn" if stage in takes_back else None
        if not self.is_complete(case):
            return None
        if act == "submit":
            open_still = now() < self.cycles[case["cycle"]]["closes_at"]
            return road[1] if stage == "draft" and open_still else None
        back: str | None = case["came_from"] if stage == "returned" else None
        return back

    def _arbitrates(self, person: int, case: Case) -> bool:
        return self.judges(person, case, "arbiter")

    def _after_arbiter(self, case: Case, act: str) -> str | None:
        stage = case["stage"]
        if act == "revoke":
            return "revoked" if stage == "awarded" else None
        if stage == "objection":
            more = len(case["objections"]) > 1
            dismissed = "objection" if more else "public_notice"
            return {"uphold_objection": "rejected", "dismiss_objection": dismissed}.get(act)
        if stage == "appeal":
            contested = case["rejected_at"]
            back = "public_notice" if contested == "objection" else contested
            return {"uphold_appeal": back, "dismiss_appeal": "rejected"}.get(act)
        return None

    # The committee

    def waiting(self, cycle: tuple[str, str]) -> list[Case]:
        """What a list of now ranks: where a place is free, those without one may move up."""
        cases = self.cases_of(cycle)
        ranked = [case for case in cases if case["stage"] == "tiering"]
        again = [case for case in cases if case["stage"] == "not_placed" and self.freed(cycle)]
        moving = self._placed(cycle, [*ranked, *again])
        return [*ranked, *again] if moving & {case["number"] for case in again} else ranked

    def may_tier(self, person: int, cycle: tuple[str, str]) -> bool:
        cases = self.waiting(cycle)
        return (
            "committee" in self.duties(person, cycle[0])
            and now() >= self.cycles[cycle]["closes_at"]
            and bool(cases)
            and not self.is_held(cycle)
            and not any(self.is_barred(person, case) for case in cases)
        )

    def placed(self, cycle: tuple[str, str]) -> set[str]:
        """The numbers of the cases that a list of now gives a place, the best ones first."""
        return self._placed(cycle, self.waiting(cycle))

    def _placed(self, cycle: tuple[str, str], ranked: list[Case]) -> set[str]:
        placed = [case for case in self.cases_of(cycle) if case["placed"]]
        left = self.awards[cycle[0]]["places"] - sum(not is_given_up(case) for case in placed)
        holders = {
            nominee for case in placed if case["stage"] not in LOST for nominee in case["nominees"]
        }
        found = set()
        for case in sorted(ranked, key=_merit):
            if left and not case["nominees"] & holders:
                found.add(case["number"])
                holders |= case["nominees"]
                left -= 1
        return found

    def cases_of(self, cycle: tuple[str, str]) -> list[Case]:
        return [case for case in self.cases.values() if case["cycle"] == cycle]

    def vets_the_shortlist(self, cycle: tuple[str, str]) -> bool:
        return self.awards[cycle[0]]["road"] == "shortlist"

    def shortlisted(self, cycle: tuple[str, str]) -> list[Case]:
        """Who has a place and is not through the policy review; a rejection may be appealed."""
        placed = [case for case in self.cases_of(cycle) if case["placed"]]
        return [case for case in placed if not case["notice_ends"] and not is_given_up(case)]

    def freed(self, cycle: tuple[str, str]) -> list[Case]:
        return [case for case in self.cases_of(cycle) if case["placed"] and is_given_up(case)]

    def is_held(self, cycle: tuple[str, str]) -> bool:
        """Nothing to rank anew: the shortlist is on review, and all the others had their list."""
        if not self.shortlisted(cycle) or self.freed(cycle):
            return False
        return all(case["listed"] for case in self.waiting(cycle))

    # What is open to whom, so that a walk gets somewhere

    def open_acts(self, case: Case, acts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        for person in self.people:
            if self.sees(person, case):
                for act in acts:
                    if self.after(person, case, act):
                        yield person, act

    def workers(self, case: Case) -> list[int]:
        """Who may do the work that the stage asks before its decision."""
        duty = JUDGES.get(case["stage"])
        return [person for person in self.people if duty and self.judges(person, case, duty)]


def now() -> datetime:
    from adapters import clock

    return clock.now()


def is_shown(claim: dict[str, Any]) -> bool:
    return any(text.strip() for text, _ in claim["evidence"].values())


def says_something(claim: dict[str, Any]) -> bool:
    return bool(claim["text"].strip()) or is_shown(claim)


def is_given_up(case: Case) -> bool:
    """Whether it left before it was awarded, for good."""
    final = case["appealed"] or (case["appeal_until"] and now() >= case["appeal_until"])
    return case["stage"] in ("withdrawn", "expired") or (case["stage"] == "rejected" and final)


def claims_are_open(case: Case) -> bool:
    """What an audit has confirmed is not rewritten; only its own auditor may ask for that."""
    return case["stage"] == "draft" or case["came_from"] == "internal_audit"


def _overturn(case: Case) -> None:
    """An appeal was upheld: who took part in what it contests is out, and so are its scores."""
    contested = case["rejected_at"]
    if contested == "performance_review":
        case["scored"] = set()  # what is frozen from here on is new
    case["overturned"] |= {who for who, stage in case["parts"] if stage == contested}


def move(world: World, case: Case, act: str, dest: str, person: int | None) -> None:
    """Let the case be where the act has led it."""
    before = case["stage"]
    if person is not None:
        case["parts"].add((person, before))
    if act in ("submit", "resubmit"):
        case["nominees"] = world.nominees_when_handed_in(case)
        case["submitted"] = case["submitted"] or now()
        for claim in case["claims"]:
            claim["evidence"] = {
                key: piece for key, piece in claim["evidence"].items() if piece[0].strip()
            }
        case["claims"] = [claim for claim in case["claims"] if says_something(claim)]
    if dest == "returned":
        case["came_from"] = before
        case["due"] = working_days_later(now(), RETURN_DAYS)
    if dest == "rejected":
        if before != "appeal":
            case["rejected_at"], case["rejected_by"] = before, person
        case["appeal_until"] = now() + timedelta(days=APPEAL_DAYS)
    if act == "appeal":
        case["appealed"] = True
    if act == "uphold_appeal":
        _overturn(case)
    if act == "object":
        case["frozen_at"] = now() if before == "public_notice" else case["frozen_at"]
        case["parts"].add((person, "public_notice"))
    if dest == "public_notice":
        if act == "dismiss_objection":
            case["notice_ends"] += now() - case["frozen_at"]
        else:
            case["notice_ends"] = now() + timedelta(days=NOTICE_DAYS)
    case["stage"] = dest
    case["moves"] += 1


def working_days_later(at: datetime, days: int) -> datetime:
    """The end of the n-th working day after this one, where the scheme is."""
    day = at.astimezone(ZONE).date()
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5
    return datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def _merit(case: Case) -> tuple[Fraction, Fraction, datetime, str]:
    marks = [given for _, given in case["contacts"] if given]
    mean = Fraction(sum(marks), len(marks)) if marks else Fraction(3)
    verdicts = [claim["verdict"] for claim in case["claims"]]
    share = Fraction(verdicts.count("confirmed"), len(verdicts))
    return -mean, -share, case["submitted"], case["number"]
