"""How templates put words and figures before a reader."""

from __future__ import annotations

import pytest

from views.filters import shortened

CHINESE = "停电的夜里她守住了最后一条热线，" * 20


@pytest.mark.parametrize(
    ("text", "length", "seen"),
    [
        ("short enough", 12, "short enough"),
        ("cut between the words", 18, "cut between the…"),
        ("雨桐 " + CHINESE, 30, "雨桐 " + CHINESE[:27] + "…"),
        (CHINESE, 30, CHINESE[:30] + "…"),
    ],
)
def test_a_text_is_shortened_between_words_and_a_space_among_chinese_costs_nothing(
    text: str, length: int, seen: str
) -> None:
    assert shortened(text, length) == seen
