"""What a certificate is about: one award, to one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from workflow.vocabulary import Language


@dataclass(frozen=True)
class Certificate:
    """The facts of one award to one person, in the language that the person reads.

    `at` is the instant of the award on the scheme's clock; `metric` and `score` are those of an
    award by numbers; `team` is set where the whole team won.
    """

    number: str
    person_id: int
    name: str
    language: Language
    organisation: str
    award: str
    cycle: str
    tier: str | None
    metal: str
    title: str
    metric: str | None
    score: Decimal | None
    team: str | None
    at: datetime
    code: str
