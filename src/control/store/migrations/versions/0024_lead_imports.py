"""Imports of lists, and how far each is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """No list came in so far."""
    op.create_table(
        "lead_imports",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.Double()),
        sa.Column("ended_at", sa.Double()),
        sa.Column("trouble", sa.String(500), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
    )
    op.create_index("ix_lead_imports_campaign", "lead_imports", ["campaign", "id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("lead_imports")
