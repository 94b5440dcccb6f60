"""What agents said of conversations, and what is to follow it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Nothing was said so far."""
    op.add_column("leads", sa.Column("wish", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "lead_dispositions",
        sa.Column("lead", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("right_party", sa.Boolean(), nullable=False),
        sa.Column("conversion", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_index("ix_lead_dispositions_campaign", "lead_dispositions", ["campaign", "at"])


def downgrade() -> None:
    """Forget it."""
    op.drop_table("lead_dispositions")
    op.drop_column("leads", "wish")
