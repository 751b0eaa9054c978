"""What undoing or redoing a change of the marks would do, in words, and whether the reader would see it happen."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.viewer.context import Context, Elsewhere
from streamer.viewer.image_marks import frame_of
from streamer.viewer.mark_sight import changed_mark, is_seen
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.mpr import mpr_image
from streamer.viewer.planar import planar_view, world_to_canvas
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewState

_KINDS = {"length": "Length", "probe": "Probe"}
_SINCE = {
    "replaced": "(image replaced since)",
    "changed": "(images changed since)",
    "unknown": "(not known on which images)",
}
"""In the place of a value that was not measured on the images that are there now."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the journal: a mark as it is in the document before and after it, None where it is not there."""

    before: Mark | None
    after: Mark | None

    @property
    def mark(self) -> Mark:
        """The mark as it is now, or as it will be."""
        mark = self.before or self.after
        assert mark is not None
        return mark

    @property
    def effect(self) -> str:
        """What the step does to it."""
        if self.after is None:
            return "is taken away"
        return "is back" if self.before is None else "is changed back"


def step_between(before: Marks, after: Marks) -> Change | None:
    """The step from one document to another; None where they don't differ."""
    changed = changed_mark(before, after)
    if changed is None:
        return None
    then, now = (
        next((mark for mark in marks.items if mark.mark == changed.mark), None) for marks in (before, after)
    )
    return Change(then, now)


def in_sight(context: Context, state: ViewState, change: Change) -> bool:
    """Whether a viewport shows the mark, as it is or as it will be, within its edges."""
    return any(_is_shown(context, state, mark) for mark in (change.before, change.after) if mark is not None)


def elsewhere(context: Context, state: ViewState, mark: Mark, verb: str) -> Elsewhere:
    """Where a mark is, and the viewport that can show it: one with its series first, then the active one."""
    series, image = _place(context, mark)
    rects = context.rects(state)
    fit = [
        index
        for index, viewport in enumerate(state.viewports)
        if series >= 0
        and image > 0
        and rects[index].width > 0
        and (
            (viewport.kind == "mpr" and viewport.plane == mark.plane and viewport.stack == series)
            if mark.plane
            else viewport.kind == "stack"
        )
    ]
    fit.sort(key=lambda index: (state.viewports[index].stack != series, index != state.active))
    return Elsewhere(verb, mark.mark, fit[0] if fit else -1, series, image)


def words(context: Context, mark: Mark) -> str:
    """A mark with its value and its place, as a sentence begins."""
    series, image = _place(context, mark)
    of = ""
    if series >= 0 and len(context.stacks) > 1:
        number = context.stacks[series].series_number
        of = f" of series {number}" if number is not None else f" of series {series + 1} in the list"
    where = f"on image {image}" if image > 0 else "on an image that is not in the study now"
    if mark.plane:
        where = f"on {mark.plane} plane {image}" if image > 0 else "in a series that is not in the study now"
    said = _SINCE.get(context.origins.change_since(mark), mark.text)
    return " ".join(part for part in (_KINDS.get(mark.kind, "Mark"), said, where + of) if part)


def _is_shown(context: Context, state: ViewState, mark: Mark) -> bool:
    for viewport, rect in zip(state.viewports, context.rects(state), strict=True):
        stack = context.stack_of(viewport)
        if stack is None or viewport.kind not in ("stack", "mpr") or rect.width <= 0 or rect.height <= 0:
            continue
        view = planar_view(viewport, stack, rect, state.cross_hair)
        if not is_seen(mark, stack, viewport, view):
            continue
        across, down = zip(*(world_to_canvas(view, rect, point) for point in mark.points), strict=True)
        is_across = max(across) >= rect.x and min(across) <= rect.x + rect.width
        if is_across and max(down) >= rect.y and min(down) <= rect.y + rect.height:
            return True
    return False


def _place(context: Context, mark: Mark) -> tuple[int, int]:
    """The number of its stack, −1 where that is not there, and that of its image or plane from 1, 0 where it is not there."""
    series = next((i for i, stack in enumerate(context.stacks) if stack.key == mark.stack_key), -1)
    return (series, _image(mark, context.stacks[series])) if series >= 0 else (-1, 0)


def _image(mark: Mark, stack: Stack) -> int:
    if mark.plane:
        return mpr_image(stack, mark.plane, mark.points[0]) + 1
    frame = frame_of(mark, stack)
    return 0 if frame is None else frame + 1
