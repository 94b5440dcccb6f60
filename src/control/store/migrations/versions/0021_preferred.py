"""Whom the callers of a number would rather speak to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nobody in particular so far."""
    with op.batch_alter_table("routes") as changed:
        changed.add_column(sa.Column("backup", sa.String(128)))
        changed.add_column(sa.Column("preferred", sa.JSON(), nullable=False, server_default="[]"))
        changed.add_column(sa.Column("preferred_s", sa.Double()))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("routes") as changed:
        for name in ("backup", "preferred", "preferred_s"):
            changed.drop_column(name)
