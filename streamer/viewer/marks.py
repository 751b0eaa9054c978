"""Marks: the reader's annotations, a document with a version and a journal for undo. The renderer never sees them."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.viewer.vector import Vec3


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation in patient space, tied to a SOP instance and frame (stack) or to a world plane (mpr).

    `kind` is length or probe. `points` are world LPS mm on the plane of the image (synthetic world where geometry is untrusted).
    `text` is the value as measured from stored data when the mark was last changed.
    """

    mark: str
    kind: str
    stack_key: str
    sop_instance_uid: str
    frame_number: int
    image: int
    plane: str
    normal: Vec3
    points: tuple[Vec3, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of one reader on one study. `undone` and `done` hold earlier and later documents, newest last, at most 100."""

    version: int = 0
    items: tuple[Mark, ...] = ()
    done: tuple[tuple[Mark, ...], ...] = ()
    undone: tuple[tuple[Mark, ...], ...] = ()
