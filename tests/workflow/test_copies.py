"""Near-copies are found by fingerprints, and the passage is quoted as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.copies import WINDOW, K, fingerprints, shared
from workflow.likeness import identifiers

STORY = (
    "一位老先生因为会员卡丢失，连续三天打来电话都没有解决。林娜下班后留下来，"
    "逐条核对了五年前的纸质登记表，终于在旧姓名下找到了他的积分记录。"
)
ENGLISH = (
    "On 14 October a customer called for the fifth time about a refund. Lin stayed on the line "
    "with the bank until they found it under her maiden name."
)
LONG_ENOUGH = K + WINDOW - 1


@given(
    st.text(min_size=0, max_size=200),
    st.text(min_size=0, max_size=200),
    st.text("客户退款电话登记会员积分查询系统下班后", min_size=LONG_ENOUGH, max_size=60),
)
def test_a_passage_that_is_long_enough_is_always_found(
    before: str, after: str, passage: str
) -> None:
    assert fingerprints(before + passage) & fingerprints(passage + after)


def test_spaces_widths_case_and_punctuation_hide_nothing() -> None:
    disguised = ENGLISH.upper().replace(" ", "  ").replace(",", "；")
    found = shared(ENGLISH, disguised)
    assert found is not None
    assert found.share == 1
    assert found.passage == ENGLISH.removesuffix(".")


def test_the_passage_reads_as_it_was_written_and_the_share_is_of_ones_own_text() -> None:
    own = "十月的一个周五晚上，呼入组已经交班。"
    found = shared(f"{own}{STORY}", STORY)
    assert found is not None
    assert found.passage == STORY.removesuffix("。")
    assert 0.75 < found.share < 1
    assert shared(STORY, f"{own}{STORY}") is not None


@pytest.mark.parametrize("other", ["", "林娜", ENGLISH, "连续六周录入会员表零差错，质检全部通过。"])
def test_texts_of_their_own_share_nothing(other: str) -> None:
    assert shared(STORY, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CALL-0087", " call 0087 "),
        ("CALL-0087", "ＣＡＬＬ－００８７"),
        ("TCK–88213", "tck—88213"),
        ("Ticket TCK-88213, second call", "tck88213"),
        ("工单：TCK-88213（已结）", "TCK-88213"),
    ],
)
def test_an_id_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert identifiers(one) & identifiers(other)


@pytest.mark.parametrize("nothing", ["", " - ", "录音", "the recording", "12", "2026-10-14"])
def test_what_tells_no_event_from_another_is_no_id(nothing: str) -> None:
    assert identifiers(nothing) == set()
