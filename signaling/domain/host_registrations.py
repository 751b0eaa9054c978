"""What a host may say of itself when it registers: figures that can be, lists that end, texts that steer nothing beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from signaling.domain.host_claims import REGISTRATION_RANGES
from signaling.domain.steering_signs import steers
from signaling.errors import Refused
from signaling.protocol import errors, limits
from signaling.protocol.hosts import HostRegister

LENGTHS: Mapping[str, int] = {
    "version": 64,
    "machine_id": 200,
    "name": 200,
    "renderer": 300,
    "encoders": 100,
    "instance": 100,
    "seats": 100,
    "archive": 64,
    "source": 64,
}
"""Characters of each text."""
_COUNTS: Mapping[str, int] = {
    "archives": limits.HOST_ARCHIVES,
    "sources": limits.HOST_ARCHIVES,
    "encoders": 32,
    "seats": 2 * limits.HOST_CAPACITY,
}


def checked_registration(said: HostRegister) -> None:
    """Refuse a registration that can't be true, or that readers and the console could not be shown.

    Raises:
        Refused: it names the field, and its bounds; not what was said.
    """
    for name, (least, most) in REGISTRATION_RANGES.items():
        if not least <= getattr(said, name) <= most:
            raise _refused(f"The host's {name} is not between {least:.0f} and {most:.0f}.")
    for name, count in _COUNTS.items():
        if len(getattr(said, name)) > count:
            raise _refused(f"The host names more than {count} {name}.")
    for name, text in _texts(said):
        if len(text) > LENGTHS[name]:
            raise _refused(f"The host's {name} has more than {LENGTHS[name]} characters.")
        if steers(text):
            raise _refused(
                f"The host's {name} has control characters, or signs that turn the direction of text."
            )
    if len({info.archive for info in said.archives}) < len(said.archives):
        raise _refused("The host names one archive twice.")


def _texts(said: HostRegister) -> Iterable[tuple[str, str]]:
    for name in ("version", "machine_id", "name", "renderer", "instance"):
        yield name, getattr(said, name)
    for name in ("encoders", "seats"):
        for text in getattr(said, name):
            yield name, text
    for info in said.archives:
        # Not its title: that is a folder's name, which may hold any sign, and is made plain (host_claims).
        yield "archive", info.archive
    for source in said.sources:
        yield "source", source.archive


def _refused(words: str) -> Refused:
    return Refused(words, errors.MALFORMED)
