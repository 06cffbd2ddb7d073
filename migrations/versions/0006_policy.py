"""Waivers by two people, conduct records with their corrections, what an appeal shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiver_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("rule_key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _key("waiver_proposal", "nomination_id", "nomination"),
        _key("waiver_proposal", "person_id", "person"),
        _key("waiver_proposal", "reason_id", "wording"),
        _key("waiver_proposal", "by_id", "person"),
        _entry("waiver_proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_proposal")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_waiver_proposal_ledger_seq")),
    )
    with op.batch_alter_table("waiver_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_proposal_nomination_id"), ["nomination_id"])
    op.create_table(
        "waiver_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _key("waiver_refusal", "proposal_id", "waiver_proposal"),
        _key("waiver_refusal", "reason_id", "wording"),
        _key("waiver_refusal", "by_id", "person"),
        _entry("waiver_refusal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_refusal")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_waiver_refusal_proposal_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_waiver_refusal_ledger_seq")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_waiver_proposal_id"), ["proposal_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_waiver_proposal_id_waiver_proposal"),
            "waiver_proposal",
            ["proposal_id"],
            ["id"],
        )
    op.create_table(
        "appeal_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _key("appeal_evidence", "nomination_id", "nomination"),
        _key("appeal_evidence", "text_id", "wording"),
        _key("appeal_evidence", "by_id", "person"),
        _entry("appeal_evidence"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_evidence")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_appeal_evidence_ledger_seq")),
    )
    with op.batch_alter_table("appeal_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_evidence_nomination_id"), ["nomination_id"])
    with op.batch_alter_table("conduct_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("effective_from", sa.Date(), nullable=True))
        batch_op.drop_constraint(
            batch_op.f("uq_conduct_record_reference_person_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_conduct_record_reference_person_id_revision"),
            ["reference", "person_id", "revision"],
        )
    with op.batch_alter_table("conduct_record", schema=None) as batch_op:
        batch_op.alter_column("revision", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    # Without revisions only the latest word on a record can stay.
    op.execute(
        "DELETE FROM conduct_record WHERE EXISTS (SELECT 1 FROM conduct_record AS later"
        " WHERE later.reference = conduct_record.reference"
        " AND later.person_id = conduct_record.person_id"
        " AND later.revision > conduct_record.revision)"
    )
    with op.batch_alter_table("conduct_record", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_conduct_record_reference_person_id_revision"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_conduct_record_reference_person_id"), ["reference", "person_id"]
        )
        batch_op.drop_column("effective_from")
        batch_op.drop_column("revision")
    op.drop_table("appeal_evidence")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_waiver_proposal_id_waiver_proposal"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_waiver_proposal_id"), type_="unique")
        batch_op.drop_column("proposal_id")
    op.drop_table("waiver_refusal")
    op.drop_table("waiver_proposal")


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _entry(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_ledger_seq_ledger_entry")
    return sa.ForeignKeyConstraint(["ledger_seq"], ["ledger_entry.seq"], name=name)
