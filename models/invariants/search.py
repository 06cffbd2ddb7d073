"""The search holds what is public, and of what it has followed nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger import LedgerHead
from models.search.records import PublicRecord, SearchProgress, fields_of
from models.search.sources import SOURCES

MOST = 2000  # records compared: `flask check` must end


def searched_as_published(session: Session) -> Iterator[str]:
    """When the search has followed the whole ledger, it holds exactly what is public now."""
    progress, head = session.get(SearchProgress, 1), session.get(LedgerHead, 1)
    if progress is None or head is None or progress.seq != head.size:
        return
    for kind, source in SOURCES.items():
        public = set(source.after(None, MOST))
        rows = session.scalars(select(PublicRecord).where(PublicRecord.kind == kind).limit(MOST))
        held = {row.subject: row for row in rows}
        for subject in sorted(public | set(held)):
            now, row = source.project(subject), held.get(subject)
            if now is None or row is None:
                if (now is None) != (row is None):
                    yield f"{kind} {subject}: found and not public, or public and not found"
            elif any(getattr(row, name) != value for name, value in fields_of(now).items()):
                yield f"{kind} {subject}: found as it was, not as it is"


INVARIANTS = (searched_as_published,)
