"""Trunks with a policy of their own for secured audio."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Trunks that stand go by the switch's policy, as they did."""
    with op.batch_alter_table("trunks") as trunks:
        trunks.add_column(sa.Column("srtp", sa.String(8), nullable=False, server_default="offer"))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("trunks") as trunks:
        trunks.drop_column("srtp")
