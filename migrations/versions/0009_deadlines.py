"""Deadlines: who was reminded of a case, and who up the reporting line was told that it is late."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAY = ("nomination_id", "stage", "round", "person_id")


def upgrade() -> None:
    op.create_table("reminder", *_stay("reminder"))
    op.create_table(
        "escalation",
        *_stay("escalation"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_escalation_ledger_seq_ledger_entry"),
        ),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_escalation_ledger_seq")),
    )
    for name, days in (("reminder_days", "1"), ("escalation_days", "2")):
        with op.batch_alter_table("scheme") as scheme:
            scheme.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=days))
        with op.batch_alter_table("scheme") as scheme:
            scheme.alter_column(name, existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme") as scheme:
        scheme.drop_column("escalation_days")
        scheme.drop_column("reminder_days")
    op.drop_table("escalation")
    op.drop_table("reminder")


def _stay(table: str) -> tuple[Any, ...]:
    """A person and a case's stay at a stage."""
    columns = {"nomination_id": "nomination", "person_id": "person"}
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}")
            )
            for column, there in columns.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*STAY, name=op.f(f"uq_{table}_{'_'.join(STAY)}")),
    )
