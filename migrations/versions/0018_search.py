"""What all staff may search, its words, who is told of it by mail, and whom the archive names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_record",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("award", sa.String(), nullable=True),
        sa.Column("cycle", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("called", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_public_record")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_public_record_kind_subject")),
    )
    op.create_table(
        "search_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_progress")),
    )
    op.create_table(
        "archive_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_archive_subscription_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_subscription")),
    )
    with op.batch_alter_table("archive_subscription") as subscription:
        subscription.create_index(op.f("ix_archive_subscription_person_id"), ["person_id"])
    with op.batch_alter_table("scheme") as scheme:
        for name in ("refused_are_named", "deciders_are_named"):
            scheme.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )
    with op.batch_alter_table("scheme") as scheme:
        for name in ("refused_are_named", "deciders_are_named"):
            scheme.alter_column(name, server_default=None)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE public_gram USING fts5("
            "grams, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '_'\")"
        )
    else:
        op.execute(
            "CREATE TABLE public_gram ("
            "key BIGINT PRIMARY KEY, recent BOOLEAN NOT NULL, grams TSVECTOR NOT NULL)"
        )
        using = "ON public_gram USING gin (grams) WITH (fastupdate = off)"
        op.execute(f"CREATE INDEX ix_public_gram_grams {using}")
        op.execute(f"CREATE INDEX ix_public_gram_recent {using} WHERE recent")
        op.execute("CREATE INDEX ix_public_gram_newer ON public_gram (key) WHERE recent")
        op.execute("CREATE INDEX ix_public_gram_older ON public_gram (key) WHERE NOT recent")


def downgrade() -> None:
    op.execute("DROP TABLE public_gram")
    with op.batch_alter_table("scheme") as scheme:
        scheme.drop_column("deciders_are_named")
        scheme.drop_column("refused_are_named")
    op.drop_table("archive_subscription")
    op.drop_table("search_progress")
    op.drop_table("public_record")
