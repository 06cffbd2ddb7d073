"""Tiering: how an award ranks, who approves, and what makes eligible."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIE_BREAKS = json.dumps(["perception", "strength", "submitted_at", "key"])
ADDED: dict[str, tuple[tuple[str, sa.types.TypeEngine[object], str], ...]] = {
    "award": (
        ("weight_score", sa.Numeric(9, 4), "1"),
        ("weight_perception", sa.Numeric(9, 4), "0"),
        ("weight_strength", sa.Numeric(9, 4), "0"),
        ("full_score", sa.Numeric(12, 4), "100"),
        ("tie_breaks", sa.JSON(), TIE_BREAKS),
        ("quorum", sa.Integer(), "1"),
        ("eligibility", sa.JSON(), "[]"),
    ),
    "tier_list": (("quorum", sa.Integer(), "1"),),
    "objection": (("confidential", sa.Boolean(), sa.true()),),
}


def upgrade() -> None:
    op.create_table(
        "tier_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        *_references("tier_approval", cycle_id="cycle.id", by_id="person.id"),
        *_recorded("tier_approval"),
        sa.UniqueConstraint(
            "cycle_id",
            "round",
            "input_hash",
            "by_id",
            name=op.f("uq_tier_approval_cycle_id_round_input_hash_by_id"),
        ),
    )
    op.create_index(op.f("ix_tier_approval_cycle_id"), "tier_approval", ["cycle_id"])
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        *_references("evaluation", cycle_id="cycle.id"),
        *_recorded("evaluation"),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_evaluation_cycle_id")),
    )
    op.create_table(
        "former_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        *_references("former_team", person_id="person.id", team_id="team.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_team")),
    )
    for column in ("person_id", "team_id"):
        op.create_index(op.f(f"ix_former_team_{column}"), "former_team", [column])
    with op.batch_alter_table("cycle") as cycle:
        cycle.add_column(sa.Column("terms", sa.JSON(), nullable=True))
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, usual in columns:
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=usual))
        with op.batch_alter_table(table) as batch:
            for name, kind, _usual in columns:
                batch.alter_column(name, existing_type=kind, server_default=None)


def downgrade() -> None:
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, *_rest in reversed(columns):
                batch.drop_column(name)
    with op.batch_alter_table("cycle") as cycle:
        cycle.drop_column("terms")
    op.drop_table("former_team")
    op.drop_table("evaluation")
    op.drop_table("tier_approval")


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [there], name=op.f(f"fk_{table}_{column}_{there.partition('.')[0]}")
        )
        for column, there in columns.items()
    ]


def _recorded(table: str) -> tuple[sa.Constraint, ...]:
    """An act's key and its ledger entry."""
    return (
        *_references(table, ledger_seq="ledger_entry.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ledger_seq", name=op.f(f"uq_{table}_ledger_seq")),
    )
