"""The archives of a host by every id that they go by: their own, the one that the server gives them, and those of before."""

from __future__ import annotations

from signaling.protocol.hosts import ArchiveId, ArchiveSource
from signaling.protocol.records import ArchiveInfo
from streamer.host.archive import Archive


class ArchiveTable:
    """`all` are in the order of the options. `by_id` is one dictionary for good: others keep hold of it."""

    def __init__(self) -> None:
        self.all: list[Archive] = []
        self.by_id: dict[str, Archive] = {}
        self._ids: dict[str, ArchiveId] = {}
        """By own id what the server has said."""

    def infos(self) -> tuple[ArchiveInfo, ...]:
        """What the server is told of each, by its own id; those whose index has not spoken yet are left out."""
        return tuple(archive.info for archive in self.all if archive.info is not None)

    def sources(self) -> tuple[ArchiveSource, ...]:
        """By which the server judges whether another host reaches one of them, too."""
        return tuple(
            ArchiveSource(archive=archive.own, name=archive.name, sample=archive.sample)
            for archive in self.all
            if archive.own
        )

    def called(self, ids: tuple[ArchiveId, ...]) -> list[tuple[str, str]]:
        """The server says what they are called from now on, all of them; those that were called otherwise: before, now."""
        self._ids = {each.archive: each for each in ids}
        changed = self.refreshed()
        for archive in self.all:
            if archive.own:
                archive.named.set()
        return changed

    def refreshed(self) -> list[tuple[str, str]]:
        """An index has spoken, perhaps the first time: likewise."""
        changed = []
        found: dict[str, Archive] = {}
        for archive in self.all:
            said = self._ids.get(archive.own)
            before = archive.id
            archive.call(said.id if said is not None else "")
            if before and before != archive.id:
                changed.append((before, archive.id))
            others = (said.id, *said.others) if said is not None else ()
            found |= dict.fromkeys(others, archive)
        found |= {archive.own: archive for archive in self.all if archive.own}
        self.by_id.clear()
        self.by_id.update(found)
        return changed
