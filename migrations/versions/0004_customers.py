"""customers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_key")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number")),
    )
    _index("customer", "keep_until")
    op.create_table(
        "customer_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        _foreign("customer_reference", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_reference")),
        sa.UniqueConstraint("digest", name=op.f("uq_customer_reference_digest")),
    )
    _index("customer_reference", "customer_id")
    op.create_table(
        "case_customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("case_customer"),
        _foreign("case_customer", "nomination_id", "nomination"),
        _foreign("case_customer", "customer_id", "customer"),
        _foreign("case_customer", "by_id", "person"),
    )
    _index("case_customer", "nomination_id", "customer_id")
    op.create_table(
        "customer_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("customer_look"),
        _foreign("customer_look", "nomination_id", "nomination"),
        _foreign("customer_look", "customer_id", "customer"),
        _foreign("customer_look", "by_id", "person"),
    )
    _index("customer_look", "nomination_id", "customer_id", "by_id")
    op.create_table(
        "customer_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("reference_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("customer_purge"),
        _foreign("customer_purge", "customer_id", "customer"),
    )
    _index("customer_purge", "customer_id")
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("contact_gap_days", sa.Integer(), nullable=False, server_default="2")
        )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("contact_gap_days", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_column("contact_gap_days")
    for name in (
        "customer_purge",
        "customer_look",
        "case_customer",
        "customer_reference",
        "customer",
    ):
        op.drop_table(name)


def _recorded(name: str) -> list[sa.schema.SchemaItem]:
    """What every row of an act has: its key, and the number of its ledger entry."""
    return [
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _foreign(name, "ledger_seq", "ledger_entry", "seq"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("ledger_seq", name=op.f(f"uq_{name}_ledger_seq")),
    ]


def _foreign(name: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.{key}"], name=op.f(f"fk_{name}_{column}_{target}")
    )


def _index(name: str, *columns: str) -> None:
    with op.batch_alter_table(name, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{name}_{column}"), [column], unique=False)
