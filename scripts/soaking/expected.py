"""What a reader must find after a trouble. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be so within 30 s, besides that the reader is live and no green is wrong: the same study, the same marks.

    `saved`: what was marked meanwhile is kept. `reloaded`: all of it is still so when the page is loaded anew.
    `proven`: the picture becomes exact.
    """

    saved: bool = False
    reloaded: bool = False
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a reader has before them. `marks` are what each is, by id; those in `kept` have been saved.

    `asked` is the study of the page's address: after a click it is not the open one yet. Empty: that of no other.
    `moves` counts how often the study was changed or loaded anew on purpose, `gestures` what may have moved a mark.
    """

    session: str
    study: str
    marks: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    saved: bool = True
    moves: int = 0
    gestures: int = 0
    asked: str = ""

    @property
    def due(self) -> str:
        """The study that the reader must find."""
        return self.asked or self.study

    @classmethod
    def of(cls, state: Mapping[str, Any], moves: int, gestures: int) -> Glimpse:
        """From what the witness in the page says."""
        return cls(
            state["session"],
            state["study"],
            {mark: str(what) for mark, what in state["marks"].items()},
            frozenset(state["kept"]),
            bool(state["saved"]),
            moves,
            gestures,
            state["asked"],
        )


def faults(before: Glimpse, after: Glimpse, *, saved: bool = False) -> list[str]:
    """What is not as it must be, in words; empty where all is."""
    found = []
    if after.session != "live":
        found.append(f"the session is “{after.session}”")
    if before.moves == after.moves and after.study != before.due:
        found.append(f"the study is {after.study or 'none'} and should be {before.due or 'none'}")
    if before.moves == after.moves and before.study == before.due == after.study:
        # A mark that was not saved may go with the host on which it was made; the reader was told so.
        lost = before.kept - after.marks.keys()
        if lost:
            found.append(f"{len(lost)} of {len(before.kept)} saved marks are lost")
        both = before.kept & after.marks.keys()
        moved = [mark for mark in both if before.marks[mark] != after.marks[mark]]
        if moved and before.gestures == after.gestures:
            found.append(f"{len(moved)} marks are others than before")
    if saved and not after.saved:
        found.append("marks are still not saved")
    return found
