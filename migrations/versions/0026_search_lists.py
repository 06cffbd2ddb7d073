"""On PostgreSQL the search keeps of each word the keys that have it; it is made anew from the ledger.

FTS5 stays as it is, and is filled anew as well: the words are cut otherwise.
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP TABLE public_gram")
    op.execute(
        'CREATE TABLE public_gram (word TEXT COLLATE "C", first BIGINT, keys INTEGER[] NOT NULL,'
        " CONSTRAINT pk_public_gram PRIMARY KEY (word, first))"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP TABLE public_gram")
    op.execute(
        "CREATE TABLE public_gram ("
        "key BIGINT PRIMARY KEY, recent BOOLEAN NOT NULL, grams TSVECTOR NOT NULL)"
    )
    using = "ON public_gram USING gin (grams) WITH (fastupdate = off)"
    op.execute(f"CREATE INDEX ix_public_gram_grams {using}")
    op.execute(f"CREATE INDEX ix_public_gram_recent {using} WHERE recent")
    op.execute("CREATE INDEX ix_public_gram_newer ON public_gram (key) WHERE recent")
    op.execute("CREATE INDEX ix_public_gram_older ON public_gram (key) WHERE NOT recent")
    op.execute("DELETE FROM search_progress")
