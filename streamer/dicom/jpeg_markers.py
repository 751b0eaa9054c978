"""What a JPEG codestream says of itself (ISO/IEC 10918-1 annex B): its head, its colours, and where its data ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

END_OF_IMAGE = b"\xff\xd9"
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_RESTARTS = range(0xD0, 0xD8)
_END, _SCAN, _RESTART_INTERVAL, _HUFFMAN = 0xD9, 0xDA, 0xDD, 0xC4
_LOSSLESS, _JPEG_LS = 0xC3, 0xF7
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
# In entropy-coded data FF is followed by a stuffed 00; in JPEG-LS by a stuffed bit, so by less than 80 (ISO/IEC 14495-1 C.2).
# Each begins with one plain byte, which makes the search fast; of fill bytes the last is found.
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff]")
_MARKER_IN_LS_SCAN = re.compile(rb"\xff[\x80-\xfe]")


@dataclass(frozen=True, slots=True)
class JpegHead:
    """`transform` is Adobe's (APP14): 0 none, 1 YCbCr, −1 not said. `names` are the component identifiers.

    `sampling` holds each component's horizontal and vertical factor, `scans_at` is where the frame header ends,
    `restart_interval` in MCUs (0: none), `tables` the Huffman tables before it, by class and identifier.
    """

    precision: int
    rows: int
    columns: int
    names: bytes
    lossless: bool
    transform: int
    jfif: bool
    sampling: tuple[tuple[int, int], ...] = ()
    marker: int = 0xC0
    scans_at: int = 0
    restart_interval: int = 0
    tables: tuple[tuple[int, bytes], ...] = ()

    @property
    def rows_at(self) -> int:
        """Where the number of rows stands in the frame header (B.2.2)."""
        return self.scans_at - 3 * len(self.names) - 5

    @property
    def progressive(self) -> bool:
        """Whether each scan refines the whole image, so that a missing one is not seen in the others."""
        return self.marker in _PROGRESSIVE

    @property
    def marked_ybr(self) -> bool | None:
        """Whether three components are YCbCr by a marker's word (APP14, JFIF); None where no marker says it, or two differ."""
        if self.transform >= 0:
            return None if self.jfif and self.transform == 0 else self.transform != 0
        return True if self.jfif else None

    @property
    def colors_contradict(self) -> bool:
        """Whether the codestream says two things of its three components: two markers differ, or sampling denies the marker."""
        if len(self.names) != 3 or self.lossless:
            return False
        return (self.jfif and self.transform == 0) or self.marked_ybr not in (self.says_ybr, None)

    @property
    def says_ybr(self) -> bool | None:
        """Whether three components are YCbCr by the codestream's own word; None where it says nothing, or two things.

        JFIF (ISO/IEC 10918-5) is YCbCr; Adobe's marker says which; components are named R, G, B, or 1, 2, 3 as JFIF does
        (what libjpeg goes by); subsampled chroma is YCbCr. A lossless stream is not transformed, whatever it says (PS3.5 8.2.1).
        """
        if len(self.names) != 3 or self.lossless:
            return None
        if len(set(self.sampling)) > 1:
            return True
        if self.transform >= 0 or self.jfif:
            return self.marked_ybr
        if self.names == b"\x01\x02\x03":
            return True
        return False if self.names.upper() == b"RGB" else None

    def is_ybr(self, photometric: str) -> bool:
        """Whether three components are YCbCr: by the codestream's own word first, then by the file's label."""
        said = self.says_ybr
        return len(self.names) == 3 and (photometric.startswith("YBR") if said is None else said)


@dataclass(frozen=True, slots=True)
class LastScan:
    """The last scan, or its last restart interval: where its entropy-coded data begins, and of how many units (MCU) it is.

    `components` are pairs of identifier and table selectors (B.2.3), `tables` Huffman tables by class and identifier (B.2.4.2).
    """

    at: int
    units: int
    components: tuple[tuple[int, int], ...]
    tables: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class JpegScans:
    """What follows the head. `end`: where the image's data ends, the end mark not counted; `ended`: whether that mark is there.

    `excess`: how many bytes follow it. `whole`: every component has a scan, and no restart interval lacks. `last` is None where
    there is no scan. `drops`: a scan of a lossless process leaves something of its values out (NEAR, ISO/IEC 14495-1 C.2.3, or
    the point transform, H.1.2).
    """

    end: int
    ended: bool
    excess: int
    whole: bool
    last: LastScan | None = None
    drops: bool = False


def read_jpeg_head(data: bytes) -> JpegHead | None:
    """The head of a codestream; None where it has none."""
    at, transform, jfif, interval = 2, -1, False, 0
    tables: dict[int, bytes] = {}
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if marker in _FRAMES and len(body) >= 6 + 3 * body[5]:
            fields = body[6 : 6 + 3 * body[5]]
            return JpegHead(
                precision=body[0],
                rows=int.from_bytes(body[1:3], "big"),
                columns=int.from_bytes(body[3:5], "big"),
                names=fields[::3],
                lossless=marker == _LOSSLESS,
                transform=transform,
                jfif=jfif,
                sampling=tuple((max(1, factor >> 4), max(1, factor & 15)) for factor in fields[1::3]),
                marker=marker,
                scans_at=at + 2 + size,
                restart_interval=interval,
                tables=tuple(tables.items()),
            )
        if marker == _HUFFMAN:
            tables.update(_huffman_tables(body))
        if marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            transform = body[11]
        if marker == _RESTART_INTERVAL and len(body) >= 2:
            interval = int.from_bytes(body[:2], "big")
        jfif = jfif or (marker == 0xE0 and body.startswith(b"JFIF"))
        at += 2 + size
    return None


def read_scans(data: bytes, head: JpegHead) -> JpegScans:
    """Walks over the scans by their markers; nothing is decoded."""
    at, interval, scanned, whole = head.scans_at, head.restart_interval, set[int](), True
    drops = False
    tables, last = dict(head.tables), None
    pattern = _MARKER_IN_LS_SCAN if head.marker == _JPEG_LS else _MARKER_IN_SCAN
    while (found := pattern.search(data, at)) is not None:
        marker, at = found[0][-1], found.end()
        if marker == _END:
            whole = whole and scanned >= set(head.names)
            return JpegScans(found.start(), True, len(data) - at, whole, last, drops)
        if marker in _STANDALONE:
            continue
        size = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + size]
        if marker == _RESTART_INTERVAL and len(body) >= 2:
            interval = int.from_bytes(body[:2], "big")
        if marker == _HUFFMAN:
            tables.update(_huffman_tables(body))
        at += max(2, size)
        if marker == _SCAN and body:
            names, selectors = body[1 : 1 + 2 * body[0] : 2], body[2 : 2 + 2 * body[0] : 2]
            scanned.update(names)
            drops = drops or _drops(head, body[1 + 2 * body[0] :])
            at, restarts = _skip_restarts(data, at, pattern) if interval else (at, 0)
            units = _units(head, names)
            if interval and head.marker != _JPEG_LS and not head.progressive:
                whole = whole and restarts >= -(-units // interval) - 1
            components = tuple(zip(names, selectors, strict=False))
            last = LastScan(at, units - restarts * interval, components, dict(tables))
    return JpegScans(len(data), False, 0, whole and scanned >= set(head.names), last, drops)


def _drops(head: JpegHead, parameters: bytes) -> bool:
    """Whether the last three bytes of a scan's header leave something of lossless values out."""
    near = head.marker == _JPEG_LS and parameters[:1] not in (b"", b"\0")
    shift = (head.lossless or head.marker == _JPEG_LS) and len(parameters) > 2 and parameters[2] & 15 > 0
    return near or shift


def _skip_restarts(data: bytes, at: int, pattern: re.Pattern[bytes]) -> tuple[int, int]:
    """Where a scan's last restart marker ends, and how many it has."""
    restarts = 0
    while (found := pattern.search(data, at)) is not None and found[0][-1] in _RESTARTS:
        restarts, at = restarts + 1, found.end()
    return at, restarts


def _huffman_tables(body: bytes) -> dict[int, bytes]:
    """The tables of a DHT segment, by class and identifier."""
    tables, at = {}, 0
    while at + 17 <= len(body):
        size = 17 + sum(body[at + 1 : at + 17])
        tables[body[at]] = body[at + 1 : at + size]
        at += size
    return tables


def _units(head: JpegHead, names: bytes) -> int:
    """The minimum coded units of a scan of these components (ISO/IEC 10918-1 A.2)."""
    across = max(factor for factor, _ in head.sampling)
    down = max(factor for _, factor in head.sampling)
    side = 1 if head.lossless else 8
    if len(names) == 1 and names[0] in head.names:
        own = head.sampling[head.names.index(names[0])]
        columns, rows = -(-head.columns * own[0] // across), -(-head.rows * own[1] // down)
        return -(-columns // side) * -(-rows // side)
    return -(-head.columns // (side * across)) * -(-head.rows // (side * down))
