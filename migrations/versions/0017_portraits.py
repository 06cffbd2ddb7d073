"""Portraits on the honour roll, and the links by which screens in the hall show it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portrait",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("on_wall", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_portrait_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_portrait")),
    )
    with op.batch_alter_table("portrait") as portrait:
        portrait.create_index(op.f("ix_portrait_sha256"), ["sha256"])
    op.create_table(
        "display_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["wording.id"], name=op.f("fk_display_link_place_id_wording")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_display_link_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_display_link_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display_link")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_display_link_ledger_seq")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_display_link_token_hash")),
    )
    op.create_table(
        "display_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["display_link.id"], name=op.f("fk_display_withdrawal_link_id_display_link")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_display_withdrawal_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_display_withdrawal_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display_withdrawal")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_display_withdrawal_ledger_seq")),
        sa.UniqueConstraint("link_id", name=op.f("uq_display_withdrawal_link_id")),
    )


def downgrade() -> None:
    op.drop_table("display_withdrawal")
    op.drop_table("display_link")
    op.drop_table("portrait")
