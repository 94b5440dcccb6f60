"""Routes to conferences that ask for a PIN, or have no tones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Conferences stay open, with tones."""
    op.add_column("routes", sa.Column("pin", sa.String(16), nullable=False, server_default=""))
    op.add_column("routes", sa.Column("tones", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Drop both again."""
    with op.batch_alter_table("routes") as routes:
        routes.drop_column("pin")
        routes.drop_column("tones")
