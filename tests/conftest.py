"""Fixtures for every test stand in `tests/fixtures/`, by peer."""

pytest_plugins = (
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.pages",
    "tests.fixtures.browser",
    "tests.fixtures.mail",
)
