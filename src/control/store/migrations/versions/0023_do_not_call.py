"""Do-not-call lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Empty lists."""
    op.create_table(
        "dnc_entries",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("scope", sa.String(16), primary_key=True),
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
    )
    op.create_index("ix_dnc_entries_scope", "dnc_entries", ["scope", "owner"])
    op.create_table(
        "dnc_changes",
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("expires_at", sa.Double()),
    )
    op.create_index("ix_dnc_changes_number", "dnc_changes", ["number"])
    op.create_table(
        "dnc_lists",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("taken_at", sa.Double(), nullable=False),
        sa.Column("imported_at", sa.Double(), nullable=False),
        sa.Column("numbers", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "dnc_chunks",
        sa.Column("list", sa.String(64), primary_key=True),
        sa.Column("chunk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    for table in ("dnc_chunks", "dnc_lists", "dnc_changes", "dnc_entries"):
        op.drop_table(table)
