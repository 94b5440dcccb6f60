"""When queues and sites are open, the holidays that they share, and how often callbacks are tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Queues that stand are always open; the sites that they and agents name are not declared, which is as good."""
    with op.batch_alter_table("queues") as changed:
        changed.add_column(sa.Column("hours", sa.JSON(none_as_null=True)))
        changed.add_column(sa.Column("callback", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "sites",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("hours", sa.JSON(none_as_null=True)),
    )
    op.create_table(
        "calendars",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("holidays", sa.JSON(), nullable=False),
        sa.Column("exceptions", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("calendars")
    op.drop_table("sites")
    with op.batch_alter_table("queues") as changed:
        changed.drop_column("callback")
        changed.drop_column("hours")
