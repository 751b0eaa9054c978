"""What a person may do."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """A person's role in a tenant."""

    READER = "reader"
    ADMIN = "admin"


class Action(enum.StrEnum):
    """What is guarded by a role."""

    READ = "read"
    MANAGE_HOSTS = "manage hosts"


_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.READER: frozenset({Action.READ}),
    Role.ADMIN: frozenset({Action.READ, Action.MANAGE_HOSTS}),
}


def may(role: Role, action: Action) -> bool:
    """Whether `role` allows `action`."""
    return action in _ALLOWED[role]
