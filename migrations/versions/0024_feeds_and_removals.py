"""Feed addresses can be renewed, and two people can remove words from results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_renewal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_feed_renewal_ledger_seq_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_renewal_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_renewal")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_feed_renewal_ledger_seq")),
    )
    op.create_index(op.f("ix_feed_renewal_person_id"), "feed_renewal", ["person_id"])
    op.create_table(
        "judgement_removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_judgement_removal_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["questionnaire_judgement.id"],
            name=op.f("fk_judgement_removal_judgement_id_questionnaire_judgement"),
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_judgement_removal_ledger_seq_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["wording.id"], name=op.f("fk_judgement_removal_reason_id_wording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement_removal")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_judgement_removal_ledger_seq")),
    )
    op.create_index(
        op.f("ix_judgement_removal_judgement_id"), "judgement_removal", ["judgement_id"]
    )
    op.create_table(
        "judgement_removal_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("removal_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_judgement_removal_answer_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_judgement_removal_answer_ledger_seq_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["wording.id"],
            name=op.f("fk_judgement_removal_answer_reason_id_wording"),
        ),
        sa.ForeignKeyConstraint(
            ["removal_id"],
            ["judgement_removal.id"],
            name=op.f("fk_judgement_removal_answer_removal_id_judgement_removal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement_removal_answer")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_judgement_removal_answer_ledger_seq")),
        sa.UniqueConstraint("removal_id", name=op.f("uq_judgement_removal_answer_removal_id")),
    )


def downgrade() -> None:
    op.drop_table("judgement_removal_answer")
    op.drop_index(op.f("ix_judgement_removal_judgement_id"), table_name="judgement_removal")
    op.drop_table("judgement_removal")
    op.drop_index(op.f("ix_feed_renewal_person_id"), table_name="feed_renewal")
    op.drop_table("feed_renewal")
