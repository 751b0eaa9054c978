"""The tables. A change here needs a migration beside it (store/migrations/versions); a test compares the two."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

REVISION = "0004"
"""The newest migration step."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TENANTS = Table(
    "tenants",
    METADATA,
    Column("tenant", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
)

USERS = Table(
    "users",
    METADATA,
    Column("tenant", ForeignKey("tenants.tenant"), primary_key=True),
    Column("user", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("key_hash", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("used_at", Float, nullable=False),
    Index(None, "used_at"),
)

HOSTS = Table(
    "hosts",
    METADATA,
    Column("host", String(64), primary_key=True),
    Column("tenant", ForeignKey("tenants.tenant"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("machine_id", String(200), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("draining", Boolean, nullable=False),
)

PROOF_KEYS = Table(
    "proof_keys",
    METADATA,
    Column("kid", String(64), primary_key=True),
    Column("host", String(64), nullable=False),
    Column("x", String(64), nullable=False),
    Column("seen_at", Float, nullable=False),
    Index(None, "host"),
)


def _reading_key() -> list[Column[str]]:
    return [
        Column("tenant", String(64), primary_key=True),
        Column("user", String(64), primary_key=True),
        Column("archive", String(64), primary_key=True),
        Column("study", String(64), primary_key=True),
    ]


VIEWS = Table(
    "views",
    METADATA,
    *_reading_key(),
    Column("view", Text, nullable=False),
    Column("saved_at", Float, nullable=False),
    Index(None, "saved_at"),
)

MARKS = Table(
    "marks",
    METADATA,
    *_reading_key(),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", Float, nullable=False),
)

ARCHIVE_IDS = Table(
    "archive_ids",
    METADATA,
    Column("tenant", String(64), primary_key=True),
    Column("archive", String(64), primary_key=True),
    Column("id", String(64), nullable=False),
    Column("name", String(64), nullable=False),
)

JUDGED_SAMPLES = Table(
    "judged_samples",
    METADATA,
    Column("host", String(64), primary_key=True),
    Column("archive", String(64), primary_key=True),
    Column("instance", String(64), nullable=False),
    Column("sample", String(64), nullable=False),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("deed", String(32), nullable=False),
    Column("archive", String(64), nullable=False),
    Column("study", String(64), nullable=False),
    Column("host", String(64), nullable=False),
    Index(None, "tenant", "at"),
)
