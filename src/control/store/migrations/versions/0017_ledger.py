"""Attempts of campaigns, and the chain that they make."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

TEXTS = ("client", 64), ("trigger", 200), ("caller_id", 64), ("zone", 64), ("local_time", 32), ("rules", 64)
INSTANTS = "dialled_at", "rang_at", "answered_at", "greeting_ended_at", "connected_at", "dropped_at", "ended_at"


def upgrade() -> None:
    """An empty ledger."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("lead", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.Double(), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in TEXTS),
        sa.Column("lists", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("number_key", sa.String(32), nullable=False),
        sa.Column("number_end", sa.String(4), nullable=False),
        *(sa.Column(name, sa.Double()) for name in INSTANTS),
        sa.Column("seconds_to_connect", sa.Double()),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("detected", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("closed_at", sa.Double()),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("format", sa.Integer()),
        sa.Column("previous", sa.String(64)),
        sa.Column("hash", sa.String(64)),
        sa.UniqueConstraint("seq", name="uq_attempts_seq"),
    )
    op.create_index("ix_attempts_campaign", "attempts", ["campaign", "decided_at", "id"])
    for column in ("decided_at", "lead", "number", "number_key"):
        op.create_index(f"ix_attempts_{column}", "attempts", [column])
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])


def downgrade() -> None:
    """Forget all attempts."""
    op.drop_table("ledger_head")
    op.drop_table("attempts")
