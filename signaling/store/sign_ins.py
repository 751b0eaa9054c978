"""Sign-ins in the database."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from signaling.domain.roles import Role
from signaling.domain.sign_ins import SignIn
from signaling.domain.tenants import User
from signaling.store.database import Database
from signaling.store.schema import SIGN_INS, USERS


class SqlSignIns:
    """SignInStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, sign_in: SignIn) -> None:
        """Keep a new one."""
        async with self._database.transaction() as connection:
            await connection.execute(
                insert(SIGN_INS).values(
                    key_hash=sign_in.key_hash,
                    tenant=sign_in.user.tenant,
                    user=sign_in.user.user,
                    made_at=sign_in.made_at,
                    used_at=sign_in.used_at,
                )
            )

    async def find(self, key_hash: str) -> SignIn | None:
        """The sign-in of a person who still has an account, with the role that person has now."""
        query = (
            select(SIGN_INS, USERS.c.role)
            .join(USERS, (USERS.c.tenant == SIGN_INS.c.tenant) & (USERS.c.user == SIGN_INS.c.user))
            .where(SIGN_INS.c.key_hash == key_hash)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return SignIn(row.key_hash, User(row.user, row.tenant, Role(row.role)), row.made_at, row.used_at)

    async def touch(self, key_hash: str, used_at: float) -> None:
        """It was used."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update(SIGN_INS).where(SIGN_INS.c.key_hash == key_hash).values(used_at=used_at)
            )

    async def remove(self, key_hash: str) -> None:
        """It is over."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(SIGN_INS).where(SIGN_INS.c.key_hash == key_hash))

    async def purge(self, used_before: float) -> None:
        """Forget those not used since."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(SIGN_INS).where(SIGN_INS.c.used_at < used_before))
