"""Nobody is asked against their wish, or twice within the agreed time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from workflow.contacts import Reach, again_at, refusal

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
WILLING = {"consent": True, "do_not_contact": False, "purged": False}


def said(**reach: Any) -> str | None:
    refused = refusal(Reach(**{**WILLING, **reach}), FRIDAY)
    return refused.message if refused else None


def test_a_customer_who_agreed_may_be_asked() -> None:
    assert said() is None


@pytest.mark.parametrize(
    ("reach", "message"),
    [
        ({"consent": False}, "customer_without_consent"),
        ({"do_not_contact": True}, "customer_do_not_contact"),
        ({"do_not_contact": True, "consent": False}, "customer_do_not_contact"),
        ({"purged": True, "do_not_contact": True}, "customer_purged"),
        ({"again_at": FRIDAY + timedelta(seconds=1)}, "customer_asked_lately"),
        ({"again_at": FRIDAY}, None),
        ({"consent": False, "again_at": FRIDAY}, "customer_without_consent"),
    ],
)
def test_a_wish_comes_before_the_agreed_time(reach: dict[str, Any], message: str | None) -> None:
    assert said(**reach) == message


@pytest.mark.parametrize(
    ("days", "again"),
    [
        (0, FRIDAY),
        (1, datetime(2026, 11, 21, tzinfo=UTC)),  # any day but this one
        (2, datetime(2026, 11, 25, tzinfo=UTC)),  # Monday is a holiday, Tuesday the first day
    ],
)
def test_the_time_between_runs_in_working_days(days: int, again: datetime) -> None:
    assert again_at(FRIDAY, days, {date(2026, 11, 23)}, UTC) == again
