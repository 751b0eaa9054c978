"""Public keys of render hosts in the database."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, insert, select

from signaling.domain.proof_keys import ProofKey
from signaling.store.database import Database
from signaling.store.schema import PROOF_KEYS


class SqlProofKeys:
    """ProofKeyStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ProofKey, most: int) -> bool:
        """Keep a key for good; False when its host has `most` already. One that is known stays as it is."""
        async with self._database.transaction() as connection:
            if (
                await connection.execute(select(PROOF_KEYS.c.kid).where(PROOF_KEYS.c.kid == key.kid))
            ).first():
                return True
            count = select(func.count()).where(PROOF_KEYS.c.host == key.host)
            if ((await connection.execute(count)).scalar() or 0) >= most:
                return False
            await connection.execute(insert(PROOF_KEYS).values(**asdict(key)))
            return True

    async def all(self) -> tuple[ProofKey, ...]:
        """Every one, oldest first."""
        query = select(PROOF_KEYS).order_by(PROOF_KEYS.c.seen_at, PROOF_KEYS.c.kid)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(ProofKey(**row._mapping) for row in rows)
