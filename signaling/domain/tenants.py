"""Tenants and the people in them."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.domain.roles import Role

DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in."""

    user: str
    tenant: str
    role: Role


OWNER = User("owner", DEFAULT_TENANT, Role.ADMIN)
"""Whoever started Farview and knows its sign-in token."""
