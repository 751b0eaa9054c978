"""One image file, judged as the host does: planned, decoded, and what stands against it. The wire's part is alike for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signaling.protocol.reservations import takes_exact
from streamer.dicom.faults import BadFile, BadFrame, NotDicom
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.indexer.study_description import to_message
from streamer.loader.frame_reader import FrameReader


@dataclass(frozen=True, slots=True)
class Judged:
    """Why a file's images are not plainly exact; nothing = they are. `is_shown`: there is a picture at all."""

    path: Path
    reasons: tuple[str, ...]
    is_shown: bool = True


def judge(path: Path) -> Judged | None:
    """The file, or None where it holds no image."""
    try:
        header = read_header(path)
    except NotDicom:
        return None
    except BadFile as fault:
        return Judged(path, (str(fault),), is_shown=False)
    if header.pixels is None:
        return None
    status = path.stat()
    planned = plan_series([FileEntry(path.name, status.st_size, status.st_mtime_ns, header)])
    refusals = [plan.stack.fault for plan in planned if plan.stack.fault]
    refusals += [fault for plan in planned if not plan.stack.fault for fault in _unread(plan, path.parent)]
    if refusals:
        return Judged(path, tuple(dict.fromkeys(refusals)), is_shown=False)
    codes = [code for plan in planned for terms in plan.stack.terms for code in terms.notices]
    return Judged(path, tuple(dict.fromkeys(code for code in codes if takes_exact(code))))


def _unread(plan: PlannedStack, root: Path) -> Iterator[str]:
    """Why frames can't be decoded: the first, the middle and the last are tried."""
    stack = plan.stack
    shape = (stack.rows, stack.columns, 3) if stack.pixels.samples == 3 else (stack.rows, stack.columns)
    out = np.zeros(shape, stack.pixels.dtype)
    reader = FrameReader(to_message(plan), root)
    try:
        for frame in sorted({0, len(stack.frames) // 2, len(stack.frames) - 1}):
            try:
                reader.read(frame, out)
            except BadFrame as fault:
                yield str(fault)
    finally:
        reader.close()
