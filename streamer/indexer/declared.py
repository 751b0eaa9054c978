"""How many images the archive lists of each series, against how many can be shown: "27 of 30" (safety rule 7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from streamer.dicom.image_frame import FileEntry
from streamer.dicom.index import Index
from streamer.dicom.stack_plan import PlannedStack


def with_declared(
    index: Index, plans: Sequence[PlannedStack], entries: Sequence[FileEntry], unread: Iterable[FileEntry]
) -> list[PlannedStack]:
    """The plans, each stack with the number of images that the archive lists for it.

    What can't be shown of a series (refused, unreadable or damaged images) is counted to its one stack that can; where there are
    several, it can't be told to which of them it belongs.
    """
    lacking: Counter[str] = Counter()
    shown: dict[str, list[int]] = defaultdict(list)
    for number, plan in enumerate(plans):
        if plan.stack.fault:
            lacking[plan.stack.series_instance_uid] += len(plan.stack.frames)
        else:
            shown[plan.stack.series_instance_uid].append(number)
    for entry in unread:
        if entry.header.pixels is not None:
            lacking[entry.header.series.uid] += entry.header.pixels.frames
    lacking += _damaged(index, entries)
    declared = list(plans)
    for series, numbers in shown.items():
        if lacking[series] and len(numbers) == 1:
            plan = declared[numbers[0]]
            images = len(plan.stack.frames) + lacking[series]
            declared[numbers[0]] = replace(plan, stack=replace(plan.stack, declared_images=images))
    return declared


def _damaged(index: Index, entries: Sequence[FileEntry]) -> Counter[str]:
    """Files that are damaged or could never be read, for a series that has the folder they lie in to itself."""
    folders = {entry.path.rpartition("/")[0] for entry in entries}
    known = {entry.path for entry in entries}
    found: Counter[str] = Counter()
    problems = Counter(
        path.rpartition("/")[0] for path, _ in index.problems_near(folders) if path not in known
    )
    for folder, count in problems.items():
        series = index.series_in(folder)
        if len(series) == 1:
            found[series[0]] += count
    return found
