"""Questionnaires for staff: rounds, sealed ballot boxes, results and their official answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, there: str, key: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.{key}"], name=name)


def _recorded(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _refers(table, "ledger_seq", "ledger_entry", "seq"),
        sa.UniqueConstraint("ledger_seq", name=op.f(f"uq_{table}_ledger_seq")),
    )


def _audience(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("leads", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("job_role", sa.String(length=40), nullable=True),
        sa.Column("grouped_by", sa.String(length=40), nullable=True),
        sa.Column("reply_days", sa.Integer(), nullable=False),
        _refers(table, "team_id", "team"),
    )


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=True),
        *_audience("questionnaire"),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("days_open", sa.Integer(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("holds", sa.String(), nullable=True),
        _refers("questionnaire", "award_id", "award"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("key", name=op.f("uq_questionnaire_key")),
    )
    op.create_table(
        "questionnaire_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        *_audience("questionnaire_round"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("questionnaire_round"),
        _refers("questionnaire_round", "questionnaire_id", "questionnaire"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_round")),
        sa.UniqueConstraint(
            "questionnaire_id",
            "number",
            name=op.f("uq_questionnaire_round_questionnaire_id_number"),
        ),
    )
    op.create_index(op.f("ix_questionnaire_round_closes_at"), "questionnaire_round", ["closes_at"])
    op.create_table(
        "ballot_box",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        _refers("ballot_box", "round_id", "questionnaire_round"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_ballot_box")),
    )
    op.create_table(
        "participation",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        _refers("participation", "round_id", "questionnaire_round"),
        _refers("participation", "person_id", "person"),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "questionnaire_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("questionnaire_result"),
        _refers("questionnaire_result", "round_id", "questionnaire_round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_result")),
        sa.UniqueConstraint("round_id", name=op.f("uq_questionnaire_result_round_id")),
    )
    op.create_table(
        "questionnaire_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        _refers("questionnaire_judgement", "result_id", "questionnaire_result"),
        _refers("questionnaire_judgement", "wording_id", "wording"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_judgement")),
        sa.UniqueConstraint("wording_id", name=op.f("uq_questionnaire_judgement_wording_id")),
    )
    op.create_index(
        op.f("ix_questionnaire_judgement_result_id"), "questionnaire_judgement", ["result_id"]
    )
    op.create_table(
        "questionnaire_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("questionnaire_answer"),
        _refers("questionnaire_answer", "round_id", "questionnaire_round"),
        _refers("questionnaire_answer", "by_id", "person"),
        _refers("questionnaire_answer", "body_id", "wording"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_answer")),
    )
    op.create_index(op.f("ix_questionnaire_answer_round_id"), "questionnaire_answer", ["round_id"])


def downgrade() -> None:
    op.drop_table("questionnaire_answer")
    op.drop_table("questionnaire_judgement")
    op.drop_table("questionnaire_result")
    op.drop_table("participation")
    op.drop_table("ballot_box")
    op.drop_table("questionnaire_round")
    op.drop_table("questionnaire")
