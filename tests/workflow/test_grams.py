"""Every word of a text is found, from one character up, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.folding import folding
from workflow.grams import excerpt, fold, grams, words

FOLDING = folding()
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=9)
TEXTS = st.text(st.sampled_from("客户戶追回退款臺台后後 a%b_，。Ａ\n"), min_size=1, max_size=30)


def found(query: str, text: str) -> bool:
    wanted = words(query, FOLDING)
    assert wanted is not None
    held = grams(fold(text, FOLDING))
    return all(word.grams <= held and word.stands_in(text, FOLDING) for word in wanted)


@given(text=TEXTS, data=st.data())
def test_whatever_stands_in_a_chinese_text_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    cut = any(each.isascii() and each.isalnum() for each in fold(part[0] + part[-1], FOLDING))
    assert cut or found(part, text)


@given(before=CHINESE, word=CHINESE, after=CHINESE)
def test_a_word_of_any_length_is_found_inside_a_run(before: str, word: str, after: str) -> None:
    assert found(word, before + word + after)


@given(text=st.text(max_size=40))
def test_folding_keeps_every_place_and_is_done_once(text: str) -> None:
    folded = fold(text, FOLDING)
    assert len(folded) == len(text)
    assert fold(folded, FOLDING) == folded


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("臺灣", "台湾客服"), ("台湾", "臺灣客服"), ("后来", "後來"), ("客戶", "客户"),
        ("裡", "里面"), ("ＲＥＦＵＮＤ", "a refund"), ("Refund", "REFUND traced"),
        ("2026-0001", "case 2026-0001"), ("100%", "100% 的退款"), ("薴", "苎"),
        ("resol", "Resolved today"), ("2026", "in 20261"),
    ],
)  # fmt: skip
def test_ways_of_writing_meet(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [("efun", "refund"), ("退回", "退款追回"), ("追回款", "追回。回款"), ("100%", "100 of %")],
)
def test_what_does_not_stand_there_is_not_found(query: str, text: str) -> None:
    assert not found(query, text)


def test_an_excerpt_marks_every_hit_and_loses_no_character() -> None:
    text = "前言" * 60 + "客戶確認，客户滿意" + "後記" * 60
    shown = excerpt(text, fold(text, FOLDING), words("客户 满意", FOLDING) or [], length=80)
    assert [part for part, hit in shown.parts if hit] == ["客戶", "客户", "滿意"]
    assert "".join(part for part, _hit in shown.parts) in text
    assert not shown.begins
    assert not shown.ends


def test_of_a_longer_word_the_part_that_was_typed_is_marked() -> None:
    text = "unresolved, then RESOLVED"
    shown = excerpt(text, fold(text, FOLDING), words("resol", FOLDING) or [])
    assert shown.parts == (("unresolved, then ", False), ("RESOL", True), ("VED", False))


def test_what_no_text_can_hold_finds_nothing() -> None:
    assert words("\x00", FOLDING) is None
    assert words("   ", FOLDING) == []
