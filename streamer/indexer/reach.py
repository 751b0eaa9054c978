"""What the indexer may open: the archive's folder, and what links in the archive lead to outside of it.

A program can't widen what it has limited itself to. So where a walk meets a link to a place that it may not open, it notes the
link beside the index and ends; the next indexer looks up where the noted links lead before it reads anything, and may go there.
It ends as well when a place can't be opened any more that could be at its start: a share that was mounted anew is another one.

The note may be false, if a file took the indexer over: only links that are in the archive count, and where they lead now.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from streamer.confinement.child import Confinement
from streamer.dicom import archive_path

log = structlog.get_logger()
MOST_LINKS = 1000
ANSWER_SECONDS = 5.0
"""For the disk to say where the archive's places are."""
NOTE = "links.json"
_TOO_MANY = f"links lead out of the archive to more than {MOST_LINKS} places"


class Reach:
    """Made before anything of the archive is read, then asked by the scanner's thread alone, but for `is_shut_out`."""

    def __init__(self, root: Path, index: Path) -> None:
        self._root = root
        self._note = index.with_name(NOTE)
        self._links = _read(self._note)
        self._new: set[str] = set()
        self._is_limited = False
        self._places: set[str] = set()
        self._closed_at_start: set[str] = set()
        # A share that hangs must not keep the index from answering. While it does, nothing is read that could take
        # this thread over, and it has ended before the program is limited otherwise.
        asking = threading.Thread(target=self._find_places, name="places", daemon=True)
        asking.start()
        asking.join(ANSWER_SECONDS)

    def _find_places(self) -> None:
        places = {os.path.realpath(self._root)} | self._leading_outside(self._note.parent)
        self._closed_at_start = {place for place in places if _is_closed(place)}
        self._places = places

    def limit(self, confined: Confinement) -> None:
        """Limits the program to these places, and to writing beside the index."""
        if len(self._links) > MOST_LINKS:
            confined.refused["files"] = _TOO_MANY
            return
        with suppress(OSError):  # the index itself says what is wrong with its place
            self._note.parent.mkdir(parents=True, exist_ok=True)
        confined.limit_files(map(Path, self._places), [self._note.parent])
        self._is_limited = "files" not in confined.refused

    def met(self, path: str) -> None:
        """A walk has met a link, named as in Walk.files."""
        if self._is_limited and path not in self._links:
            target = Path(os.path.realpath(archive_path.on_disk(self._root, path)))
            if not any(str(place) in self._places for place in (target, *target.parents)):
                self._new.add(path)

    def is_outgrown(self) -> bool:
        """Whether this program must end for another one that may open more; new links are noted for it then."""
        if not self._is_limited:
            return False
        if self._new:
            self._links |= self._new
            self._new = set()
            log.info("indexer_meets_links", does="starts anew to follow them")
            return _written(self._note, self._links)
        return self.is_shut_out

    @property
    def is_shut_out(self) -> bool:
        """Whether a place is another one than at its start: mounted or unmounted since. From any thread."""
        places = (self._places or {str(self._root)}) - self._closed_at_start
        return self._is_limited and any(map(_is_closed, places))

    def _leading_outside(self, private: Path) -> set[str]:
        """Where the noted links lead; not to what holds the folder `private`, beside which keys lie."""
        found = set()
        for link in self._links if len(self._links) <= MOST_LINKS else ():
            place = os.path.realpath(archive_path.on_disk(self._root, link))
            if os.path.realpath(private).startswith(f"{place.rstrip('/')}/"):
                log.warning("link_not_followed", reason="it leads to what holds Farview's own state")
            else:
                found.add(place)
        return found


def _is_closed(place: str) -> bool:
    """Whether it is there and may not be opened."""
    try:
        os.close(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _read(note: Path) -> set[str]:
    try:
        links = msgspec.json.decode(note.read_bytes(), type=set[str])
    except FileNotFoundError:
        return set()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("links_not_known", error=type(error).__name__, does="looks for them again")
        return set()
    return {link for link in links if not os.path.isabs(link) and ".." not in link.split("/")}


def _written(note: Path, links: Collection[str]) -> bool:
    """Whether it could be: without it the next indexer would know no more."""
    making = note.with_name(f"{NOTE}.new")
    try:
        making.write_bytes(msgspec.json.encode(sorted(links)))
        making.replace(note)
    except OSError as error:
        log.warning("links_not_noted", problem=error.strerror)
        return False
    return True
