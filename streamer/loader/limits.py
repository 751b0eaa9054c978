"""What the loader allows itself: files come from anywhere, and a decoder that runs wild must end with the loader alone."""

from __future__ import annotations

import resource

from streamer.ipc.messages import StackPlan
from streamer.ipc.volume_cache import CacheShape

_PROGRAM_BYTES = 2 << 30
_FRAMES_AT_ONCE = 24
_CPU_SECONDS = (120, 2)
"""For the program, and for each frame."""
STUCK_SECONDS = 120.0
"""Without a frame for so long the loader gives up."""


def limit_memory(shape: CacheShape, reduced_bytes: int, file_bytes: int) -> None:
    """Bounds the address space to what this stack needs: its mapping, its copy, a few frames and files at work."""
    need = (
        _PROGRAM_BYTES
        + shape.size
        + 6 * reduced_bytes
        + _FRAMES_AT_ONCE * shape.frame_bytes * 4
        + 4 * file_bytes
    )
    _lower(resource.RLIMIT_AS, need)


def limit_time(plan: StackPlan) -> None:
    """Bounds the processor time."""
    _lower(resource.RLIMIT_CPU, _CPU_SECONDS[0] + _CPU_SECONDS[1] * len(plan.sources))


def no_core_dumps() -> None:
    """A core dump would hold patient data."""
    _lower(resource.RLIMIT_CORE, 0)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, hard))
