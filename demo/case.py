"""A case of the demo under way, and who acts on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from demo.story import Story, Turn
from models import casework
from models.base import db
from models.nominations import Nomination
from operations import nominations
from operations.casework import Request
from workflow import conflicts, waiving
from workflow.vocabulary import JUDGING, Action, Duty, Stage

JUDGES = {**JUDGING, Stage.AWARDED: Duty.ARBITER}


@dataclass
class Case:
    """A case under way: its story, its number, and what acting on it takes."""

    story: Story
    calendar: Calendar
    ids: dict[str, int]
    number: str = ""

    @property
    def row(self) -> Nomination:
        return db.session.scalars(select(Nomination).where(Nomination.number == self.number)).one()

    @property
    def stage(self) -> Stage:
        return self.row.stage

    @property
    def request(self) -> Request:
        return Request(self.row.version)

    def later(self, days: float) -> datetime:
        return self.calendar.after(clock.now(), days)

    def judge(self, at: Stage | None = None) -> int:
        """Whom the case was given to, else the first on duty whom nothing bars from it.

        `at` is another stage whose work is still to be done.
        """
        case = casework.snapshot(self.row)
        if at:
            case = replace(case, state=at.value)
        for number in sorted(
            DUTIES[JUDGES[case.stage]], key=lambda each: self.ids[each] not in case.assigned
        ):
            if conflicts.relation(case, self.ids[number]) is None:
                return self.ids[number]
        raise LookupError(f"nobody may judge {self.story.title!r} at {case.stage}")

    def second(self) -> int:
        """Another policy reviewer or a scheme manager, to answer a waiver that `judge` proposes."""
        case, proposer = casework.snapshot(self.row), self.judge()
        for duty in waiving.ANSWERERS:
            for number in DUTIES[duty]:
                person = self.ids[number]
                if person != proposer and conflicts.relation(case, person) is None:
                    return person
        raise LookupError(f"nobody may answer a waiver in {self.story.title!r}")

    def decide(self, person_id: int, action: Action, turn: Turn | None = None) -> None:
        nominations.decide(
            person_id=person_id,
            number=self.number,
            action=action,
            request=self.request,
            reason=turn.reason if turn else None,
            sentence=turn.sentence if turn else "",
        )
