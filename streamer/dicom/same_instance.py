"""Files with one SOP Instance UID: copies of one image, or images that should have had UIDs of their own (PS3.5, 9).

Copies say the same of themselves (header_record.fingerprint) and have the same pixels; of them one is shown. All others are
shown, each under a key of its own that does not depend on which others there are, so that no mark moves from one to another.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from streamer.dicom.header_record import fingerprint
from streamer.dicom.image_frame import FileEntry


def told_apart(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """One entry of each image, by path; those that share their UID with other images have `apart` set."""
    by_uid: dict[str, list[FileEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.path):
        by_uid[entry.header.sop_instance_uid].append(entry)
    found: list[FileEntry] = []
    for same in by_uid.values():
        found.extend(same if len(same) == 1 else _images(same))
    return sorted(found, key=lambda entry: entry.path)


def alike(entries: Iterable[FileEntry]) -> list[list[FileEntry]]:
    """Files that have one UID and say the same of themselves: whether they are copies only their pixels can tell."""
    by_uid: dict[str, list[FileEntry]] = defaultdict(list)
    for entry in entries:
        by_uid[entry.header.sop_instance_uid].append(entry)
    groups: dict[str, list[FileEntry]] = defaultdict(list)
    for same in by_uid.values():
        if len(same) > 1:
            for entry in same:
                groups[fingerprint(entry.header)].append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _images(same: Sequence[FileEntry]) -> list[FileEntry]:
    said = {entry.path: fingerprint(entry.header) for entry in same}
    # Without its digest a file that says the same as another one counts as its copy; who asks compares them first.
    first: dict[tuple[str, str], FileEntry] = {}
    for entry in same:
        first.setdefault((said[entry.path], entry.digest), entry)
    if len(first) == 1:
        return list(first.values())
    headers = Counter(header for header, _ in first)
    return [
        replace(entry, apart=_short(header + (digest if headers[header] > 1 else "")))
        for (header, digest), entry in first.items()
    ]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
