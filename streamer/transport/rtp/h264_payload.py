"""H.264 in RTP payloads, packetization mode 1 (RFC 6184: single NAL unit, STAP-A, FU-A)."""

from __future__ import annotations

from collections.abc import Iterator

MAX_PAYLOAD_BYTES = 1180
_START_CODE = b"\x00\x00\x01"
_STAP_A = 24
_FU_A = 28
_FORBIDDEN_AND_REFERENCE = 0xE0
_TYPE = 0x1F


def nal_units(annex_b: bytes) -> Iterator[bytes]:
    """The NAL units of a byte stream (ITU-T H.264 Annex B), without start codes and trailing zeros."""
    start = annex_b.find(_START_CODE)
    while start >= 0:
        start += len(_START_CODE)
        following = annex_b.find(_START_CODE, start)
        unit = annex_b[start : following if following >= 0 else len(annex_b)].rstrip(b"\x00")
        if unit:
            yield unit
        start = following


def payloads(annex_b: bytes, maximum: int = MAX_PAYLOAD_BYTES) -> list[bytes]:
    """The RTP payloads of one access unit, none larger than `maximum`; the last one takes the marker bit.

    Small units that follow each other share a payload; a large one is cut into parts of nearly equal size.

    Raises:
        ValueError: no NAL unit in it.
    """
    packed: list[bytes] = []
    waiting: list[bytes] = []
    waiting_size = 1
    for unit in nal_units(annex_b):
        size = 2 + len(unit)
        if waiting and waiting_size + size > maximum:
            packed.append(_aggregate(waiting))
            waiting, waiting_size = [], 1
        if len(unit) > maximum:
            packed.extend(_fragments(unit, maximum))
        else:
            waiting.append(unit)
            waiting_size += size
    if waiting:
        packed.append(_aggregate(waiting))
    if not packed:
        raise ValueError(
            "The access unit holds no NAL unit; it must be an H.264 byte stream with start codes."
        )
    return packed


def _aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    forbidden = max(unit[0] & 0x80 for unit in units)
    reference = max(unit[0] & 0x60 for unit in units)
    parts = [bytes((forbidden | reference | _STAP_A,))]
    for unit in units:
        parts += [len(unit).to_bytes(2, "big"), unit]
    return b"".join(parts)


def _fragments(unit: bytes, maximum: int) -> list[bytes]:
    indicator = unit[0] & _FORBIDDEN_AND_REFERENCE | _FU_A
    kind = unit[0] & _TYPE
    body = memoryview(unit)[1:]
    count = -(-len(body) // (maximum - 2))
    fragments = []
    for n in range(count):
        part = body[len(body) * n // count : len(body) * (n + 1) // count]
        first, last = 0x80 * (n == 0), 0x40 * (n == count - 1)
        fragments.append(bytes((indicator, first | last | kind)) + bytes(part))
    return fragments
