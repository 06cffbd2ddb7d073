"""Fixtures for every test stand in `tests/fixtures/`, by peer."""

import gc
import os
from zlib import crc32

import pytest
from hypothesis import settings

from config import Settings

# What the shell of whoever runs the tests has set must not reach them.
for _name, _field in Settings.model_fields.items():
    os.environ.pop(str(_field.validation_alias or f"PLAUDIT_{_name.upper()}"), None)

# How long an example takes says how busy the machine is, and nothing about the rule.
# The same examples every time: what is new is looked for by `make prove`.
settings.register_profile("every-day", deadline=None, derandomize=True)
settings.load_profile("every-day")
# `make prove` asks the pure rules for many more examples than there is time for every day.
settings.register_profile("prove", max_examples=5_000, deadline=None, derandomize=False)

# A test module makes many objects that stay, and no rubbish: the collector waits for the tests.
gc.disable()

LONG = {"adversary", "journeys"}

pytest_plugins = (
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.passwords",
    "tests.fixtures.demo",
    "tests.fixtures.histories",
    "tests.fixtures.pages",
    "tests.fixtures.browser",
    "tests.fixtures.mail",
    "tests.fixtures.worker",
    "tests.fixtures.figures",
    "tests.fixtures.server",
    "tests.fixtures.s3",
    "tests.fixtures.office",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, then modules in a mixed order, the same each time.

    So the processes that share the tests end together, and the longest, the random walk, does not
    keep the others waiting.
    """
    items.sort(
        key=lambda item: (
            "test_random_walk" not in item.nodeid,
            item.path.parent.name not in LONG,
            crc32(item.nodeid.partition("::")[0].encode()),
        )
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here there is rubbish: it is looked for among what the tests make, and not too often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept-routes", action="store_true", help="the routes are meant this way")
