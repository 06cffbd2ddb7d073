"""Who was above whom in the reporting line until when: a case that began before still knows it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = ("person_id", "manager_id")


def upgrade() -> None:
    op.create_table(
        "former_manager",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in COLUMNS),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_former_manager_{column}_person")
            )
            for column in COLUMNS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_manager")),
    )
    for column in COLUMNS:
        op.create_index(op.f(f"ix_former_manager_{column}"), "former_manager", [column])


def downgrade() -> None:
    op.drop_table("former_manager")
