"""What an internal auditor keeps beside a verdict, what follows from one, and who named what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.copies import fingerprints
from workflow.likeness import identifiers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AWARD = (("if_refuted", "return"), ("if_unverifiable", "continue"))


def upgrade() -> None:
    with op.batch_alter_table("award", schema=None) as batch_op:
        for name, now in AWARD:
            batch_op.add_column(
                sa.Column(name, sa.String(length=40), nullable=False, server_default=now)
            )
        batch_op.add_column(
            sa.Column("auditors_needed", sa.Integer(), nullable=False, server_default="1")
        )
    with op.batch_alter_table("award", schema=None) as batch_op:
        for name in (*dict(AWARD), "auditors_needed"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("reference_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_finding_reference_id_wording"), "wording", ["reference_id"], ["id"]
        )
    op.create_table(
        "audit_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        _foreign("audit_file", "claim_id", "claim.id"),
        _foreign("audit_file", "by_id", "person.id"),
        _foreign("audit_file", "ledger_seq", "ledger_entry.seq"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_file")),
        sa.UniqueConstraint(
            "claim_id", "sha256", "by_id", name=op.f("uq_audit_file_claim_id_sha256_by_id")
        ),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_audit_file_ledger_seq")),
    )
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("by_auditor", sa.Boolean(), nullable=False),
        _foreign("mention", "nomination_id", "nomination.id"),
        _foreign("mention", "claim_id", "claim.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_table(
        "text_print",
        sa.Column("print", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        _foreign("text_print", "nomination_id", "nomination.id"),
        sa.PrimaryKeyConstraint("print", "nomination_id", name=op.f("pk_text_print")),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    _enter_what_is_there()


def downgrade() -> None:
    for table, column in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in ("text_print", "mention", "audit_file"):
        op.drop_table(table)
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_finding_reference_id_wording"), type_="foreignkey")
        batch_op.drop_column("reference_id")
        batch_op.drop_column("method")
    with op.batch_alter_table("award", schema=None) as batch_op:
        for name in ("auditors_needed", *dict(AWARD)):
            batch_op.drop_column(name)


INDEXES = (
    ("audit_file", "claim_id"),
    ("mention", "identifier"),
    ("mention", "nomination_id"),
    ("mention", "claim_id"),
    ("text_print", "nomination_id"),
)


def _foreign(
    table: str, column: str, there: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{there.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [there], name=op.f(name), ondelete=ondelete)


def _enter_what_is_there() -> None:
    """The register begins with the cases that were submitted before it existed."""
    connection, metadata = op.get_bind(), sa.MetaData()
    mention, prints, claim, evidence, case = (
        sa.Table(name, metadata, autoload_with=connection)
        for name in ("mention", "text_print", "claim", "evidence", "nomination")
    )
    named = (
        sa.select(evidence.c.text, claim.c.id, claim.c.nomination_id)
        .join(claim, claim.c.id == evidence.c.claim_id)
        .join(case, case.c.id == claim.c.nomination_id)
        .where(evidence.c.kind == "reference", ~claim.c.withdrawn, case.c.submitted_at.is_not(None))
    )
    mentions = [
        {
            "identifier": identifier,
            "nomination_id": row.nomination_id,
            "claim_id": row.id,
            "by_auditor": False,
        }
        for row in connection.execute(named)
        for identifier in sorted(identifiers(row.text))
    ]
    if mentions:
        connection.execute(sa.insert(mention), mentions)
    told = (
        sa.select(case.c.id, case.c.title, case.c.story, claim.c.text)
        .join(claim, claim.c.nomination_id == case.c.id)
        .where(case.c.submitted_at.is_not(None), ~claim.c.withdrawn)
        .order_by(case.c.id, claim.c.position)
    )
    rows = list(_printed(connection.execute(told).all()))
    if rows:
        connection.execute(sa.insert(prints), rows)


def _printed(rows: Sequence[sa.Row[Any]]) -> Iterator[dict[str, int]]:
    for case, claims in groupby(rows, key=attrgetter("id")):
        told = list(claims)
        text = "\n".join((told[0].title, told[0].story, *(row.text for row in told)))
        for each in fingerprints(text):
            yield {"print": each, "nomination_id": case}
