"""Voicemail messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "voicemails",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("caller", sa.String(256), nullable=False),
        sa.Column("caller_name", sa.String(256), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_voicemails_box", "voicemails", ["box", "left_at"])
    op.create_index("ix_voicemails_left_at", "voicemails", ["left_at", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("voicemails")
