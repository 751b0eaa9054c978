"""Whether the entropy-coded data of a JPEG scan ends with its last sample (ISO/IEC 10918-1 annexes F and H): codes are counted.

Nothing is decoded but lengths. Of much data only the end is read: wherever one begins in it, Huffman codes fall into step.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np

from streamer.dicom.jpeg_markers import JpegHead, JpegScans, LastScan

COUNTED_BYTES = 2048
"""A scan of no more is read from its beginning."""
STEP_BYTES = 1024
"""So much is read of the end of a longer one."""
_COEFFICIENTS = 64
_SIXTEEN = 0xFFFF

Lengths = tuple[tuple[int, int], ...]
"""For each 16 bits that may come: how many bits the code and what belongs to it take (0: no code), and how far it leads."""


class ScanEnd(Enum):
    """What is known of the end of a scan."""

    WHOLE = "whole"
    """The last sample's code is the last in the data."""
    SHORT = "short"
    """Data lacks, or is damaged so that it does."""
    LEFT_OVER = "left over"
    """After the last sample's code there are others, or codes do not fit into a block: something before is damaged."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Steps:
    """The tables for each block of a unit (MCU), in order; of lossless samples there is no second table."""

    first: tuple[Lengths, ...]
    rest: tuple[Lengths | None, ...]


def counted_end(data: bytes, head: JpegHead, scans: JpegScans) -> ScanEnd:
    """Of the last scan, or its last restart interval, of a sequential or lossless stream; UNKNOWN of what is long."""
    scan, steps = scans.last, _steps(head, scans.last)
    if scan is None or steps is None or scans.end - scan.at > COUNTED_BYTES:
        return ScanEnd.UNKNOWN
    return _counted(_unstuffed(data[scan.at : scans.end].rstrip(b"\xff")), steps, scan.units)


def ends_in_step(data: bytes, head: JpegHead, scans: JpegScans) -> bool:
    """Whether the last scan of a sequential stream ends where a unit does, by the codes at its end."""
    scan, steps = scans.last, _steps(head, scans.last)
    if scan is None or steps is None:
        return False
    start = max(scan.at, scans.end - STEP_BYTES)
    bits = data[start : scans.end].rstrip(b"\xff")  # fill bytes before a marker
    if start == scan.at:
        return _counted(_unstuffed(bits), steps, scan.units) is ScanEnd.WHOLE
    return _in_step(_unstuffed(bits.removeprefix(b"\0") if data[start - 1] == 0xFF else bits), steps)


def _counted(bits: bytes, steps: _Steps, units: int) -> ScanEnd:
    """From the beginning of a scan or restart interval of so many units."""
    windows, end, at = _windows(bits), 8 * len(bits), 0
    for _ in range(units):
        for first, rest in zip(steps.first, steps.rest, strict=True):
            at = _after_block(windows, at, end, first, rest)
            if at < 0:
                return ScanEnd.SHORT if at == -1 else ScanEnd.LEFT_OVER
    left = bits[-(-at // 8) :]
    return ScanEnd.LEFT_OVER if left.strip(b"\0\xff") else ScanEnd.WHOLE


def _in_step(bits: bytes, steps: _Steps) -> bool:
    """From anywhere: all beginnings lead to the same end, and a unit ends there; what follows are ones (F.1.2.3)."""
    windows, end, blocks = _windows(bits), 8 * len(bits), len(steps.first)
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for start in range(8):
        for phase in range(blocks):
            at, block, passed = start, phase, []
            while (at, block) not in ends:
                passed.append((at, block))
                after = _after_block(windows, at, end, steps.first[block], steps.rest[block])
                if after == -2:  # Not in step yet: one bit further.
                    after = at + 1
                elif after == -1:
                    ends[at, block] = at, block
                    break
                else:
                    block = (block + 1) % blocks
                at = after
            for place in passed:
                ends[place] = ends[at, block]
    (at, block), *others = set(ends.values())
    ones = (1 << (end - at)) - 1
    return not others and not block and end - at < 8 and bits[-1] & ones == ones


def _after_block(windows: list[int], at: int, end: int, first: Lengths, rest: Lengths | None) -> int:
    """Where the block or sample that begins at bit `at` ends; −1 where it needs more bits, −2 where it can't be one."""
    length, _ = first[windows[at >> 3] >> (8 - (at & 7)) & _SIXTEEN]
    if at + length > end:
        return -1
    if not length:
        return -1 if end - at < 16 else -2
    at += length
    if rest is None:
        return at
    done = 1
    while done < _COEFFICIENTS:
        length, step = rest[windows[at >> 3] >> (8 - (at & 7)) & _SIXTEEN]
        if at + length > end:
            return -1
        if not length:
            return -1 if end - at < 16 else -2
        at += length
        if not step:
            return at
        done += step
    return at if done == _COEFFICIENTS else -2


def _windows(bits: bytes) -> list[int]:
    """The 24 bits from each byte on, ones beyond the end: no code is all ones."""
    padded = np.frombuffer(bits + b"\xff" * 4, np.uint8).astype(np.uint32)
    windows: list[int] = ((padded[:-2] << 16) | (padded[1:-1] << 8) | padded[2:]).tolist()
    return windows


def _unstuffed(data: bytes) -> bytes:
    return data.replace(b"\xff\0", b"\xff")


def _steps(head: JpegHead, scan: LastScan | None) -> _Steps | None:
    """None where a scan or a table lacks, or the coding is another (progressive, arithmetic)."""
    if scan is None or head.marker not in (0xC0, 0xC1, 0xC3):
        return None
    first, rest = [], []
    for name, selectors in scan.components:
        across, down = head.sampling[head.names.index(name)] if name in head.names else (1, 1)
        for _ in range(across * down if len(scan.components) > 1 else 1):
            tables = scan.tables.get(selectors >> 4), scan.tables.get(0x10 | (selectors & 15))
            if tables[0] is None or (tables[1] is None and not head.lossless):
                return None
            first.append(_lengths(tables[0], False))
            rest.append(None if head.lossless or tables[1] is None else _lengths(tables[1], True))
    return _Steps(tuple(first), tuple(rest)) if first else None


@lru_cache(maxsize=64)
def _lengths(table: bytes, alternating: bool) -> Lengths:
    """Of a Huffman table as it is sent: 16 counts, then the symbols (B.2.4.2). `alternating`: of AC coefficients."""
    counts, symbols = table[:16], table[16:]
    found: list[tuple[int, int]] = []
    number = 0
    for length, count in enumerate(counts, 1):
        for symbol in symbols[number : number + count]:
            if alternating:
                run, size = symbol >> 4, symbol & 15
                # Without a size: sixteen zeros, else the end of the block.
                step = run + 1 if size or run == 15 else 0
            else:
                size, step = symbol if symbol < 16 else 0, 1
            found += [(length + size, step)] * (1 << (16 - length))
        number += count
    found = found[: 1 << 16]
    return tuple(found + [(0, 0)] * ((1 << 16) - len(found)))
