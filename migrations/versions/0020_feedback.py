"""Feedback of four kinds, named or confidential, with remarks, files, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

REFERS = {
    "rule_id": "policy_rule",
    "cycle_id": "cycle",
    "nomination_id": "nomination",
    "concerned_id": "person",
}


def upgrade() -> None:
    with op.batch_alter_table("feedback") as feedback:
        feedback.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
        feedback.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="opinion")
        )
        feedback.add_column(
            sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        feedback.add_column(sa.Column("author_commitment", sa.String(), nullable=True))
        feedback.add_column(sa.Column("marks", sa.Integer(), nullable=True))
        for column, there in REFERS.items():
            feedback.add_column(sa.Column(column, sa.Integer(), nullable=True))
            name = feedback.f(f"fk_feedback_{column}_{there}")
            feedback.create_foreign_key(name, there, [column], ["id"])
        feedback.create_unique_constraint(
            feedback.f("uq_feedback_author_commitment"), ["author_commitment"]
        )
        feedback.create_index(feedback.f("ix_feedback_award_id"), ["award_id"])
    with op.batch_alter_table("feedback") as feedback:
        feedback.alter_column("kind", existing_type=sa.String(length=40), server_default=None)
        feedback.alter_column("named", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "sealed_author",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        _refers("sealed_author", "feedback_id", "feedback"),
        sa.PrimaryKeyConstraint("feedback_id", name=op.f("pk_sealed_author")),
    )
    op.create_table(
        "nameless_request",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=True),
        _refers("nameless_request", "feedback_id", "feedback"),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_nameless_request")),
    )
    _act(
        "feedback_file",
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        feedback_id="feedback",
        name_id="wording",
    )
    _act(
        "remark",
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=False),
        feedback_id="feedback",
        by_id="person",
        body_id="wording",
    )
    _act(
        "me_too",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        feedback_id="feedback",
        person_id="person",
    )
    _act(
        "me_too_withdrawal",
        sa.Column("me_too_id", sa.Integer(), nullable=False),
        _unique("me_too_withdrawal", "me_too_id"),
        me_too_id="me_too",
    )
    _act(
        "motion",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("remark_id", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        feedback_id="feedback",
        remark_id="remark",
        reason_id="wording",
        by_id="person",
    )
    _act(
        "motion_answer",
        sa.Column("motion_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _unique("motion_answer", "motion_id"),
        motion_id="motion",
        reason_id="wording",
        by_id="person",
    )
    _act(
        "feedback_change",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _unique("feedback_change", "feedback_id", "change_id"),
        feedback_id="feedback",
        change_id="scheme_change",
        by_id="person",
    )
    with op.batch_alter_table("feedback_change") as links:
        links.create_index(links.f("ix_feedback_change_change_id"), ["change_id"])
    _act(
        "feedback_escalation",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _unique("feedback_escalation", "feedback_id", "person_id"),
        feedback_id="feedback",
        person_id="person",
    )


def downgrade() -> None:
    for table in (
        "feedback_escalation",
        "feedback_change",
        "motion_answer",
        "motion",
        "me_too_withdrawal",
        "me_too",
        "remark",
        "feedback_file",
        "nameless_request",
        "sealed_author",
    ):
        op.drop_table(table)
    op.execute(
        "DELETE FROM reply WHERE feedback_id IN (SELECT id FROM feedback WHERE by_id IS NULL)"
    )
    op.execute("DELETE FROM feedback WHERE by_id IS NULL")
    with op.batch_alter_table("feedback") as feedback:
        feedback.drop_index(feedback.f("ix_feedback_award_id"))
        feedback.drop_constraint(feedback.f("uq_feedback_author_commitment"), type_="unique")
        for column, there in REFERS.items():
            feedback.drop_constraint(
                feedback.f(f"fk_feedback_{column}_{there}"), type_="foreignkey"
            )
            feedback.drop_column(column)
        for column in ("marks", "author_commitment", "named", "kind"):
            feedback.drop_column(column)
        feedback.alter_column("by_id", existing_type=sa.Integer(), nullable=False)


def _act(table: str, *columns: sa.Column | sa.UniqueConstraint, **refers: str) -> None:
    """A table of acts: each row has its entry in the ledger and, mostly, its feedback."""
    of_feedback = "feedback_id" in refers
    own = [sa.Column("feedback_id", sa.Integer(), nullable=False)] if of_feedback else []
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *own,
        *(column for column in columns if isinstance(column, sa.Column)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        *(_refers(table, column, there) for column, there in refers.items()),
        sa.ForeignKeyConstraint(
            ["ledger_seq"], ["ledger_entry.seq"], name=op.f(f"fk_{table}_ledger_seq_ledger_entry")
        ),
        *(column for column in columns if not isinstance(column, sa.Column)),
        _unique(table, "ledger_seq"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    if of_feedback and table != "feedback_escalation":
        with op.batch_alter_table(table) as rows:
            rows.create_index(rows.f(f"ix_{table}_feedback_id"), ["feedback_id"])


def _refers(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{there}")
    return sa.ForeignKeyConstraint([column], [f"{there}.id"], name=name)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
