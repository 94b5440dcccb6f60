"""Trunks that vouch for callers, and that must; records of identities that proved nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Trunks that stand neither sign nor ask."""
    with op.batch_alter_table("trunks") as trunks:
        trunks.add_column(sa.Column("signs", sa.Boolean(), nullable=False, server_default=sa.false()))
        trunks.add_column(sa.Column("identity", sa.String(8), nullable=False, server_default="ignore"))
    with op.batch_alter_table("cdrs") as cdrs:
        cdrs.alter_column("attestation", type_=sa.String(8))


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("cdrs") as cdrs:
        cdrs.alter_column("attestation", type_=sa.String(1))
    with op.batch_alter_table("trunks") as trunks:
        trunks.drop_column("identity")
        trunks.drop_column("signs")
