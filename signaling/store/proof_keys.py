"""Public keys of render hosts in the database."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, literal, select

from signaling.domain.proof_keys import ProofKey
from signaling.store.database import Database
from signaling.store.schema import PROOF_KEYS
from signaling.store.upsert import insert_into


class SqlProofKeys:
    """ProofKeyStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ProofKey, most: int) -> bool:
        """Keep a key for good; False when its host has `most` already. One that is known stays as it is."""
        async with self._database.transaction() as connection:
            if connection.dialect.name == "postgresql":
                # There, two inserts at once each count without the other's row. SQLite has one writer at a time.
                await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(key.host))))
            count = select(func.count()).where(PROOF_KEYS.c.host == key.host).scalar_subquery()
            row = asdict(key)
            values = select(*(literal(row[name]) for name in row)).where(count < most)
            # Counted and inserted in one statement, so that no other comes between the two.
            insert = insert_into(connection, PROOF_KEYS).from_select(list(row), values)
            await connection.execute(insert.on_conflict_do_nothing(index_elements=["kid"]))
            known = select(PROOF_KEYS.c.kid).where(PROOF_KEYS.c.kid == key.kid)
            return (await connection.execute(known)).first() is not None

    async def all(self) -> tuple[ProofKey, ...]:
        """Every one, oldest first."""
        query = select(PROOF_KEYS).order_by(PROOF_KEYS.c.seen_at, PROOF_KEYS.c.kid)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(ProofKey(**row._mapping) for row in rows)
