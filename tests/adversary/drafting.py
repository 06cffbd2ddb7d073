"""What nominators do to their drafts, and what others try."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from models.base import db
from models.nominations import Claim, Evidence, by_number
from operations import drafts
from operations.drafts import Step, Written
from tests.adversary import organisation
from tests.adversary.acting import Acting
from tests.adversary.model import Case, claims_are_open, now
from workflow.vocabulary import Channel, EvidenceKind

TOLD: dict[str, Any] = {
    "title": "He stayed on the line",
    "story": "For two hours.",
    "happened_on": date(2026, 10, 1),
    "channel": Channel.PHONE,
}
ANSWERED = frozenset({"happened_on", "channel"})


class Drafting(Acting):
    """A nomination is begun, told and changed."""

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


def _is_settled(case: Case, since: int) -> bool:
    """Whether the piece stood there when an audit confirmed its claim."""
    return not claims_are_open(case) and since < case["moves"]
