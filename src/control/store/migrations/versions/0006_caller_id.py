"""The number that an agent shows to those called outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column("agents", sa.Column("caller_id", sa.String(33), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("agents", "caller_id")
