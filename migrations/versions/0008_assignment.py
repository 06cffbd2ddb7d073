"""Who judges: assignments, steps aside, declared conflicts, absences."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "conflict_end",
    "declared_conflict",
    "recusal",
    "hand_over",
    "assignment",
    "absence",
)


def upgrade() -> None:
    op.create_table(
        "absence",
        _key(),
        _number("person_id"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _number("substitute_id", nullable=True),
        _number("by_id"),
        _instant("at"),
        _instant("cancelled_at", nullable=True),
        *_references("absence", person_id="person", substitute_id="person", by_id="person"),
    )
    _index("absence", "person_id")
    op.create_table(
        "assignment",
        _key(),
        _number("nomination_id"),
        _word("stage"),
        _number("round"),
        _number("person_id"),
        _number("by_id", nullable=True),
        _instant("at"),
        _instant("ended_at", nullable=True),
        _word("ended_why", nullable=True),
        *_references("assignment", nomination_id="nomination", person_id="person", by_id="person"),
    )
    _index("assignment", "nomination_id")
    op.create_index("ix_assignment_held", "assignment", ["person_id", "ended_at"])
    op.create_table(
        "hand_over",
        _key(),
        _number("nomination_id"),
        _word("stage"),
        _number("round"),
        _number("person_id"),
        _number("by_id"),
        _instant("at"),
        *_references("hand_over", nomination_id="nomination", person_id="person", by_id="person"),
        *_recorded("hand_over"),
    )
    _index("hand_over", "nomination_id")
    op.create_table(
        "recusal",
        _key(),
        _number("nomination_id"),
        _number("person_id"),
        _word("stage"),
        _number("reason_id", nullable=True),
        _instant("at"),
        *_references(
            "recusal", nomination_id="nomination", person_id="person", reason_id="wording"
        ),
        sa.UniqueConstraint(
            "nomination_id", "person_id", name=op.f("uq_recusal_nomination_id_person_id")
        ),
        *_recorded("recusal"),
    )
    _index("recusal", "person_id")
    op.create_table(
        "declared_conflict",
        _key(),
        _number("one_id"),
        _number("other_id"),
        _word("bond"),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _number("by_id"),
        _instant("at"),
        *_references("declared_conflict", one_id="person", other_id="person", by_id="person"),
        *_recorded("declared_conflict"),
    )
    _index("declared_conflict", "one_id")
    _index("declared_conflict", "other_id")
    op.create_table(
        "conflict_end",
        _key(),
        _number("conflict_id"),
        _number("by_id"),
        _instant("at"),
        *_references("conflict_end", conflict_id="declared_conflict", by_id="person"),
        sa.UniqueConstraint("conflict_id", name=op.f("uq_conflict_end_conflict_id")),
        *_recorded("conflict_end"),
    )
    with op.batch_alter_table("award") as award:
        award.add_column(
            sa.Column("assigns", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("award") as award:
        award.drop_column("assigns")
    for table in TABLES:
        op.drop_table(table)


def _key() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _references(table: str, **targets: str) -> tuple[Any, ...]:
    keys = tuple(
        sa.ForeignKeyConstraint(
            [column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}")
        )
        for column, there in targets.items()
    )
    return (*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")))


def _recorded(table: str) -> tuple[Any, ...]:
    return (
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f(f"fk_{table}_ledger_seq_ledger_entry"),
        ),
        sa.UniqueConstraint("ledger_seq", name=op.f(f"uq_{table}_ledger_seq")),
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
