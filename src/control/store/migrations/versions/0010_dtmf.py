"""How the phones of agents, and trunks, have digits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = ("agents", "trunks")


def upgrade() -> None:
    """Those that stand go by what they agree on, as they did."""
    for table in TABLES:
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column("dtmf", sa.String(8), nullable=False, server_default="auto"))


def downgrade() -> None:
    """Forget it."""
    for table in TABLES:
        with op.batch_alter_table(table) as altered:
            altered.drop_column("dtmf")
