"""Errors of the render host.

FarviewError            message: a sentence that says what is wrong and what to do; code: stable, for the wire
├── NoRendererError     no worker could be started
├── StudyError          the study can't be opened (unknown, unreadable, no displayable image)
├── CacheError          pixels can't be cached (disk full, folder not writable)
├── TicketError         a seat's ticket is wrong, late, used or for another host
└── TransportError      the peer connection can't be made
"""

from __future__ import annotations

from signaling.protocol import errors


class FarviewError(Exception):
    """Base: `code` and a sentence without patient data."""

    code = errors.INTERNAL

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NoRendererError(FarviewError):
    """No worker could be started."""

    code = errors.HOST_FULL


class StudyError(FarviewError):
    """The study can't be opened."""

    code = errors.UNKNOWN_STUDY


class CacheError(FarviewError):
    """Pixels can't be cached."""

    code = errors.DISK_FULL


class TicketError(FarviewError):
    """A seat's ticket is not good."""

    code = errors.TICKET


class TransportError(FarviewError):
    """The peer connection can't be made."""

    code = errors.INTERNAL
