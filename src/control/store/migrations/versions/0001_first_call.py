"""Skills, agents, queues, routes, API keys and call detail records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "skills",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("extension", sa.String(32), nullable=False),
        sa.Column("ha1_md5", sa.String(32), nullable=False),
        sa.Column("ha1_sha256", sa.String(64), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("site", sa.String(64)),
        sa.Column("clients", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("extension", name="uq_agents_extension"),
    )
    op.create_table(
        "queues",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("extension", sa.String(32)),
        sa.Column("requires", sa.Text(), nullable=False),
        sa.Column("strategy", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("service_level", sa.JSON(), nullable=False),
        sa.Column("ring_timeout_s", sa.Double(), nullable=False),
        sa.Column("wrap_up_s", sa.Double(), nullable=False),
        sa.Column("max_wait_s", sa.Double()),
        sa.Column("max_length", sa.Integer()),
        sa.Column("overflow", sa.JSON()),
        sa.Column("client", sa.String(64)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("extension", name="uq_queues_extension"),
    )
    op.create_table(
        "routes",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("target", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    _create_cdrs()


def _create_cdrs() -> None:
    op.create_table(
        "cdrs",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("caller", sa.String(256), nullable=False),
        sa.Column("caller_name", sa.String(256), nullable=False),
        sa.Column("number", sa.String(256), nullable=False),
        sa.Column("target", sa.String(128)),
        sa.Column("queue", sa.String(64)),
        sa.Column("agent", sa.String(64)),
        sa.Column("client", sa.String(64)),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("connected_at", sa.Double()),
        sa.Column("ended_at", sa.Double(), nullable=False),
        sa.Column("wait_s", sa.Double(), nullable=False),
        sa.Column("talk_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("disposition", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("ended_by", sa.String(16), nullable=False),
        sa.Column("legs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cdrs_started_at", "cdrs", ["started_at", "id"])
    for column in ("queue", "agent", "client", "caller", "number"):
        op.create_index(f"ix_cdrs_{column}", "cdrs", [column, "started_at"])


def downgrade() -> None:
    """Drop everything."""
    for table in ("cdrs", "api_keys", "routes", "queues", "agents", "skills"):
        op.drop_table(table)
