"""Checkpoints over the ledger, the witnesses that get them, and epochs after a restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("size", name=op.f("uq_checkpoint_size")),
    )
    op.create_table(
        "epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("known_size", sa.Integer(), nullable=False),
        sa.Column("known_root", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_seq"], ["ledger_entry.seq"], name=op.f("fk_epoch_ledger_seq_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_epoch_ledger_seq")),
    )
    op.create_table(
        "witness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_witness_by_id_person")),
        sa.ForeignKeyConstraint(
            ["ledger_seq"], ["ledger_entry.seq"], name=op.f("fk_witness_ledger_seq_ledger_entry")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["wording.id"], name=op.f("fk_witness_place_id_wording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_witness_ledger_seq")),
    )
    op.create_table(
        "witness_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_witness_dismissal_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_witness_dismissal_ledger_seq_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_witness_dismissal_witness_id_witness")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_dismissal")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_witness_dismissal_ledger_seq")),
        sa.UniqueConstraint("witness_id", name=op.f("uq_witness_dismissal_witness_id")),
    )
    op.create_table(
        "witness_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoint.id"],
            name=op.f("fk_witness_delivery_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name=op.f("fk_witness_delivery_witness_id_witness")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_delivery")),
        sa.UniqueConstraint(
            "checkpoint_id", "witness_id", name=op.f("uq_witness_delivery_checkpoint_id_witness_id")
        ),
    )
    with op.batch_alter_table("witness_delivery") as delivery:
        delivery.create_index("ix_witness_delivery_unsent", ["sent_at", "next_try_at"])
        delivery.create_index(op.f("ix_witness_delivery_witness_id"), ["witness_id"])


def downgrade() -> None:
    op.drop_table("witness_delivery")
    op.drop_table("witness_dismissal")
    op.drop_table("witness")
    op.drop_table("epoch")
    op.drop_table("checkpoint")
