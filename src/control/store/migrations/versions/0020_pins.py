"""Agents' PINs for phones of others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Nobody has one so far."""
    with op.batch_alter_table("agents") as changed:
        changed.add_column(sa.Column("pin", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("agents") as changed:
        changed.drop_column("pin")
