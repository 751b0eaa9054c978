"""What the page is told of the reader's marks, on the `control` data channel."""

from __future__ import annotations

from signaling.protocol.control_message import ControlMessage
from signaling.protocol.records import MarkInfo


class MarksDocument(ControlMessage, tag="marks"):
    """Host → page: all finished marks of the study, whenever they change; a draft said before is no more.

    `saved` is False while the store has not confirmed them. `changed`: when each mark of the document, also one whose image
    is not there, was made or changed last (Unix seconds; 0 = not known), and when those deleted last were; None = not said.
    """

    epoch: int
    version: int
    marks: tuple[MarkInfo, ...]
    saved: bool = True
    problem: str = ""
    changed: tuple[tuple[str, float], ...] | None = None


class MarkDraft(ControlMessage, tag="mark.draft"):
    """Host → page: the mark that the hand draws, or changes (then in place of the one with its id); None = it is given up."""

    epoch: int
    mark: MarkInfo | None = None


class MarksSaved(ControlMessage, tag="marks.saved"):
    """Host → page: whether the store has the marks as they were last said; `problem` says why not, where it is known."""

    epoch: int
    saved: bool
    problem: str = ""
