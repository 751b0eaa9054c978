"""Who did what, when: identifiers only, no patient data."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Deed(enum.StrEnum):
    """What is recorded."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    STUDY_OPENED = "study opened"
    HOST_INVITED = "host invited"
    HOST_DRAINED = "host drained"
    HOST_RESUMED = "host resumed"
    HOST_REMOVED = "host removed"
    DEVICE_CHECKED = "device checked"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed. `archive` and `study` are ids; `host` where one was concerned, of a refused sign-in the address it came from."""

    at: float
    tenant: str
    user: str
    deed: Deed
    archive: str = ""
    study: str = ""
    host: str = ""
