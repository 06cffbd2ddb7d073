"""Fixtures for every test stand in `tests/fixtures/`, by peer."""

import pytest

pytest_plugins = (
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.pages",
    "tests.fixtures.browser",
    "tests.fixtures.mail",
    "tests.fixtures.worker",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept-routes", action="store_true", help="the routes are meant this way")
