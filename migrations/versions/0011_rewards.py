"""Rewards: what each tier gives, what was handed over, letters and citations, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "reward",
    "handover",
    "reward_receipt",
    "tribute",
    "tribute_version",
    "tribute_approval",
    "certificate_run",
)
INDEXES = (
    ("handover", "nomination_id"),
    ("handover", "receiver_id"),
    ("certificate_run", "cycle_id"),
)


def upgrade() -> None:
    _create(
        "reward",
        _number("tier_id"),
        _number("position"),
        _word("kind"),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2), nullable=False),
        sa.Column("each_member", sa.Boolean(), nullable=False),
        _refers("reward", "tier_id", "tier.id"),
        _unique("reward", "tier_id", "position"),
    )
    _create(
        "handover",
        *(_number(name) for name in ("nomination_id", "award_seq", "line", "receiver_id", "by_id")),
        _number("note_id", nullable=True),
        _instant("at"),
        _refers("handover", "nomination_id", "nomination.id"),
        _refers("handover", "award_seq", "ledger_entry.seq"),
        _refers("handover", "receiver_id", "person.id"),
        _refers("handover", "by_id", "person.id"),
        _refers("handover", "note_id", "wording.id"),
        *_recorded("handover"),
        _unique("handover", "nomination_id", "award_seq", "line", "receiver_id"),
    )
    _create(
        "reward_receipt",
        _number("handover_id"),
        _number("by_id"),
        _number("note_id", nullable=True),
        _instant("at"),
        _refers("reward_receipt", "handover_id", "handover.id"),
        _refers("reward_receipt", "by_id", "person.id"),
        _refers("reward_receipt", "note_id", "wording.id"),
        *_recorded("reward_receipt"),
        _unique("reward_receipt", "handover_id"),
    )
    _create(
        "tribute",
        _number("nomination_id"),
        _word("kind"),
        _word("language"),
        _instant("created_at"),
        _refers("tribute", "nomination_id", "nomination.id"),
        _unique("tribute", "nomination_id", "kind", "language"),
    )
    _create(
        "tribute_version",
        _number("tribute_id"),
        _number("number"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "body", "signed")),
        _number("by_id", nullable=True),
        _instant("at"),
        _refers("tribute_version", "tribute_id", "tribute.id"),
        _refers("tribute_version", "by_id", "person.id"),
        _unique("tribute_version", "tribute_id", "number"),
    )
    _create(
        "tribute_approval",
        *(_number(name) for name in ("tribute_id", "version", "text_id", "by_id")),
        _instant("at"),
        _refers("tribute_approval", "tribute_id", "tribute.id"),
        _refers("tribute_approval", "text_id", "wording.id"),
        _refers("tribute_approval", "by_id", "person.id"),
        *_recorded("tribute_approval"),
        _unique("tribute_approval", "tribute_id"),
    )
    _create(
        "certificate_run",
        _number("cycle_id"),
        _number("by_id"),
        _instant("asked_at"),
        sa.Column("state", sa.String(), nullable=False),
        _number("total"),
        _number("done"),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        _instant("ended_at", nullable=True),
        _refers("certificate_run", "cycle_id", "cycle.id"),
        _refers("certificate_run", "by_id", "person.id"),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table, column in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create(table: str, *columns: sa.schema.SchemaItem) -> None:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, sa.Column("id", sa.Integer(), nullable=False), *columns, key)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    other = there.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [there], name=op.f(f"fk_{table}_{column}_{other}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _recorded(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _number("ledger_seq"),
        _refers(table, "ledger_seq", "ledger_entry.seq"),
        _unique(table, "ledger_seq"),
    )
