"""Stable codes for errors on the wire, and the error a decoder raises.

ProtocolError (this module)
    raised by every decoder for bytes that are not a valid message: the receiver answers with `code` and keeps the channel open.
"""

from __future__ import annotations

from typing import Final

MALFORMED: Final = "malformed"
UNKNOWN_TYPE: Final = "unknown-type"
TOO_LARGE: Final = "too-large"
TOO_MANY: Final = "too-many"
VERSION: Final = "version"
NOT_SIGNED_IN: Final = "not-signed-in"
FORBIDDEN: Final = "forbidden"
NO_HOST: Final = "no-host"
HOST_FULL: Final = "host-full"
ANOTHER_MACHINE: Final = "another-machine"
IN_USE: Final = "in-use"
HOST_LOST: Final = "host-lost"
NO_ARCHIVE: Final = "no-archive"
BAD_OFFER: Final = "bad-offer"
NOT_CONNECTED: Final = "not-connected"
TICKET: Final = "ticket"
UNKNOWN_STUDY: Final = "unknown-study"
UNKNOWN_SERIES: Final = "unknown-series"
UNSUPPORTED: Final = "unsupported"
UNREADABLE: Final = "unreadable"
STALE_REVISION: Final = "stale-revision"
BAD_COMMAND: Final = "bad-command"
DISK_FULL: Final = "disk-full"
NOT_SAVED: Final = "not-saved"
TIMEOUT: Final = "timeout"
INTERNAL: Final = "internal"


class ProtocolError(Exception):
    """Bytes that are not a valid message. `code` is stable; `message` is a sentence without patient data."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
