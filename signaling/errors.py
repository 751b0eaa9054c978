"""Errors of the signaling server and of the farview command.

FarviewError            message: a sentence that says what is wrong and what to do; code: stable, for the wire
├── CannotStart         the command can't begin (port taken, state in use, unsafe address, bad certificate)
├── Refused             a request that is answered with words (wrong key, no host, unknown archive)
└── StoreFailed         the database could not be read or written
"""

from __future__ import annotations

from signaling.protocol import errors


class FarviewError(Exception):
    """Base: `code` and a sentence without patient data."""

    code: str = errors.INTERNAL

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class CannotStart(FarviewError):
    """The command can't begin; it ends with this sentence."""


class Refused(FarviewError):
    """A request is refused; the sentence goes to whoever asked."""

    code = errors.FORBIDDEN


class StoreFailed(FarviewError):
    """The database could not be read or written."""

    code = errors.NOT_SAVED
