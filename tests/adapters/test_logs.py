"""Logs are JSON, one line each, and in production quote nobody."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from adapters import logs

EMAIL = "li.na@example.org"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the product's log handler writes during the test."""
    logs.configure(with_messages=False)
    handler = next(h for h in logging.getLogger().handlers if h.name == logs.__name__)
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    before = handler.setStream(stream)
    only = logging.Filter("anything")  # not what a server of another test's thread says
    handler.addFilter(only)
    yield stream
    handler.removeFilter(only)
    handler.setStream(before)
    logs.configure()


def test_an_exception_shows_where_it_happened_and_quotes_nothing(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(EMAIL)
        except KeyError as error:
            raise ValueError(f"{EMAIL} wrote this") from error
    except ValueError:
        logging.getLogger("anything").exception("it broke")
    entry = json.loads(written.getvalue())
    assert entry["event"] == "it broke"
    assert "builtins.ValueError" in entry["exception"]
    assert "builtins.KeyError" in entry["exception"]
    assert "test_logs.py" in entry["exception"]
    assert EMAIL not in written.getvalue()


def test_chinese_is_written_as_it_is(written: io.StringIO) -> None:
    logging.getLogger("anything").warning("數據庫不可用")
    assert "數據庫不可用" in written.getvalue()
    assert written.getvalue().count("\n") == 1
