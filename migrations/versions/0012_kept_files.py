"""What is kept of customers' words and of unused files, and until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The customer whom a contact was with: by its link, its sealed words, or the choice before it.
WITH_WHOM = """
UPDATE contact_attempt SET customer_id = COALESCE(
    (SELECT link.customer_id FROM survey_link AS link WHERE link.id = contact_attempt.link_id),
    (SELECT MAX(said.customer_id) FROM customer_words AS said
      WHERE said.attempt_id = contact_attempt.id),
    (SELECT chosen.customer_id FROM case_customer AS chosen WHERE chosen.id =
      (SELECT MAX(before.id) FROM case_customer AS before
        WHERE before.nomination_id = contact_attempt.nomination_id
          AND before.ledger_seq < contact_attempt.ledger_seq)))
"""


def upgrade() -> None:
    with op.batch_alter_table("contact_attempt") as contact:
        contact.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        contact.create_foreign_key(
            op.f("fk_contact_attempt_customer_id_customer"), "customer", ["customer_id"], ["id"]
        )
        contact.create_index(op.f("ix_contact_attempt_customer_id"), ["customer_id"])
    op.execute(WITH_WHOM)
    op.create_table(
        "words_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["contact_attempt.id"],
            name=op.f("fk_words_purge_attempt_id_contact_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["ledger_seq"],
            ["ledger_entry.seq"],
            name=op.f("fk_words_purge_ledger_seq_ledger_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_purge")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_words_purge_attempt_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_words_purge_ledger_seq")),
    )
    op.create_table(
        "evidence_upload",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_upload")),
    )
    with op.batch_alter_table("scheme") as scheme:
        scheme.add_column(
            sa.Column("words_kept_days", sa.Integer(), nullable=False, server_default="365")
        )
    with op.batch_alter_table("scheme") as scheme:
        scheme.alter_column("words_kept_days", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme") as scheme:
        scheme.drop_column("words_kept_days")
    op.drop_table("evidence_upload")
    op.drop_table("words_purge")
    with op.batch_alter_table("contact_attempt") as contact:
        contact.drop_index(op.f("ix_contact_attempt_customer_id"))
        contact.drop_constraint(op.f("fk_contact_attempt_customer_id_customer"), type_="foreignkey")
        contact.drop_column("customer_id")
