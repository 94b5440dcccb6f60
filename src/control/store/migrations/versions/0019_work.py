"""Chats, e-mails and tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """There is none so far."""
    op.create_table(
        "work",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("customer", sa.String(256), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double()),
        sa.Column("not_before", sa.Double()),
        sa.Column("preferred", sa.JSON(), nullable=False),
        sa.Column("preferred_s", sa.Double()),
        sa.Column("done_at", sa.Double()),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("result", sa.String(200), nullable=False),
    )
    op.create_index("ix_work_done_at", "work", ["done_at", "id"])


def downgrade() -> None:
    """Forget all of it."""
    op.drop_table("work")
