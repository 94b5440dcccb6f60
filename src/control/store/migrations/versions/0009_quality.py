"""Records of how calls sounded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Records that stand know nothing of it."""
    with op.batch_alter_table("cdrs") as cdrs:
        cdrs.add_column(sa.Column("mos_mean", sa.Double()))
        cdrs.add_column(sa.Column("mos_worst", sa.Double()))
        cdrs.add_column(sa.Column("troubles", sa.String(64)))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("cdrs") as cdrs:
        cdrs.drop_column("troubles")
        cdrs.drop_column("mos_worst")
        cdrs.drop_column("mos_mean")
