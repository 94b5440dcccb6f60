"""When somebody is to be called back, how often that was tried, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nobody was dialled so far."""
    with op.batch_alter_table("callbacks") as changed:
        changed.add_column(sa.Column("at", sa.Double()))
        changed.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        changed.add_column(sa.Column("result", sa.String(64), nullable=False, server_default=""))
        changed.create_index("ix_callbacks_done", ["done"])


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("callbacks") as changed:
        changed.drop_index("ix_callbacks_done")
        for name in ("at", "attempts", "result"):
            changed.drop_column(name)
