"""Shift and gender where recorded, the smallest group that is counted, and what was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("shift", sa.String(length=40), nullable=True))
        person.add_column(sa.Column("gender", sa.String(length=40), nullable=True))
    with op.batch_alter_table("scheme") as scheme:
        scheme.add_column(
            sa.Column("smallest_group", sa.Integer(), nullable=False, server_default="5")
        )
    with op.batch_alter_table("scheme") as scheme:
        scheme.alter_column("smallest_group", server_default=None)
    op.create_table(
        "fairness_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_fairness_report_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_fairness_report_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_report")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_fairness_report_cycle_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_fairness_report_ledger_seq")),
    )


def downgrade() -> None:
    op.drop_table("fairness_report")
    with op.batch_alter_table("scheme") as scheme:
        scheme.drop_column("smallest_group")
    with op.batch_alter_table("person") as person:
        person.drop_column("gender")
        person.drop_column("shift")
