"""How an act is done in both, the product and the model, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from sqlalchemy import func, select

from models.base import db
from models.nominations import by_number
from models.voices import Objection
from operations import appeals, nominations, objections
from operations.casework import KeyReused, NotVisible, Request, Stale
from tests.adversary.model import CLOSED, DECISIONS, Case, World, move
from workflow.refusal import Refused
from workflow.vocabulary import Action, Reason

SENTENCE = "What was written does not match the recording."
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([False] * 7 + [True])


class Acting:
    """Who tries what; it must end as the model says."""

    app: ClassVar[Flask]
    counts: ClassVar[Counter[str]] = Counter()
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.keys = count()
        self.sent: dict[str, Any] | None = None  # the last decision that was applied

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
