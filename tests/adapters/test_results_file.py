"""What a file of results says does not hang on the order of its rows."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from adapters import results_file
from adapters.figures import Parts, unpacked
from adapters.results_file import CALL_LOG, ROWS
from adapters.tables import read_table

CALLS = st.tuples(
    st.sampled_from(["Diane", "Martha", "李娜"]),
    st.sampled_from(["2026-01-05", "2026/1/6", "2026年1月7日"]),
    st.sampled_from(["Y,Y,12,0:02:23,5", "Y,N,3.5,0:00:40,1", "N,N,,,", "Y,,7,,"]),
).map(",".join)
VALUES = st.lists(
    st.tuples(
        st.sampled_from(["E1", "E2"]),
        st.sampled_from(["2026-01-05", "2026-01-06"]),
        st.sampled_from(["errors", "calls_offered"]),
    ),
    unique=True,
)


def read(header: str, lines: list[str], mapping: str) -> results_file.Reading:
    data = "\n".join([header, *lines]).encode()
    return results_file.read(read_table(data, "x.csv"), mapping, None)


def said(reading: results_file.Reading) -> dict[str, dict[int, Parts | None]]:
    return dict(reading.figures.by_employee())


@given(st.lists(CALLS), st.randoms(use_true_random=False))
def test_a_call_log_says_the_same_in_any_order(calls: list[str], chance: random.Random) -> None:
    header = "Agent,Date,Answered,Resolved,Speed of answer,Talk time,Satisfaction"
    first = read(header, calls, CALL_LOG)
    chance.shuffle(calls)
    again = read(header, calls, CALL_LOG)
    assert said(again) == said(first)
    assert again.mistakes.count == first.mistakes.count == 0


@given(VALUES, st.randoms(use_true_random=False))
def test_rows_say_the_same_in_any_order(
    keys: list[tuple[str, str, str]], chance: random.Random
) -> None:
    lines = [",".join([*key, str(number)]) for number, key in enumerate(keys)]
    first = read("employee,date,metric,value", lines, ROWS)
    chance.shuffle(lines)
    assert said(read("employee,date,metric,value", lines, ROWS)) == said(first)


def test_chinese_headings_and_a_file_in_gb18030_are_read() -> None:
    text = "工号,日期,指标,数值\nE1,2026年1月5日,errors,3\n"
    table = read_table(text.encode("gb18030"), "x.csv")
    reading = results_file.read(table, ROWS, None)
    assert [unpacked(key)[0] for key in said(reading)["E1"]] == ["errors"]
