"""Trunks, and what a call over one leaves in its record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table of trunks; call records learn which trunk, at what attestation and cost."""
    op.create_table(
        "trunks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(280), nullable=False),
        sa.Column("transport", sa.String(8), nullable=False),
        sa.Column("username", sa.String(128), nullable=False),
        sa.Column("password", sa.String(128), nullable=False),
        sa.Column("registers", sa.Boolean(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("max_calls", sa.Integer()),
        sa.Column("calls_per_s", sa.Double()),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("spend_per_day", sa.Double()),
        sa.Column("rates", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("caller_id", sa.String(33), nullable=False),
        sa.Column("number_format", sa.String(16), nullable=False),
        sa.Column("strip", sa.Integer(), nullable=False),
        sa.Column("prepend", sa.String(16), nullable=False),
        sa.Column("codecs", sa.JSON(), nullable=False),
        sa.Column("options_interval_s", sa.Double()),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("cdrs") as cdrs:
        cdrs.add_column(sa.Column("trunk", sa.String(64)))
        cdrs.add_column(sa.Column("attestation", sa.String(1)))
        cdrs.add_column(sa.Column("cost", sa.Double()))
    op.create_index("ix_cdrs_trunk", "cdrs", ["trunk", "started_at"])


def downgrade() -> None:
    """Forget trunks."""
    op.drop_index("ix_cdrs_trunk", "cdrs")
    with op.batch_alter_table("cdrs") as cdrs:
        for column in ("trunk", "attestation", "cost"):
            cdrs.drop_column(column)
    op.drop_table("trunks")
