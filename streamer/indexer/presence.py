"""What a look over the archive means for files that it did not see: gone, or only not to be seen now.

"Not seen" is not "gone" (safety rule 18). A share that is not mounted looks like an empty folder, or like none; a folder moved
away, a disk that fell out and a server that answers with half a list look like deletions. So files count as gone only

- when nothing they lay behind was unreadable, and
- when the disk they lay on is the one that was there: the archive's folder, and each folder in it where another disk begins, are
  known by device and inode (stat(2)); one that is empty now and is another than the one that held files is a *lost disk*, and so
  is one that is away; and
- when they are not the most of the archive at once; that is *in doubt* until every look of CONFIRM_SECONDS has said the same.

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
        self._doubt: _Doubt | None = None

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
        if self._is_doubtful(missing, len(known), len(walk.files), now):
            said = f"{len(missing)} of the archive's {len(known)} files are gone at once."
            self._index.note_fact(_DOUBT, said)
            still = (
                f"Their studies stay listed until this has been so for {CONFIRM_SECONDS / 60:.0f} minutes."
            )
            return Verdict([], problem or f"{said} {still}", lost)
        self._index.note_fact(_DOUBT, "")
        if self._doubt is not None and missing:
            missing = [path for path in missing if path in self._doubt.missing]
        self._doubt = None
        return Verdict(missing, problem, lost)

    def _is_doubtful(self, missing: list[str], known: int, seen: int, now: float) -> bool:
        """Whether so much is missing at once that it must be seen for longer; files that only moved are still there."""
        if len(missing) * 2 <= known or seen * 2 > known:
            self._doubt = None
            return False
        if self._doubt is None:
            self._doubt = _Doubt(now, 0, set(missing))
        self._doubt.looks += 1
        self._doubt.missing &= set(missing)
        return now - self._doubt.since < CONFIRM_SECONDS or self._doubt.looks < CONFIRM_LOOKS

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
