"""A codestream that lies in boxes (JP2, JPX, JPH: ISO/IEC 15444-1 annex I), where DICOM wants it bare (PS3.5 8.2.4).

The codestream's own values are meant: what the boxes ask for (a palette, another order of channels, a colour space) is not done,
and where they contradict what is shown, that is told.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from signaling.protocol.reservations import Reservation
from streamer.dicom.icc_profile import is_srgb
from streamer.dicom.jpeg2000_markers import Jpeg2000Head

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_BOX = struct.Struct(">I4s")
_IMAGE_HEADER = struct.Struct(">IIHB")
_MOST_BOXES = 1000
_SRGB, _GREY, _SYCC = 16, 17, 18
_ENUMERATED = 1
_ANY_DEPTH = 255


@dataclass(frozen=True, slots=True)
class Boxed:
    """`stream` is the codestream alone, `header` what the boxes beside it say, by type, of the image header box's too."""

    stream: bytes
    header: tuple[tuple[bytes, bytes], ...]

    def notices(self, head: Jpeg2000Head, *, ybr: bool) -> tuple[str, ...]:
        """What is said of the boxes around a codestream that is shown by its own values; `ybr`: these are YCbCr."""
        said: list[str] = [Reservation.BOXES]
        if self._contradict(head, ybr=ybr):
            said.append(Reservation.DECODING)
        profiles = [
            body[3:] for kind, body in self.header if kind == b"colr" and body[:1] != bytes([_ENUMERATED])
        ]
        if len(head.depths) == 3 and any(not is_srgb(profile) for profile in profiles):
            said.append(Reservation.ICC_PROFILE)
        return tuple(said)

    def _contradict(self, head: Jpeg2000Head, *, ybr: bool) -> bool:
        kinds = [kind for kind, _ in self.header]
        if kinds.count(b"ihdr") != 1 or {b"pclr", b"cmap"} & set(kinds) or kinds.count(b"jp2c") > 1:
            return True
        count = len(head.depths)
        space = _GREY if count == 1 else _SYCC if ybr else _SRGB
        for kind, body in self.header:
            if kind == b"ihdr" and not _is_same(body, head):
                return True
            if kind == b"cdef" and not _is_plain(body, count):
                return True
            if kind == b"colr" and body[:1] == bytes([_ENUMERATED]) and body[3:7] != space.to_bytes(4, "big"):
                return True
        return False


def unbox(data: bytes) -> Boxed | None:
    """The codestream in boxes; None where the data begins with no box, or holds none with a codestream."""
    if not data.startswith(_SIGNATURE):
        return None
    stream: bytes | None = None
    header: list[tuple[bytes, bytes]] = []
    for kind, body in _boxes(data):
        if kind == b"jp2h":
            header += _boxes(body)
        elif kind == b"jp2c":
            stream = body if stream is None else stream
            header.append((kind, b""))
    return None if stream is None else Boxed(stream, tuple(header))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each box's type and content; one that claims more than there is has what there is."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at + _BOX.size > len(data):
            return
        size, kind = _BOX.unpack_from(data, at)
        start = at + _BOX.size
        if size == 1 and start + 8 <= len(data):  # The length follows in 8 bytes.
            size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        end = len(data) if size == 0 else at + size
        if end < start:
            return
        yield kind, data[start:end]
        at = end


def _is_same(body: bytes, head: Jpeg2000Head) -> bool:
    """Whether an image header box names the codestream's size, components and depth."""
    if len(body) < _IMAGE_HEADER.size:
        return False
    rows, columns, count, _ = _IMAGE_HEADER.unpack_from(body)
    depth = body[10:11]
    alike = len(set(head.depths)) == 1
    deep = depth == bytes([_ANY_DEPTH]) or (alike and depth == head.depths[:1])
    return (rows, columns, count) == (head.rows, head.columns, len(head.depths)) and deep


def _is_plain(body: bytes, count: int) -> bool:
    """Whether a channel definition box says of each channel that it is the colour of its own number."""
    entries = [struct.unpack_from(">HHH", body, 2 + 6 * n) for n in range((len(body) - 2) // 6)]
    return sorted(entries) in (
        [(channel, 0, channel + 1) for channel in range(count)],
        [(0, 0, 0)][: 2 - count],
    )
