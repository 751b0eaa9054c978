"""The keys by which hosts sign records of proven pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "proof_keys",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("x", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_proof_keys"),
    )
    op.create_index("ix_proof_keys_host", "proof_keys", ["host"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("proof_keys")
