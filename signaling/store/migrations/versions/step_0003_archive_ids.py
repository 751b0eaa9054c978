"""What the archives are called that several hosts reach: by the id in a host's index the one that all use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "archive_ids",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("archive", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "archive", name="pk_archive_ids"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("archive_ids")
