"""A stack that can be shown, and a mark on one of its images."""

from __future__ import annotations

from streamer.viewer.marks import Mark
from streamer.viewer.stack import FrameRef, PixelFormat, Stack, StackGeometry

MARK = Mark(
    "m1",
    "probe",
    "1.2#0",
    "1.2#0.1",
    1,
    1,
    "",
    (0.0, 0.0, 1.0),
    ((1.0, 2.0, 1.0),),
    "40 HU",
    ((1.0, 2.0),),
    "0123abcd",
)


def stack(key: str = "1.2#0", frames: int = 5) -> Stack:
    return Stack(
        key=key,
        series_instance_uid=key.partition("#")[0],
        rows=8,
        columns=8,
        frames=tuple(FrameRef(f"{key}.{n}", 1, n) for n in range(frames)),
        geometry=StackGeometry(
            (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), tuple((0.0, 0.0, float(n)) for n in range(frames)), (1.0, 1.0)
        ),
        pixels=PixelFormat("int16"),
    )
