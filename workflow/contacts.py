"""Whether a customer may be asked about a case now: their wish first, then the agreed pause."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from workflow.deadlines import due
from workflow.refusal import Refused


@dataclass(frozen=True)
class Reach:
    """What is known of a customer, and from when on they may be asked again about this case."""

    consent: bool
    do_not_contact: bool
    purged: bool
    again_at: datetime | None = None  # None: nobody has asked them yet


def refusal(reach: Reach, at: datetime) -> Refused | None:
    """Why the customer may not be asked now; None when they may."""
    return never(reach) or _too_soon(reach, at)


def never(reach: Reach) -> Refused | None:
    """Why the customer may not be asked at all, however long one waits."""
    if reach.purged:
        return Refused("customer_purged")
    if reach.do_not_contact:
        return Refused("customer_do_not_contact")
    return None if reach.consent else Refused("customer_without_consent")


def again_at(last: datetime, days: int, holidays: Collection[date], zone: tzinfo) -> datetime:
    """The beginning of the `days`-th working day after a contact; 0: at once."""
    return due(last, days - 1, holidays, zone) if days else last


def _too_soon(reach: Reach, at: datetime) -> Refused | None:
    if reach.again_at is None or at >= reach.again_at:
        return None
    return Refused("customer_asked_lately", again=reach.again_at)
