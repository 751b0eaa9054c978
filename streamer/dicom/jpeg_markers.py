"""What a JPEG codestream says of itself before its data: precision, components, and whether its colours are YCbCr."""

from __future__ import annotations

from dataclasses import dataclass

_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_LOSSLESS = 0xC3


@dataclass(frozen=True, slots=True)
class JpegHead:
    """`transform` is Adobe's (APP14): 0 none, 1 YCbCr, −1 not said. `names` are the component identifiers."""

    precision: int
    rows: int
    columns: int
    names: bytes
    lossless: bool
    transform: int
    jfif: bool

    def is_ybr(self, photometric: str) -> bool:
        """Whether three components are YCbCr: by the codestream's own word first, then by the file's.

        A lossless stream is not transformed, whatever it says.
        """
        if len(self.names) != 3 or self.lossless:
            return len(self.names) == 3 and photometric.startswith("YBR")
        if self.transform >= 0:
            return self.transform == 1
        if self.names == b"RGB":
            return False
        return photometric.startswith("YBR") if photometric != "RGB" else False


def read_jpeg_head(data: bytes) -> JpegHead | None:
    """The head of a codestream; None where it has none."""
    at, transform, jfif = 2, -1, False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if marker in _FRAMES and len(body) >= 6:
            count = body[5]
            names = body[6 : 6 + 3 * count : 3]
            rows, columns = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
            return JpegHead(body[0], rows, columns, names, marker == _LOSSLESS, transform, jfif)
        if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        jfif = jfif or (marker == 0xE0 and body.startswith(b"JFIF"))
        at += 2 + size
    return None
