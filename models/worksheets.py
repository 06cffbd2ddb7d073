"""What an auditor has written on a case and not recorded yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, db
from models.nominations import Finding, Nomination
from workflow.vocabulary import Method


class Worksheet(Base):
    """One auditor's unrecorded notes on one case: for their eyes alone, gone once recorded."""

    __tablename__ = "worksheet"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON)  # field name -> what was typed
    at: Mapped[datetime] = mapped_column(Instant)


def answers(nomination: Nomination, person_id: int) -> dict[str, str]:
    """What the person typed here and has not recorded yet."""
    sheet = db.session.get(Worksheet, (nomination.id, person_id))
    if sheet is None:
        return {}
    if sheet.at >= nomination.stage_entered_at:
        return dict(sheet.answers)
    # The case was away and may read otherwise now: notes are kept, no verdict is taken as given.
    return {name: text for name, text in sheet.answers.items() if not name.startswith("verdict_")}


def clear(nomination_id: int, person_id: int) -> None:
    db.session.execute(
        delete(Worksheet).where(
            Worksheet.nomination_id == nomination_id, Worksheet.person_id == person_id
        )
    )


def last_method(person_id: int) -> Method | None:
    """How the auditor checked the last claim that they judged."""
    return db.session.scalar(
        select(Finding.method)
        .where(Finding.by_id == person_id, Finding.method.is_not(None))
        .order_by(Finding.id.desc())
        .limit(1)
    )
