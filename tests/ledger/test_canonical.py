"""Canonical bytes: one value, one form; everything else refused."""

from contextlib import suppress
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.canonical import MAX_DEPTH, MAX_INT, CanonicalError, canonical, parse
from tests.ledger.bodies import bodies, values


def versioned(value: object) -> dict[str, object]:
    return {"v": 1, "x": value}


def test_the_bytes_are_exactly_these() -> None:
    body = {"标题": "é", "b": [1, None, True, 'a"\n'], "v": 1, "a": {"z": -2, "y": {}}}
    assert canonical(body) == (
        '{"v":1,"a":{"y":{},"z":-2},"b":[1,null,true,"a\\"\\n"],"标题":"é"}'.encode()
    )


@given(bodies())
def test_what_is_written_is_read_back(body: dict[str, Any]) -> None:
    assert parse(canonical(body)) == body


@given(bodies(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(body: dict[str, Any], random: Any) -> None:
    keys = list(body)
    random.shuffle(keys)
    assert canonical({key: body[key] for key in keys}) == canonical(body)


@given(bodies(), bodies())
@example({"v": 1, "": []}, {"v": 1, "": {}})
def test_two_values_never_share_their_bytes(one: dict[str, Any], two: dict[str, Any]) -> None:
    # repr tells True from 1, which Python's == does not.
    same = repr(sorted_deeply(one)) == repr(sorted_deeply(two))
    assert (canonical(one) == canonical(two)) == same


def sorted_deeply(value: object) -> object:
    if isinstance(value, dict):
        return {key: sorted_deeply(value[key]) for key in sorted(value)}
    return [sorted_deeply(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"bytes",
        {1},
        {1: "a"},
        "a\0b",
        "\ud800",
        "\udfff tail",
        "e\u0301",
        {"e\u0301": 1},
        MAX_INT + 1,
        -MAX_INT - 1,
        10**5000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_without_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical(versioned(value))


@pytest.mark.parametrize("version", [None, True, 0, -1, "1", 1.0])
def test_a_body_without_a_version_is_refused(version: object) -> None:
    with pytest.raises(CanonicalError):
        canonical({"v": version})
    with pytest.raises(CanonicalError):
        canonical({})


def test_an_integer_is_one_that_every_reader_of_json_can_hold() -> None:
    assert canonical(versioned(2**53 - 1)) == b'{"v":1,"x":9007199254740991}'
    with pytest.raises(CanonicalError):
        canonical(versioned(2**53))


def test_nesting_is_bounded_both_ways() -> None:
    value: object = 1
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert parse(canonical(versioned(value))) == versioned(value)
    with pytest.raises(CanonicalError):
        canonical(versioned([value]))
    with pytest.raises(CanonicalError):
        parse(b'{"v":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_a_word_of_the_vocabulary_is_written_as_its_text() -> None:
    class Stage(StrEnum):
        DRAFT = "draft"

    assert canonical(versioned(Stage.DRAFT)) == b'{"v":1,"x":"draft"}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[1]",
        b'{"x":1}',
        b'{"v":1',
        b' {"v":1}',
        b'{"v":1}\n',
        b'{"v": 1}',
        b'{"a":1,"v":1}',
        b'{"v":1,"b":1,"a":1}',
        b'{"v":1,"a":1,"a":1}',
        b'{"v":1,"a":1.0}',
        b'{"v":1,"a":1e2}',
        b'{"v":1,"a":NaN}',
        b'{"v":1,"a":-0}',
        b'{"v":1,"a":"\\u0061"}',
        b'{"v":1,"a":"\\ud800"}',
        b'{"v":1,"a":"\xff"}',
        b'{"v":1,"a":"e\xcc\x81"}',
        b'\xef\xbb\xbf{"v":1}',
        b'{"v":1,"a":' + b"9" * 5000 + b"}",
    ],
)
def test_bytes_in_any_other_form_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse(data)


@given(st.binary() | bodies().map(canonical).flatmap(lambda data: st.just(data + b" ")))
def test_any_bytes_are_read_or_refused_and_never_break(data: bytes) -> None:
    with suppress(CanonicalError):
        assert canonical(parse(data)) == data


@given(values())
def test_a_tuple_is_written_as_a_list(value: Any) -> None:
    assert canonical(versioned((value,))) == canonical(versioned([value]))
