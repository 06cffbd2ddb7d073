"""What those with a duty do: findings, calls, waivers, rankings, and the duties themselves."""

from __future__ import annotations

from hypothesis import strategies as st

from adapters import clock
from models import tierlists
from models.nominations import by_number
from models.waivers import proposals_of
from operations import audits, duties, findings, tiering, waivers
from operations.casework import Request
from operations.findings import Found
from tests.adversary.acting import MOSTLY, SELDOM, SENTENCE, Acting
from tests.adversary.model import JUDGES, Case, move
from tests.adversary.organisation import RULE
from workflow.vocabulary import Channel, ContactOutcome, Duty, Method, Verdict


class Judging(Acting):
    """The work that brings a case on, by whoever may and by whoever may not."""

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


def _proposal(number: str, nominee: int) -> int:
    """The waiver that waits for an answer."""
    nomination = by_number(number)
    assert nomination is not None
    return next(
        one.id for one in proposals_of(nomination) if one.is_open and one.person_id == nominee
    )
