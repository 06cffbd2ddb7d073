"""Statements made once say the same; on PostgreSQL they stay prepared over what only reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import psycopg
import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from models.base import db, table
from models.outbox import Message
from models.people import Team
from models.prepared import Prepared
from tests.fixtures.questions import asked

pytestmark = pytest.mark.usefixtures("context")
READ = text("SELECT count(*) FROM team WHERE name = :name")


def test_statements_stay_prepared_from_one_reading_to_the_next(database: str) -> None:
    if database != "postgresql":
        pytest.skip("SQLite prepares nothing on a server")
    db.session.remove()
    db.engine.dispose()  # a new connection: what earlier tests prepared does not count
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


def test_a_prepared_statement_says_what_the_same_statement_says_unprepared() -> None:
    there = table(Message)
    now = datetime(2026, 11, 2, 8, 30, 0, 250_000, tzinfo=UTC)
    told = [{"kind": kind, "values": {"to": kind}, "created_at": now} for kind in ("one", "two")]
    connection = db.session.connection()
    given = Prepared(insert(there)).insert(connection, told[0])
    Prepared(insert(there).inline()).run_for_each(connection, told)
    found = select(there).where(there.c.id >= bindparam("first")).order_by(there.c.id)
    rows = Prepared(found).find(connection, {"first": given})
    assert [tuple(row) for row in rows] == [
        tuple(row) for row in db.session.execute(found, {"first": given})
    ]
    assert [(row.kind, row.values, row.created_at, row.tries) for row in rows] == [
        (kind, {"to": kind}, now, 0) for kind in ("one", "one", "two")
    ]
    assert len({row.message_id for row in rows}) == 3


def test_a_changed_row_counts_as_changed() -> None:
    there = table(Team)
    connection = db.session.connection()
    team = Prepared(insert(there)).insert(connection, {"name": "East"})
    renamed = Prepared(update(there).where(there.c.id == bindparam("this")))
    for number, changed in ((team, 1), (team + 1, 0)):
        assert renamed.run(connection, {"this": number, "name": "West"}).rowcount == changed


def test_whoever_listens_to_the_engine_hears_of_a_prepared_statement(context: Flask) -> None:
    found = Prepared(select(Team.id).where(Team.name == bindparam("called")))
    with asked(context) as statements:
        found.find(db.session.connection(), {"called": "East"})
    [told] = [each for each in statements if "FROM team" in each]
    assert told.startswith("SELECT team.id")


def test_what_the_driver_refuses_is_told_as_sqlalchemys_error_without_the_values() -> None:
    team = {"name": "East"}
    new = Prepared(insert(table(Team)))
    new.run(db.session.connection(), team)
    with pytest.raises(IntegrityError) as refused:
        new.run(db.session.connection(), team)
    assert "parameters hidden" in str(refused.value)
    db.session.rollback()


def test_a_connection_that_was_lost_is_not_used_again(database: str) -> None:
    if database != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    connection = db.session.connection()
    driver = cast(psycopg.Connection, connection.connection.driver_connection)
    with psycopg.connect(driver.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [driver.info.backend_pid])
    with pytest.raises(OperationalError) as lost:
        Prepared(select(Team.id)).find(connection, {})
    assert lost.value.connection_invalidated
    db.session.rollback()
    assert Prepared(select(Team.id)).find(db.session.connection(), {}) == []


def test_a_list_of_values_is_not_prepared() -> None:
    some = Prepared(select(Team.id).where(Team.name.in_(bindparam("names", expanding=True))))
    with pytest.raises(ValueError, match="another statement each time"):
        some.find(db.session.connection(), {"names": ["East"]})
