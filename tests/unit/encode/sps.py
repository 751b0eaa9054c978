"""Reads a sequence parameter set (ITU-T H.264 7.3.2.1.1, E.1.1): what a stream under test says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NAL_SPS = 7
_HIGH_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128)


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """Profile, level, coded and cropped size, and what the VUI says; −1 and None where it says nothing."""

    profile_idc: int
    constraints: int
    level_idc: int
    coded: tuple[int, int]
    cropped: tuple[int, int]
    full_range: bool | None = None
    primaries: int = -1
    transfer: int = -1
    matrix: int = -1
    reorder_frames: int = -1

    @property
    def profile_level_id(self) -> str:
        """As in SDP (RFC 6184 8.1), e.g. "640c28"."""
        return f"{self.profile_idc:02x}{self.constraints:02x}{self.level_idc:02x}"


def nal_units(data: bytes) -> Iterator[bytes]:
    """The NAL units of an Annex B access unit, without start codes."""
    start = data.find(b"\0\0\1")
    while start >= 0:
        end = data.find(b"\0\0\1", start + 3)
        unit = data[start + 3 :] if end < 0 else data[start + 3 : end]
        yield unit.rstrip(b"\0") if end >= 0 else unit
        start = end


def find_sps(data: bytes) -> SequenceParameters | None:
    """The first SPS of an access unit; None when it has none."""
    return next((parse_sps(unit) for unit in nal_units(data) if unit and unit[0] & 31 == NAL_SPS), None)


def parse_sps(unit: bytes) -> SequenceParameters:
    """Reads one SPS NAL unit.

    Raises:
        ValueError: it is not one, or it ends too early.
    """
    if len(unit) < 5 or unit[0] & 31 != NAL_SPS:
        raise ValueError("This NAL unit is not a sequence parameter set.")
    bits = _Bits(unit[1:].replace(b"\0\0\3", b"\0\0"))
    profile, constraints, level = bits.take(8), bits.take(8), bits.take(8)
    bits.unsigned()  # seq_parameter_set_id
    chroma = 1
    if profile in _HIGH_PROFILES:
        chroma = _high_profile_part(bits)
    bits.unsigned()  # log2_max_frame_num_minus4
    order = bits.unsigned()
    if order == 0:
        bits.unsigned()
    elif order == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(bits.unsigned()):
            bits.signed()
    bits.unsigned()  # max_num_ref_frames
    bits.take(1)
    across, down = bits.unsigned() + 1, bits.unsigned() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)
    bits.take(1)  # direct_8x8_inference_flag
    coded = (across * 16, down * 16 * (2 - frames_only))
    crop = [0, 0, 0, 0]
    if bits.take(1):
        crop = [bits.unsigned() for _ in range(4)]
    unit_x = 1 if chroma in (0, 3) else 2
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    cropped = (coded[0] - unit_x * (crop[0] + crop[1]), coded[1] - unit_y * (crop[2] + crop[3]))
    vui = _read_vui(bits) if bits.take(1) else (None, -1, -1, -1, -1)
    return SequenceParameters(profile, constraints, level, coded, cropped, *vui)


def _high_profile_part(bits: _Bits) -> int:
    chroma = bits.unsigned()
    if chroma == 3:
        bits.take(1)
    bits.unsigned()
    bits.unsigned()
    bits.take(1)
    if bits.take(1):
        raise ValueError("Scaling matrices are not expected here.")
    return chroma


def _read_vui(bits: _Bits) -> tuple[bool | None, int, int, int, int]:
    if bits.take(1) and bits.take(8) == 255:  # aspect ratio
        bits.take(32)
    if bits.take(1):  # overscan
        bits.take(1)
    full_range: bool | None = None
    primaries = transfer = matrix = -1
    if bits.take(1):
        bits.take(3)
        full_range = bool(bits.take(1))
        if bits.take(1):
            primaries, transfer, matrix = bits.take(8), bits.take(8), bits.take(8)
    if bits.take(1):  # chroma location
        bits.unsigned()
        bits.unsigned()
    if bits.take(1):  # timing
        bits.take(65)
    nal_hrd = bits.take(1)
    if nal_hrd:
        _skip_hrd(bits)
    vcl_hrd = bits.take(1)
    if vcl_hrd:
        _skip_hrd(bits)
    if nal_hrd or vcl_hrd:
        bits.take(1)
    bits.take(1)  # pic_struct
    reorder = -1
    if bits.take(1):
        bits.take(1)
        for _ in range(4):
            bits.unsigned()
        reorder = bits.unsigned()
    return full_range, primaries, transfer, matrix, reorder


def _skip_hrd(bits: _Bits) -> None:
    count = bits.unsigned() + 1
    bits.take(8)
    for _ in range(count):
        bits.unsigned()
        bits.unsigned()
        bits.take(1)
    bits.take(20)


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise ValueError("The sequence parameter set ends too early.")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def unsigned(self) -> int:
        """Unsigned Exp-Golomb code, 9.1."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """Signed Exp-Golomb code, 9.1.1."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
