"""Alembic's entrance: the application's engine and the models' metadata, online only."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from models.base import Base, Instant, Text, db

# A migration must still run when a column type of ours has changed: it names plain types only.
PLAIN: dict[type, str] = {Instant: "sa.DateTime(timezone=True)", Text: "sa.String()"}


def plain(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a migration spells a column type."""
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return PLAIN.get(type(item), False) if kind == "type" else False


def named(name: str | None, kind: str, _parents: Any) -> bool:
    """The words of the search are each database's own kind of index, and no table of the models."""
    return not (kind == "table" and name is not None and name.startswith("public_gram"))


def run() -> None:
    """Bring the database to the revision asked for, each database in one transaction."""
    engine = db.engine.execution_options(writes=True)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A batch copies a table and drops the old one: references must not be followed then.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=named,
            render_item=plain,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.detach()  # closed, not pooled: this one no longer follows references


run()
