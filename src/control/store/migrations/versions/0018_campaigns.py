"""Campaigns, whether they run, and whom they call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Nobody is called so far."""
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("queue", sa.String(64), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
    )
    op.create_table(
        "campaign_runs",
        sa.Column("campaign", sa.String(64), primary_key=True),
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    op.create_table(
        "leads",
        sa.Column("id", _ID, primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("list", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.Double()),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("region", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("disposition", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
    )
    op.create_index("ix_leads_campaign", "leads", ["campaign", "id"])
    op.create_index("ix_leads_state", "leads", ["campaign", "state", "list", "id"])
    for name, columns, line in (
        ("ix_leads_first", ["campaign", "list", "rank", "id"], 1),
        ("ix_leads_newest", ["campaign", "list", "priority", "id"], 1),
        ("ix_leads_lot", ["campaign", "list", "priority", "lot"], 1),
        ("ix_leads_later", ["campaign", "due_at"], 2),
        ("ix_leads_callback", ["campaign", "owner", "due_at"], 3),
    ):
        where = sa.text(f"line = {line}")
        op.create_index(name, "leads", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "lead_numbers",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("campaign", sa.String(64), primary_key=True),
        sa.Column("lead", _ID, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sequences",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("next", _ID, nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    for table in ("sequences", "lead_numbers", "leads", "campaign_runs", "campaigns"):
        op.drop_table(table)
