"""Whether an ICC profile is sRGB (ICC.1:2022): by what it computes where it is a matrix, else by its name."""

from __future__ import annotations

import struct

_HEADER = 128
_MOST_TAGS = 100
# sRGB's primaries as profiles hold them, adapted to D50 (IEC 61966-2-1, ICC's own profile).
_PRIMARIES = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7142),
}
_PRIMARY_TOLERANCE = 0.004
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
# sRGB's curve at a quarter, a half and three quarters; a plain power of 2.2 is within the tolerance.
_LIGHT = {0.25: 0.0509, 0.5: 0.2140, 0.75: 0.5225}
_LIGHT_TOLERANCE = 0.012
# Parameters of each function type of a parametricCurveType (10.18).
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}


def is_srgb(profile: bytes) -> bool:
    """Whether colours of this profile may be shown as they are; a profile that can't be read is none of sRGB."""
    try:
        return _is_srgb(profile)
    except (struct.error, ValueError, TypeError, OverflowError, ZeroDivisionError):
        return False


def _is_srgb(profile: bytes) -> bool:
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB ":
        return False
    tags = _tags(profile)
    if all(name in tags for name in (*_PRIMARIES, *_CURVES)):
        primaries = all(
            abs(found - wanted) <= _PRIMARY_TOLERANCE
            for name, values in _PRIMARIES.items()
            for found, wanted in zip(_xyz(tags[name]), values, strict=True)
        )
        return primaries and all(
            abs(_light(tags[name], at) - wanted) <= _LIGHT_TOLERANCE
            for name in _CURVES
            for at, wanted in _LIGHT.items()
        )
    name = tags.get(b"desc", b"").replace(b"\0", b"")
    return b"sRGB" in name or b"IEC61966-2.1" in name.replace(b" ", b"")


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    found = {}
    for at in range(_HEADER + 4, _HEADER + 4 + 12 * min(count, _MOST_TAGS), 12):
        name, offset, size = struct.unpack_from(">4sII", profile, at)
        found[name] = profile[offset : offset + size]
    return found


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(value / 65536 for value in struct.unpack_from(">3i", tag, 8))


def _light(tag: bytes, value: float) -> float:
    """A curve's output, both 0 … 1."""
    if tag[:4] == b"para":
        return _parametric(tag, value)
    if tag[:4] != b"curv":
        raise ValueError("no curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return value
    entries = struct.unpack_from(f">{min(count, 4096)}H", tag, 12)
    if len(entries) == 1:
        return float(value ** (float(entries[0]) / 256))
    place = value * (len(entries) - 1)
    below = int(place)
    return float(entries[below] + (entries[below + 1] - entries[below]) * (place - below)) / 65535


def _parametric(tag: bytes, value: float) -> float:
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind not in _PARAMETERS:
        raise ValueError("no function of ICC.1")
    given: list[float] = [number / 65536 for number in struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)]
    gamma, a, b, c, d, e, f = given + [1.0, 0.0, 0.0, 0.0, 0.0, 0.0][len(given) - 1 :]
    if kind == 1:
        return float((a * value + b) ** gamma) if value >= -b / a else 0.0
    if kind == 2:
        return float((a * value + b) ** gamma) + c if value >= -b / a else c
    if kind == 0:
        return float(value**gamma)
    return float((a * value + b) ** gamma) + e if value >= d else c * value + f
