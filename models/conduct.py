"""Conduct records that a later revision has overturned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from models.base import db
from models.results import ConductRecord, Import


@dataclass(frozen=True)
class Overturned:
    """When a record was corrected, and from which day on the correction holds.

    `at` is None where no file brought it; `since` None: the record was never right.
    """

    at: datetime | None
    since: date | None


def overturned(records: Iterable[ConductRecord]) -> dict[int, Overturned]:
    """Those of the records that the next revision corrects, by id."""
    later = aliased(ConductRecord)
    rows = db.session.execute(
        select(ConductRecord.id, Import.applied_at, later.effective_from)
        .join(
            later,
            and_(
                later.person_id == ConductRecord.person_id,
                later.reference == ConductRecord.reference,
                later.revision == ConductRecord.revision + 1,
            ),
        )
        .outerjoin(Import, Import.id == later.import_id)
        .where(ConductRecord.id.in_([record.id for record in records]))
    )
    return {record_id: Overturned(at, since) for record_id, at, since in rows}
