"""The first tables, and the one tenant with its owner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    tenants = op.create_table(
        "tenants",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_tenants"),
    )
    users = op.create_table(
        "users",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_users_tenant"),
        sa.PrimaryKeyConstraint("tenant", "user", name="pk_users"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_used_at", "sign_ins", ["used_at"])
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("machine_id", sa.String(200), nullable=False),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("draining", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_hosts_tenant"),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
        sa.UniqueConstraint("key_hash", name="uq_hosts_key_hash"),
    )
    for table, column in (("views", "view"), ("marks", "document")):
        extra = [sa.Column("version", sa.Integer, nullable=False)] if table == "marks" else []
        op.create_table(
            table,
            *(
                sa.Column(name, sa.String(64), nullable=False)
                for name in ("tenant", "user", "archive", "study")
            ),
            sa.Column(column, sa.Text, nullable=False),
            *extra,
            sa.Column("saved_at", sa.Float, nullable=False),
            sa.PrimaryKeyConstraint("tenant", "user", "archive", "study", name=f"pk_{table}"),
        )
    op.create_index("ix_views_saved_at", "views", ["saved_at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("deed", sa.String(32), nullable=False),
        sa.Column("archive", sa.String(64), nullable=False),
        sa.Column("study", sa.String(64), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_tenant_at", "audit", ["tenant", "at"])
    op.bulk_insert(tenants, [{"tenant": "default", "title": "Farview"}])
    op.bulk_insert(users, [{"tenant": "default", "user": "owner", "role": "admin"}])


def downgrade() -> None:
    """Drop them."""
    for table in ("audit", "marks", "views", "hosts", "sign_ins", "users", "tenants"):
        op.drop_table(table)
