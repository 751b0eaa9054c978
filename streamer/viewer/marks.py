"""Marks: the reader's annotations, a document with a version and a journal for undo. The renderer never sees them."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.viewer.vector import Vec3


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation, of one image (SOP instance and frame) or of a plane through a volume.

    `kind` is length or probe. An image's mark is where `pixels` say: (column, row), whole numbers are pixel centres. It moves
    with its image; its `points`, world LPS mm, follow from the image's geometry (synthetic where that is untrusted). A plane's
    mark has no pixels: its points are in the world. `normal` is that of the image or plane.
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
    pixels: tuple[tuple[float, float], ...] = ()
    """Empty for a plane's mark, and for one of format 1 whose image is not there to find them (see image_marks)."""
    made_on: str = ""
    """Of which images `text` was measured, as Origins.origin names them; empty where that was not kept."""


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of one reader on one study. `undone` and `done` hold earlier and later documents, newest last, at most 100.

    `changed`: by id when a mark was made, changed or deleted last, Unix seconds. A mark that is named there and is in no `items`
    was deleted then; of one that is not named it is not known.
    """

    version: int = 0
    items: tuple[Mark, ...] = ()
    done: tuple[tuple[Mark, ...], ...] = ()
    undone: tuple[tuple[Mark, ...], ...] = ()
    changed: tuple[tuple[str, float], ...] = ()
