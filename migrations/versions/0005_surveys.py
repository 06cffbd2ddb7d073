"""surveys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("survey_link"),
        _foreign("survey_link", "nomination_id", "nomination"),
        _foreign("survey_link", "customer_id", "customer"),
        _foreign("survey_link", "about_id", "wording"),
        _foreign("survey_link", "by_id", "person"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_survey_link_token_hash")),
    )
    _index("survey_link", "nomination_id", "customer_id", "expires_at")
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("occasion", sa.String(length=40), nullable=False, server_default="first")
        )
        batch_op.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.alter_column("occasion", existing_type=sa.String(length=40), server_default=None)
        batch_op.alter_column("answers", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_unique_constraint(op.f("uq_contact_attempt_link_id"), ["link_id"])
        batch_op.create_foreign_key(
            op.f("fk_contact_attempt_link_id_survey_link"), "survey_link", ["link_id"], ["id"]
        )
    op.create_table(
        "customer_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        _foreign("customer_words", "attempt_id", "contact_attempt"),
        _foreign("customer_words", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_words")),
    )
    _index("customer_words", "attempt_id", "customer_id")
    op.create_table(
        "words_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_recorded("words_release"),
        _foreign("words_release", "words_id", "customer_words"),
        _foreign("words_release", "wording_id", "wording"),
        _foreign("words_release", "by_id", "person"),
    )
    _index("words_release", "words_id")
    op.create_table(
        "second_contact",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("second_contact", "nomination_id", "nomination"),
        sa.PrimaryKeyConstraint("nomination_id", name=op.f("pk_second_contact")),
    )
    _index("second_contact", "due_at")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("survey_link_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_message_survey_link_id_survey_link"), "survey_link", ["survey_link_id"], ["id"]
        )
    _index("message", "survey_link_id")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("survey_questions", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("second_contact_days", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "waits_for_second_contact", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.alter_column("survey_questions", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column(
            "waits_for_second_contact", existing_type=sa.Boolean(), server_default=None
        )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("organisation", sa.JSON(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("organisation", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_column("organisation")
    with op.batch_alter_table("award", schema=None) as batch_op:
        for column in ("waits_for_second_contact", "second_contact_days", "survey_questions"):
            batch_op.drop_column(column)
    op.execute("DELETE FROM message WHERE person_id IS NULL")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_message_survey_link_id"))
        batch_op.drop_constraint(op.f("fk_message_survey_link_id_survey_link"), type_="foreignkey")
        batch_op.drop_column("survey_link_id")
        batch_op.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    for name in ("second_contact", "words_release", "customer_words"):
        op.drop_table(name)
    op.execute("DELETE FROM contact_attempt WHERE by_id IS NULL")
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_contact_attempt_link_id_survey_link"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_contact_attempt_link_id"), type_="unique")
        for column in ("link_id", "answers", "occasion"):
            batch_op.drop_column(column)
        batch_op.alter_column("by_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("survey_link")


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
