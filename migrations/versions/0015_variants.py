"""Variants: what the simulator kept, by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_tier_variant_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_tier_variant_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_variant")),
        sa.UniqueConstraint("cycle_id", "name", name=op.f("uq_tier_variant_cycle_id_name")),
    )
    op.create_index(op.f("ix_tier_variant_cycle_id"), "tier_variant", ["cycle_id"])


def downgrade() -> None:
    op.drop_table("tier_variant")
