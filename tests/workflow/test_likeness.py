"""When two nominations look like one event told twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from workflow.likeness import Likeness, Telling, likeness

DAY = date(2026, 10, 14)
TOLD = Telling("Stayed late until the refund was found", DAY, ["CALL-0087"])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Telling("Another story", None, [" call 0087 "]), Likeness.REFERENCE),
        (Telling("Another story", None, ["ＣＡＬＬ－００８７"]), Likeness.REFERENCE),
        (Telling("She stayed late until the refund was found", None, []), Likeness.TITLE),
        (Telling("Another story", DAY + timedelta(days=1), []), Likeness.DAY),
        (Telling("Another story", DAY - timedelta(days=2), ["CALL-0088"]), None),
        (Telling("", None, ["", " - "]), None),
    ],
)
def test_a_reference_a_title_or_a_day_in_common_is_a_likeness(
    other: Telling, expected: Likeness | None
) -> None:
    assert likeness(TOLD, other) is expected
    assert likeness(other, TOLD) is expected


def test_chinese_titles_are_compared_by_their_characters() -> None:
    one = Telling("下班后多留两小时，为客户追回退款", None, [])
    same = Telling("下班后多留两小时为客户追回一笔退款", None, [])
    different = Telling("连续六周录入会员表零差错", None, [])
    assert likeness(one, same) is Likeness.TITLE
    assert likeness(one, different) is None


def test_two_empty_tellings_have_nothing_in_common() -> None:
    assert likeness(Telling("", None, []), Telling("", None, [""])) is None
