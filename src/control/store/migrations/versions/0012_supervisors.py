"""Agents who may supervise calls by phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Nobody is a supervisor yet."""
    op.add_column("agents", sa.Column("supervisor", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("agents", "supervisor")
