"""Agents' forwarding and do-not-disturb; who sent a call elsewhere, in its record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("agents", sa.Column("forward", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("agents", sa.Column("do_not_disturb", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cdrs", sa.Column("diversions", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("cdrs", "diversions")
    op.drop_column("agents", "do_not_disturb")
    op.drop_column("agents", "forward")
