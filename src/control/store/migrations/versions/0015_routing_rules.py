"""Who serves a queue beside those with its skills, its finer terms, and what an agent has room for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Queues and agents that stand have no such rules."""
    with op.batch_alter_table("queues") as changed:
        for name in ("relax", "members", "sites"):
            changed.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        changed.add_column(sa.Column("routing", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("agents") as changed:
        changed.add_column(sa.Column("capacity", sa.JSON(), nullable=False, server_default="{}"))
        changed.add_column(sa.Column("max_break_s", sa.Double()))


def downgrade() -> None:
    """Forget the rules."""
    with op.batch_alter_table("queues") as changed:
        for name in ("relax", "members", "sites", "routing"):
            changed.drop_column(name)
    with op.batch_alter_table("agents") as changed:
        changed.drop_column("capacity")
        changed.drop_column("max_break_s")
