"""Whether the entropy-coded data of a JPEG scan ends with its last sample (ISO/IEC 10918-1 annexes F and H): codes are counted.

Nothing is decoded but lengths. Of much data only the end is read: wherever one begins in it, Huffman codes fall into step.
"""

from __future__ import annotations

from array import array
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
_SHIFTS = np.arange(8, 0, -1, dtype=np.uint32)
_BEYOND = b"\xff" * (32 * _COEFFICIENTS)
_NEAR_BITS = 8
_CODE_BITS = 16

Step = tuple[int, int]
"""How many bits a code and what belongs to it take (0: no code), and how far it leads."""


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
class Codes:
    """Those of a Huffman table. `near`: by the next eight bits, for codes that are no longer; the others by length and code.

    So little is read of memory, which the decoder has just filled with other things.
    """

    near: tuple[Step, ...]
    far: dict[Step, Step]

    def long(self, bits: int) -> Step:
        """By the next 16 bits, where the code is longer than eight."""
        for length in range(_NEAR_BITS + 1, _CODE_BITS + 1):
            step = self.far.get((length, bits >> (_CODE_BITS - length)))
            if step is not None:
                return step
        return 0, 0


@dataclass(frozen=True, slots=True)
class _Bits:
    """Entropy-coded data, by bit: the next 8 and the next 16 from each on, with as many ones behind `end` as a block may take."""

    octets: bytes
    words: array[int]
    end: int


@dataclass(frozen=True, slots=True)
class _Steps:
    """The tables for each block of a unit (MCU), in order; of lossless samples there is no second table."""

    first: tuple[Codes, ...]
    rest: tuple[Codes | None, ...]


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
    windows, at = _bits(bits), 0
    for _ in range(units):
        for first, rest in zip(steps.first, steps.rest, strict=True):
            at = _after_block(windows, at, first, rest)
            if at < 0:
                return ScanEnd.SHORT if at == -1 else ScanEnd.LEFT_OVER
    left = bits[-(-at // 8) :]
    return ScanEnd.LEFT_OVER if left.strip(b"\0\xff") else ScanEnd.WHOLE


def _in_step(bits: bytes, steps: _Steps) -> bool:
    """From anywhere: all beginnings lead to the same end, and a unit ends there; what follows are ones (F.1.2.3)."""
    windows, blocks = _bits(bits), len(steps.first)
    end = windows.end
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for start in range(8):
        for phase in range(blocks):
            at, block, passed = start, phase, []
            while (at, block) not in ends:
                passed.append((at, block))
                after = _after_block(windows, at, steps.first[block], steps.rest[block])
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


def _after_block(bits: _Bits, at: int, first: Codes, rest: Codes | None) -> int:
    """Where the block or sample that begins at bit `at` ends; −1 where it needs more bits, −2 where it can't be one."""
    octets, end = bits.octets, bits.end
    length, _ = first.near[octets[at]]
    if not length:
        length, _ = first.long(bits.words[at])
    at += length
    if length and rest is not None:
        # The end of the data is looked at behind the block: there are no codes beyond it.
        near, done = rest.near, 1
        while done < _COEFFICIENTS:
            length, step = near[octets[at]]
            if not length:
                length, step = rest.long(bits.words[at])
            at += length
            if not step:
                break
            done += step
        if length and done > _COEFFICIENTS:
            return -1 if at > end else -2
    if at > end or (not length and end - at < _CODE_BITS):
        return -1
    return at if length else -2


def _bits(data: bytes) -> _Bits:
    padded = np.frombuffer(data + b"\xff" * 4, np.uint8).astype(np.uint32)
    octets = (padded[:-2] << 16) | (padded[1:-1] << 8) | padded[2:]
    words = (octets[:, None] >> _SHIFTS).astype(np.uint16)
    return _Bits(
        (words >> 8).astype(np.uint8).tobytes() + _BEYOND,
        array("H", words.tobytes() + 2 * _BEYOND),
        8 * len(data),
    )


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
            first.append(_codes(tables[0], False))
            rest.append(None if head.lossless or tables[1] is None else _codes(tables[1], True))
    return _Steps(tuple(first), tuple(rest)) if first else None


@lru_cache(maxsize=64)
def _codes(table: bytes, alternating: bool) -> Codes:
    """Of a Huffman table as it is sent: 16 counts, then the symbols (B.2.4.2). `alternating`: of AC coefficients."""
    counts, symbols = table[:16], table[16:]
    near: list[Step] = [(0, 0)] * (1 << _NEAR_BITS)
    far: dict[Step, Step] = {}
    number, place = 0, 0
    for length, count in enumerate(counts, 1):
        for symbol in symbols[number : number + count]:
            if alternating:
                run, size = symbol >> 4, symbol & 15
                # Without a size: sixteen zeros, else the end of the block.
                step = run + 1 if size or run == 15 else 0
            else:
                size, step = symbol if symbol < 16 else 0, 1
            # Codes are taken in order, each one the next of its length (C.2); a table of too many is cut.
            code, place = place >> (_CODE_BITS - length), place + (1 << (_CODE_BITS - length))
            if place > 1 << _CODE_BITS:
                break
            if length > _NEAR_BITS:
                far[length, code] = (length + size, step)
                continue
            wide = 1 << (_NEAR_BITS - length)
            near[code * wide : (code + 1) * wide] = [(length + size, step)] * wide
        number += count
    return Codes(tuple(near), far)
