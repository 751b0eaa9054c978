"""Changes of the marks' document: each makes a new version and can be undone, the last 100 of them."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.marks import Mark, Marks

Items = tuple[Mark, ...]

DEPTH = 100
"""How many changes can be undone."""

MOST_MARKS = 500
"""How many marks one document holds: all of them must fit in one message to the page (256 KiB)."""


def find(marks: Marks, mark: str) -> Mark | None:
    """The mark with this id."""
    return next((each for each in marks.items if each.mark == mark), None)


def put(marks: Marks, mark: Mark) -> Marks:
    """The document with a mark added, or changed where its id is there already.

    Raises:
        ValueError: the document is full; the text says what to do.
    """
    before = find(marks, mark.mark)
    if before == mark:
        return marks
    if before is not None:
        return _changed(marks, tuple(mark if each.mark == mark.mark else each for each in marks.items))
    if len(marks.items) >= MOST_MARKS:
        raise ValueError(f"There are {MOST_MARKS} marks on this study; delete some before making more.")
    return _changed(marks, (*marks.items, mark))


def delete(marks: Marks, mark: str) -> Marks:
    """The document without a mark; unchanged where there is none of this id."""
    rest = tuple(each for each in marks.items if each.mark != mark)
    return marks if len(rest) == len(marks.items) else _changed(marks, rest)


def undo(marks: Marks) -> Marks:
    """The document as it was before the last change; unchanged where there is none."""
    if not marks.done:
        return marks
    undone = (*marks.undone, marks.items)[-DEPTH:]
    return _next(marks, marks.done[-1], marks.done[:-1], undone)


def redo(marks: Marks) -> Marks:
    """The document as it was before the last undo; unchanged where there is none."""
    if not marks.undone:
        return marks
    return _next(marks, marks.undone[-1], (*marks.done, marks.items)[-DEPTH:], marks.undone[:-1])


def _changed(marks: Marks, items: tuple[Mark, ...]) -> Marks:
    return _next(marks, items, (*marks.done, marks.items)[-DEPTH:], ())


def _next(marks: Marks, items: Items, done: tuple[Items, ...], undone: tuple[Items, ...]) -> Marks:
    return replace(marks, version=marks.version + 1, items=items, done=done, undone=undone)
