"""With which sample an archive of a host was judged to be one with others, or to be none of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "judged_samples",
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("archive", sa.String(64), nullable=False),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("sample", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("host", "archive", name="pk_judged_samples"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("judged_samples")
