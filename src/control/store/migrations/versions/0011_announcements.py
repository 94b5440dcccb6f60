"""Queues with announcements and music of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Queues that stand say what they said: a chime at the beginning, and the house's music."""
    op.create_table(
        "music",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("order", sa.String(16), nullable=False),
        sa.Column("client", sa.String(64)),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("queues") as queues:
        queues.add_column(sa.Column("music", sa.String(64)))
        queues.add_column(sa.Column("announce", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("queues") as queues:
        queues.drop_column("announce")
        queues.drop_column("music")
    op.drop_table("music")
