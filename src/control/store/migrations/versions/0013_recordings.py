"""Recordings of calls, and what queues and agents want of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INDICES = {
    "ix_recordings_started_at": ["started_at", "id"],
    "ix_recordings_call": ["call"],
    "ix_recordings_queue": ["queue", "started_at"],
    "ix_recordings_agent": ["agent", "started_at"],
    "ix_recordings_client": ["client", "started_at"],
    "ix_recordings_caller": ["caller", "started_at"],
    "ix_recordings_number": ["number", "started_at"],
    "ix_recordings_expires_at": ["expires_at"],
}


def upgrade() -> None:
    """Create the table; queues and agents that stand say nothing of recordings."""
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("call", sa.String(128), nullable=False),
        sa.Column("queue", sa.String(64)),
        sa.Column("agent", sa.String(64)),
        sa.Column("client", sa.String(64)),
        sa.Column("caller", sa.String(256), nullable=False),
        sa.Column("number", sa.String(256), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("file", sa.String(300), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(16)),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("hold_reason", sa.String(500), nullable=False),
        sa.Column("deleted_at", sa.Double()),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, columns in INDICES.items():
        op.create_index(name, "recordings", columns)
    for table in ("queues", "agents"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("record", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    """Forget what was recorded; the files stay."""
    for table in ("queues", "agents"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("record")
    op.drop_table("recordings")
