"""One mapping, one sequence of bytes: the form in which everything is hashed."""

import json
from collections.abc import Mapping
from typing import TypeAlias
from unicodedata import is_normalized

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 32
# Beyond this a verifier that reads numbers as doubles would see another number.
MAX_INT = 2**53 - 1

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class CanonicalError(ValueError):
    """The value or the bytes have no canonical form."""


def canonical(body: Mapping[str, object]) -> bytes:
    """UTF-8 JSON without spaces: the version "v" first, then the keys in code point order.

    Values: None, bool, int up to 2**53 - 1, NFC text, lists and mappings of these.
    A decimal is written as text. Raises CanonicalError for anything else.
    """
    checked = _checked_mapping(body, depth=0)
    version = checked.pop("v", None)
    if type(version) is not int or version < 1:
        raise CanonicalError("the version 'v' must be an integer from 1")
    return _ENCODER.encode({"v": version, **checked}).encode()


def parse(data: bytes) -> dict[str, Json]:
    """The mapping whose canonical form is exactly `data`; raises CanonicalError for other bytes."""
    try:
        body = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"not UTF-8 JSON: {error}") from error
    if not isinstance(body, dict):
        raise CanonicalError("not a JSON object")
    # Writing it again catches doubled keys, spaces, other key orders and other escapes at once.
    if canonical(body) != data:
        raise CanonicalError("not in canonical form")
    return body


def _checked(value: object, depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise CanonicalError(f"nested deeper than {MAX_DEPTH}")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _checked_int(value)
    if isinstance(value, str):
        return _checked_text(value)
    if isinstance(value, list | tuple):
        return [_checked(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return _checked_mapping(value, depth)
    raise CanonicalError(f"{type(value).__name__} has no canonical form")


def _checked_mapping(mapping: Mapping[str, object], depth: int) -> dict[str, Json]:
    if not all(isinstance(key, str) for key in mapping):
        raise CanonicalError("a key must be text")
    return {_checked_text(key): _checked(mapping[key], depth + 1) for key in sorted(mapping)}


def _checked_int(number: int) -> int:
    if abs(number) > MAX_INT:
        raise CanonicalError(f"an integer must lie within ±{MAX_INT}")
    return number


def _checked_text(text: str) -> str:
    if "\0" in text:
        raise CanonicalError("text must not hold NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("text must not hold lone surrogates") from error
    if not is_normalized("NFC", text):
        raise CanonicalError("text must be in Unicode form NFC")
    return text
