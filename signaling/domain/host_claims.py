"""What a host says of itself in figures, held to what can be: placement and the console count on no other."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from signaling.domain.steering_signs import plain, steers
from signaling.protocol import limits
from signaling.protocol.hosts import ArchiveSource, HostLoad, HostRegister
from signaling.protocol.records import ArchiveInfo

M = TypeVar("M", bound=msgspec.Struct)
MAX_CAPACITY = limits.HOST_CAPACITY
MAX_ARCHIVES = limits.HOST_ARCHIVES
_PROBLEM = 2_000
_COUNT = (0, 10**9)
_BYTES = (0, 2**50)
_MILLISECONDS = (0.0, 1e6)
REGISTRATION_RANGES: Mapping[str, tuple[float, float]] = {
    "capacity": (0, MAX_CAPACITY),
    "cores": (0, 10_000),
    "memory_bytes": _BYTES,
}
_LOAD: Mapping[str, tuple[float, float]] = {
    "seats": (0, 2 * MAX_CAPACITY),
    "sessions": _COUNT,
    "cpu": (0.0, 1.0),
    "memory_bytes": _BYTES,
    "pictures_per_second": (0.0, 1e6),
    "latency_ms": _MILLISECONDS,
    "latency_p95_ms": _MILLISECONDS,
    "stills_exact": _COUNT,
    "stills_mismatched": _COUNT,
    "exact_p50_ms": _MILLISECONDS,
    "rtt_ms": _MILLISECONDS,
    "loss": (0.0, 1.0),
    "bit_rate": (0.0, 1e12),
    "clock_ahead": (-1e10, 1e10),
    "memory_free_bytes": _BYTES,
    "staying": _COUNT,
}
_ARCHIVE: Mapping[str, tuple[float, float]] = {
    "studies": _COUNT,
    "files_seen": _COUNT,
    "files_total": _COUNT,
    "problem_since": (0.0, 1e11),
}
_DIGEST = re.compile(r"[0-9a-f]{32}")
_ID_LENGTH = 64
_WHOLE = 1.0
_BUSY = 1.05
"""A share that is a little above the whole is rounding, not a lie."""


def believed_registration(said: HostRegister) -> tuple[HostRegister, str]:
    """The registration as far as it can be true, and what was odd in it ("" = nothing)."""
    message, odd = _held(said, REGISTRATION_RANGES)
    archives, odd_archives = _archives(message.archives)
    return msgspec.structs.replace(message, archives=archives), _sentence(odd + odd_archives)


def believed_load(said: HostLoad) -> tuple[HostLoad, str]:
    """The load as far as it can be true, and what was odd in it ("" = nothing)."""
    message, odd = _held(said, _LOAD)
    archives, odd_archives = _archives(message.archives)
    return msgspec.structs.replace(message, archives=archives), _sentence(odd + odd_archives)


def believed_sources(said: tuple[ArchiveSource, ...]) -> tuple[ArchiveSource, ...]:
    """The archives as far as their names and samples can be what they should be; what can't is left out."""
    return tuple(
        msgspec.structs.replace(
            source,
            name=source.name if re.fullmatch(limits.ARCHIVE_NAME, source.name) else "",
            sample=None if source.sample is None else _sample(source.sample),
        )
        for source in said[:MAX_ARCHIVES]
        if 0 < len(source.archive) <= _ID_LENGTH
    )


def _sample(said: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        pair for pair in said[: limits.SAMPLE_IMAGES] if all(_DIGEST.fullmatch(digits) for digits in pair)
    )


def _archives(said: tuple[ArchiveInfo, ...]) -> tuple[tuple[ArchiveInfo, ...], list[str]]:
    odd = ["archives"] if len(said) > MAX_ARCHIVES else []
    kept: list[ArchiveInfo] = []
    named: set[str] = set()
    for info in said[:MAX_ARCHIVES]:
        if not 0 < len(info.archive) <= _ID_LENGTH or steers(info.archive) or info.archive in named:
            odd += ["archive"] if "archive" not in odd else []
            continue
        named.add(info.archive)
        held, wrong = _held(info, _ARCHIVE)
        kept.append(
            msgspec.structs.replace(
                held,
                title=plain(held.title, limits.ARCHIVE_TITLE),
                problem=plain(held.problem, _PROBLEM),
            )
        )
        odd += [name for name in wrong if name not in odd]
    return tuple(kept), odd


def _held(said: M, ranges: Mapping[str, tuple[float, float]]) -> tuple[M, list[str]]:
    """What is no number counts as the most there can be: such a host looks full and busy, never idle."""
    changed: dict[str, float] = {}
    odd: list[str] = []
    for name, (least, most) in ranges.items():
        value = getattr(said, name)
        held = most if math.isnan(value) else min(max(value, least), most)
        if held != value:
            changed[name] = held
            if not (most == _WHOLE and most < value <= _BUSY):
                odd.append(name)
    if "capacity" in changed and math.isnan(getattr(said, "capacity", 0)):
        changed["capacity"] = 0
    return (msgspec.structs.replace(said, **changed) if changed else said), odd


def _sentence(odd: list[str]) -> str:
    if not odd:
        return ""
    return f"This host says figures that can't be ({', '.join(odd)}). They are held to what can; look at its version."
