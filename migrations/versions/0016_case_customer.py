"""A case's customer chosen by mistake: another one, or none, with the reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_customer", schema=None) as batch_op:
        batch_op.alter_column("customer_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("reason_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_case_customer_reason_id_wording"), "wording", ["reason_id"], ["id"]
        )


def downgrade() -> None:
    op.execute("DELETE FROM case_customer WHERE customer_id IS NULL")
    with op.batch_alter_table("case_customer", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_case_customer_reason_id_wording"), type_="foreignkey"
        )
        batch_op.drop_column("reason_id")
        batch_op.alter_column("customer_id", existing_type=sa.Integer(), nullable=False)
