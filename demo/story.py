"""The cases of the demo as they are written down in `cases/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from workflow.vocabulary import Channel, Method, Reason, Stage, SurveyWay, Verdict

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Opinion:
    """What a further auditor found of a claim, where the award asks for more than one."""

    verdict: Verdict
    note: str


@dataclass(frozen=True)
class Told:
    """One claim, its evidence as "reference: ...", "note: ..." or "file: ...", and the finding."""

    text: str
    evidence: tuple[str, ...]
    verdict: Verdict = Verdict.CONFIRMED
    note: str = ""
    others: tuple[Opinion, ...] = ()  # of the second auditor, and of the third

    @property
    def method(self) -> Method:
        """How the auditor went about it: a reference leads to a record, a note to a person."""
        return Method.RECORD_CHECKED if self.reference else Method.WITNESS_ASKED

    @property
    def reference(self) -> str:
        """The first reference that was given, which is what the auditor looked up."""
        kinds = (piece.partition(": ") for piece in self.evidence)
        return next((text for kind, _colon, text in kinds if kind == "reference"), "")


@dataclass(frozen=True)
class Survey:
    """A link that a customer was given; without answers it runs out."""

    about: str
    way: SurveyWay = SurveyWay.COPIED
    channel: Channel = Channel.CHAT
    answers: Mapping[str, str] = field(default_factory=dict)
    after: float = 1.3  # days until the customer answers
    released: str = ""  # the wording of their own words that the archive shows


@dataclass(frozen=True)
class Again:
    """The second contact: by a survey, or by a call with its note."""

    survey: Survey | None = None
    call: str = ""
    marks: int = 5


@dataclass(frozen=True)
class Turn:
    """A decision that leaves the road: by whom, after how many days, why, and what came of it."""

    sentence: str
    reason: Reason | None = None
    at: Stage | None = None
    by: str = ""  # an employee number; else whoever's part it is
    after: float = 1
    corrected_after: float | None = None  # a return: when the nominator hands it in again
    upheld: bool | None = None  # an objection or appeal; None: still under way
    answer: str = ""
    answered_after: float = 2
    references: tuple[str, ...] = ()  # what an appeal shows that the case did not
    found: str = ""  # what another auditor noted after an upheld appeal


@dataclass(frozen=True)
class Story:
    """One case. `ago` counts days back from now; `cycle` and `day` name a day of a past cycle."""

    award: str
    nominator: str
    title: str
    story: str
    claims: tuple[Told, ...]
    channel: Channel = Channel.PHONE
    nominees: tuple[str, ...] = ()
    team: str = ""
    cycle: int = 0
    day: int = 5
    ago: float | None = None
    pace: float = 1.0  # days that each stage takes
    stop: Stage | None = None  # where it still waits; Stage.DRAFT: never submitted
    contact: str = ""
    marks: int = 5
    surveys: tuple[Survey, ...] = ()  # that the customer was sent at the first contact
    again: Again | None = None
    opinions: int = 0  # how many auditors have judged, where two are asked and it still waits
    kept: str = ""  # a file that the internal auditor found and keeps beside the first claim
    recused: str = ""  # why the first auditor to whom it was given stepped aside
    handed_over: bool = False  # whether a scheme manager gave it to another auditor
    named: bool = False  # whether the auditor has said who the customer is, where it still waits
    unanswered: int = 0  # attempts without an answer before (or instead of) the contact
    waived: str = ""  # why somebody proposes to set a failed policy rule aside
    unwaived: str = ""  # why the second person does not agree
    returned: Turn | None = None
    rejected: Turn | None = None
    withdrawn: Turn | None = None
    appealed: Turn | None = None
    objected: tuple[Turn, ...] = field(default=())
    revoked: Turn | None = None


WORDS: dict[str, Any] = {
    "channel": Channel,
    "stop": Stage,
    "nominees": tuple,
    "claims": lambda claims: tuple(_of(Told, each) for each in claims),
    "objected": lambda turns: tuple(_of(Turn, each) for each in turns),
    "surveys": lambda surveys: tuple(_of(Survey, each) for each in surveys),
    "survey": lambda survey: _of(Survey, survey),
    "again": lambda again: _of(Again, again),
    "others": lambda others: tuple(_of(Opinion, each) for each in others),
    "way": SurveyWay,
    "references": tuple,
    "evidence": tuple,
    "verdict": Verdict,
    "reason": Reason,
    "at": Stage,
}


def stories() -> Iterator[Story]:
    """Every case, file by file, in the order in which they are written."""
    for path in sorted(FOLDER.glob("*.toml")):
        for data in tomllib.loads(path.read_text())["case"]:
            yield _of(Story, data)


def _of(shape: Any, data: dict[str, Any]) -> Any:
    return shape(**{name: _read(name)(value) for name, value in data.items()})


def _read(name: str) -> Any:
    if name in ("returned", "rejected", "withdrawn", "appealed", "revoked"):
        return partial(_of, Turn)
    return WORDS.get(name, lambda value: value)
