"""What only reads ends with a COMMIT on PostgreSQL; what has written is rolled back as ever."""

from __future__ import annotations

from typing import cast

import psycopg
import pytest
from sqlalchemy import text

from models.base import db

pytestmark = pytest.mark.usefixtures("context")
READ = text("SELECT count(*) FROM team WHERE name = :name")


def test_statements_stay_prepared_from_one_reading_to_the_next(database: str) -> None:
    if database != "postgresql":
        pytest.skip("SQLite prepares nothing on a server")
    for _reading in range(8):  # the driver prepares what it has seen five times
        db.session.execute(READ, {"name": "East"})
        db.session.rollback()
    driver = cast(psycopg.Connection, db.session.connection().connection.driver_connection)
    found = driver.execute(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
        ["%FROM team WHERE name%"],
    ).fetchone()
    assert found == (1,)


def test_what_was_written_and_not_committed_is_gone_after_a_rollback() -> None:
    db.session.execute(text("INSERT INTO team (name) VALUES ('East')"))
    db.session.rollback()
    assert db.session.scalar(READ, {"name": "East"}) == 0
