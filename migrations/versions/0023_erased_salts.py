"""What an erased text could be guessed by goes with it."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE wording SET salt = '' WHERE erased_at IS NOT NULL")


def downgrade() -> None:
    """A salt does not come back; nothing that is stored needs it."""
