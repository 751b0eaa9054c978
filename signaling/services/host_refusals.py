"""Who was refused with a host's key: the newest of each host, for the console."""

from __future__ import annotations

from dataclasses import dataclass

from signaling.errors import Refused
from signaling.protocol import errors

ANOTHER_MACHINE = "This host key is in use on another machine. Make a new one on the admin page."
IN_USE = (
    "A render host with this key is connected already from this machine. End that one, or start this one with a key and "
    "a --state folder of its own."
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` says why, `at` when (Unix seconds)."""

    code: str
    at: float


class HostRefusals:
    """The newest refusal of each host's key, as long as this server runs."""

    def __init__(self) -> None:
        self._newest: dict[str, Refusal] = {}

    def another_machine(self, host: str, now: float) -> Refused:
        """The error for a machine that the key does not belong to."""
        return self._refused(host, errors.ANOTHER_MACHINE, ANOTHER_MACHINE, now)

    def in_use(self, host: str, now: float) -> Refused:
        """The error for a second process beside one that answers."""
        return self._refused(host, errors.IN_USE, IN_USE, now)

    def newest(self, host: str) -> Refusal | None:
        """Of that host's key."""
        return self._newest.get(host)

    def forget(self, host: str) -> None:
        """The key is no more."""
        self._newest.pop(host, None)

    def _refused(self, host: str, code: str, words: str, now: float) -> Refused:
        self._newest[host] = Refusal(code, now)
        return Refused(words, code)
