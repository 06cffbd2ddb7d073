"""Corrections of one result by hand, and scores that are frozen in several steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("result_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("replacement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("of_own_reports", sa.Boolean(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_correction_result_id_result"), "result", ["result_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_correction_replacement_id_result"), "result", ["replacement_id"], ["id"]
        )
        batch_op.create_unique_constraint(batch_op.f("uq_correction_result_id"), ["result_id"])
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("written", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.alter_column("written", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("score_sheet", schema=None) as batch_op:
        batch_op.drop_column("written")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_correction_result_id"), type_="unique")
        batch_op.drop_constraint(
            batch_op.f("fk_correction_replacement_id_result"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_correction_result_id_result"), type_="foreignkey")
        batch_op.drop_column("of_own_reports")
        batch_op.drop_column("replacement_id")
        batch_op.drop_column("result_id")
