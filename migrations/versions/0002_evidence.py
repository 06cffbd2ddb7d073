"""evidence"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_evidence_opening_nomination_id_nomination"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evidence_opening_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_opening")),
    )
    with op.batch_alter_table("evidence_opening", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_opening_file", ["nomination_id", "sha256", "person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_opening_person_id"), ["person_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("evidence_opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_opening_person_id"))
        batch_op.drop_index("ix_evidence_opening_file")
    op.drop_table("evidence_opening")
