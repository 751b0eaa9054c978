"""What a look over the archive means for files that it did not see: gone, or only not to be seen now.

"Not seen" is not "gone" (safety rule 18). A share that is not mounted looks like an empty folder, or like none; a folder moved
away, a disk that fell out and a server that answers with half a list look like deletions. So files count as gone only

- when nothing they lay behind was unreadable, and
- when the disk they lay on is the one that was there: the archive's folder, and each folder in it where another disk begins, are
  known by device and inode (stat(2)); one that is empty now and is another than the one that held files is a *lost disk*, and so
  is one that is away; and
- when they are not the most of a disk at once; that is *in doubt* until every look of CONFIRM_SECONDS has said the same.

A lost disk is never taken for a deletion, however long it lasts: it ends when files are there again, or any file is put there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec

from streamer.dicom.index import Index
from streamer.dicom.sources.folder import FolderSource, FolderState, Walk

CONFIRM_SECONDS = 600.0
CONFIRM_LOOKS = 3
MOST_DISKS = 64
"""Disks below the archive's folder that are remembered."""
_DISKS = "disks"
_DOUBT = "doubt"
EMPTY = "The archive's folder is empty, and is not the folder that it was: perhaps its disk or share is not mounted."
AWAY = "A folder of the archive is empty or away, and is not the one that it was: perhaps its disk or share is not mounted."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`gone` may be forgotten; `problem` is a sentence on what may not, `lost` the disks that are not there (Walk.folders)."""

    gone: list[str]
    problem: str = ""
    lost: tuple[str, ...] = ()


@dataclass(slots=True)
class _Doubt:
    since: float
    looks: int
    missing: set[str]


class Presence:
    """Judges each look over one archive; what it knows of the disks is kept in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.disks = _known_disks(index)
        self._doubts: dict[str, _Doubt] = {}

    def judge(self, known: Collection[str], walk: Walk, now: float) -> Verdict:
        """What of the `known` files is gone. `now` counts seconds, monotonic."""
        if not walk.complete:
            return Verdict([])
        unseen = tuple(walk.unknown)
        lost = tuple(
            prefix
            for prefix, before in self.disks.items()
            if _is_lost(before, walk.folders.get(prefix))
            and not prefix.startswith(unseen)
            and any(path.startswith(prefix) for path in known)
        )
        unknown = (*unseen, *lost)
        self._note_disks(walk, lost)
        missing = [path for path in known if path not in walk.files]
        if unknown:
            missing = [path for path in missing if not path.startswith(unknown)]
        problem = "" if not lost else EMPTY if "" in lost else AWAY
        gone, doubtful = self._weighed(missing, known, walk, now)
        lacking, total = sum(count for count, _ in doubtful.values()), sum(of for _, of in doubtful.values())
        whose = "the archive's" if set(doubtful) == {""} else "a disk's"
        said = f"{lacking} of {whose} {total} files are gone at once." if doubtful else ""
        self._index.note_fact(_DOUBT, said)
        still = f"Their studies stay listed until this has been so for {CONFIRM_SECONDS / 60:.0f} minutes."
        return Verdict(gone, problem or (said and f"{said} {still}"), lost)

    def _weighed(
        self, missing: Collection[str], known: Collection[str], walk: Walk, now: float
    ) -> tuple[list[str], dict[str, tuple[int, int]]]:
        """What of the missing is gone, and of each disk that is in doubt how many files are missing of how many."""
        if not missing:
            self._doubts.clear()
            return [], {}
        disks = {*self.disks, ""}
        of = {disk: _on_disk(missing, disk, disks) for disk in disks}
        gone: list[str] = []
        doubtful = {}
        for disk, lacking in of.items():
            total, seen = (len(_on_disk(paths, disk, disks)) for paths in (known, walk.files))
            if self._is_doubtful(disk, lacking, total, seen, now):
                doubtful[disk] = (len(lacking), total)
                continue
            doubt = self._doubts.pop(disk, None)
            # What came back meanwhile and went again is seen to be missing for the first time.
            gone += lacking if doubt is None else [path for path in lacking if path in doubt.missing]
        return gone, doubtful

    def _is_doubtful(self, disk: str, missing: Collection[str], known: int, seen: int, now: float) -> bool:
        """Whether so much is missing at once that it must be seen for longer; files that only moved are still there."""
        if len(missing) * 2 <= known or seen * 2 > known:
            self._doubts.pop(disk, None)
            return False
        doubt = self._doubts.setdefault(disk, _Doubt(now, 0, set(missing)))
        doubt.looks += 1
        doubt.missing &= set(missing)
        return now - doubt.since < CONFIRM_SECONDS or doubt.looks < CONFIRM_LOOKS

    def _note_disks(self, walk: Walk, lost: Iterable[str]) -> None:
        """Remembers where disks begin now; those that are lost are kept as they were."""
        disks = {prefix: self.disks[prefix] for prefix in lost}
        for prefix, folder in walk.folders.items():
            if prefix not in disks and _begins_disk(prefix, folder, walk.folders):
                if folder.empty and prefix in self.disks:
                    disks[prefix] = self.disks[prefix]
                elif not folder.empty and len(disks) < MOST_DISKS:
                    disks[prefix] = folder.identity
        for prefix in walk.unknown:
            if prefix in self.disks:
                disks[prefix] = self.disks[prefix]
        if disks != self.disks:
            self.disks = disks
            self._index.note_fact(_DISKS, msgspec.json.encode(disks).decode())


def _on_disk(paths: Collection[str], disk: str, disks: Iterable[str]) -> Collection[str]:
    """Those of the paths that lie on a disk, and on none of `disks` that begins below it."""
    below = tuple(other for other in disks if other != disk and other.startswith(disk))
    if not below:
        return paths if not disk else [path for path in paths if path.startswith(disk)]
    return [path for path in paths if path.startswith(disk) and not path.startswith(below)]


def _known_disks(index: Index) -> dict[str, tuple[int, int]]:
    try:
        return msgspec.json.decode(index.fact(_DISKS) or "{}", type=dict[str, tuple[int, int]])
    except msgspec.MsgspecError:
        return {}


def _is_lost(before: tuple[int, int], now: FolderState | None) -> bool:
    return now is None or (now.empty and now.identity != before)


def _begins_disk(prefix: str, folder: FolderState, folders: dict[str, FolderState]) -> bool:
    if not prefix:
        return True
    above = folders.get(prefix[: prefix.rstrip("/").rfind("/") + 1])
    return above is not None and above.device != folder.device


def why_unseen(index: Index, source: FolderSource, missing: Collection[str]) -> str:
    """In words why files that are not seen now may yet be there; empty when they are gone for all that is known."""
    root = source.state("")
    if root is None:
        return "The archive's folder can't be read now."
    for prefix, before in _known_disks(index).items():
        under = any(path.startswith(prefix) for path in missing)
        if under and _is_lost(before, source.state(prefix)):
            return AWAY if prefix else EMPTY
    # Whether an empty folder is a deletion is for the scan to judge, over time.
    return "The archive's folder is empty now." if root.empty else index.fact(_DOUBT)
