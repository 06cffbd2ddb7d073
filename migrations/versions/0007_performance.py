"""Scores frozen at a cycle's close with their figures, and how the colleagues of a role stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("formula", sa.String(), nullable=False),
        sa.Column("results_until", sa.Date(), nullable=True),
        sa.Column("sealed", sa.JSON(), nullable=False),
        sa.Column("sealed_hash", sa.String(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_score_sheet_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_score_sheet_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_score_sheet_cycle_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_score_sheet_ledger_seq")),
    )
    op.create_table(
        "role_standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("kpi_scheme_id", sa.Integer(), nullable=True),
        sa.Column("results_seen", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("medians", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kpi_scheme_id"],
            ["kpi_scheme.id"],
            name=op.f("fk_role_standing_kpi_scheme_id_kpi_scheme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_standing")),
        sa.UniqueConstraint(
            "job_role",
            "since",
            "until",
            "metric",
            name=op.f("uq_role_standing_job_role_since_until_metric"),
        ),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_correction_import_id_import")
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["wording.id"], name=op.f("fk_correction_reason_id_wording")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_correction_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("import_id", name=op.f("uq_correction_import_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_correction_ledger_seq")),
    )
    in_force, voided = sa.text("voided_by_id IS NULL"), sa.text("voided_by_id IS NOT NULL")
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("voided_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_result_voided_by_id_import"), "import", ["voided_by_id"], ["id"]
        )
        batch_op.drop_constraint("uq_result_person_id_metric_day", type_="unique")
        batch_op.create_index(
            "ix_result_voided", ["voided_by_id"], sqlite_where=voided, postgresql_where=voided
        )
        batch_op.create_index(
            "ix_result_in_force",
            ["person_id", "metric", "day"],
            unique=True,
            sqlite_where=in_force,
            postgresql_where=in_force,
        )
    with op.batch_alter_table("frozen_score", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed", sa.JSON(), nullable=True))
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("results_days", sa.Integer(), nullable=False, server_default="7")
        )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("results_days", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_column("results_days")
    with op.batch_alter_table("frozen_score", schema=None) as batch_op:
        batch_op.drop_column("sealed")
    op.execute("DELETE FROM result WHERE voided_by_id IS NOT NULL")
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_index("ix_result_in_force")
        batch_op.drop_index("ix_result_voided")
        batch_op.drop_constraint(batch_op.f("fk_result_voided_by_id_import"), type_="foreignkey")
        batch_op.drop_column("voided_by_id")
        batch_op.create_unique_constraint(
            batch_op.f("uq_result_person_id_metric_day"), ["person_id", "metric", "day"]
        )
    op.drop_table("correction")
    op.drop_table("role_standing")
    op.drop_table("score_sheet")
