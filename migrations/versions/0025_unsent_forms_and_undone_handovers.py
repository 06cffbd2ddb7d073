"""Forms that came after their session's end; a reward's hand-over undone, and given again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ONCE = "uq_handover_nomination_id_award_seq_line_receiver_id"
RECEIVED = ["nomination_id", "award_seq", "line", "receiver_id"]
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "unsent_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unsent_form_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_form")),
        sa.UniqueConstraint("person_id", "path", name=op.f("uq_unsent_form_person_id_path")),
    )
    op.create_table(
        "handover_undoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ledger_seq", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_handover_undoing_{column}_{table}")
            )
            for column, target, table in (
                ("handover_id", "handover.id", "handover"),
                ("by_id", "person.id", "person"),
                ("reason_id", "wording.id", "wording"),
                ("ledger_seq", "ledger_entry.seq", "ledger_entry"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_undoing")),
        sa.UniqueConstraint("handover_id", name=op.f("uq_handover_undoing_handover_id")),
        sa.UniqueConstraint("ledger_seq", name=op.f("uq_handover_undoing_ledger_seq")),
    )
    with op.batch_alter_table("handover") as batch:
        batch.drop_constraint(op.f(ONCE), type_="unique")


def downgrade() -> None:
    """A hand-over that was undone and given again cannot stand twice in the older table."""
    undone = "SELECT handover_id FROM handover_undoing"
    op.execute(f"DELETE FROM reward_receipt WHERE handover_id IN ({undone})")  # noqa: S608
    op.execute("CREATE TEMPORARY TABLE gone AS " + undone)
    op.drop_table("handover_undoing")
    op.execute("DELETE FROM handover WHERE id IN (SELECT handover_id FROM gone)")
    op.execute("DROP TABLE gone")
    with op.batch_alter_table("handover") as batch:
        batch.create_unique_constraint(op.f(ONCE), RECEIVED)
    op.drop_table("unsent_form")
