"""Tools that draw marks, and take hold of those they drew. A mark being drawn is a draft until the hand is lifted."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer import journal, measure
from streamer.viewer.context import Context, Outcome
from streamer.viewer.geometry import world_to_pixel
from streamer.viewer.hand import Gesture, Hand, clicked
from streamer.viewer.image_marks import frame_of, on_frame
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.state import ViewState
from streamer.viewer.tools.pointing import Target, handle_at, pointed_at
from streamer.viewer.vector import add, dot, scale, subtract

NOT_LOADED = "This image has not been read yet, so it can't be measured; try again in a moment."
ANOTHER_PATIENT = "These images are of another patient than the study's own, so nothing is measured on them."
INCOMPLETE = "Images of this plane are not there, so it can't be measured; wait until all are loaded, or measure on an image."
OUTSIDE = "There is no image at this place, so nothing was marked."
UNFINISHED = "The mark is not finished: let go of it first, or press Esc."
GIVEN_UP = "The mark was given up before it was finished."
_REFUSED = {measure.OUTSIDE: OUTSIDE, measure.NOT_LOADED: NOT_LOADED, measure.INCOMPLETE: INCOMPLETE}


class MarkTool:
    """Draws marks of one kind.

    A subclass says how many points a mark has, what it says (`text`), and whether a click makes one.
    """

    kind = ""
    points = 1
    by_click = False

    def text(self, context: Context, target: Target, mark: Mark, frame: int | None) -> str:
        """What the mark says, from stored data, of its own image `frame` (None: of its plane)."""
        raise NotImplementedError

    def begin(
        self, context: Context, gesture: Gesture, state: ViewState, marks: Marks
    ) -> tuple[Gesture, Outcome]:
        """A handle under the hand is taken hold of, else a new mark begins."""
        hand = gesture.start
        target = pointed_at(context, gesture.seen, gesture.viewport, hand.x, hand.y)
        if target is None:
            return gesture, Outcome(state, marks)
        if target.stack.patient:
            return gesture, Outcome(state, marks, message=ANOTHER_PATIENT)
        held = handle_at(context, marks, target, self.kind, hand.x, hand.y, hand.pointer)
        if held is not None:
            mark, handle, grip = held
            gesture = replace(gesture, mark=mark.mark, handle=handle, grip=grip)
        else:
            gesture = replace(gesture, mark=context.mark_id)
        return gesture, self.move(context, gesture, state, marks, hand)

    def move(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """The mark as it would be if the hand were lifted here."""
        draft = self._drawn(context, gesture, marks, hand)
        if draft is not None and draft.text in _REFUSED:
            draft = replace(draft, text="")
        return Outcome(state, marks, draft=draft)

    def end(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """The mark enters the document; one that says nothing does not, and that is said."""
        if clicked(gesture, hand, context.device_pixel_ratio):
            if gesture.handle >= 0:
                return self._measured_anew(context, gesture, state, marks)
            if not self.by_click:
                return Outcome(state, marks)
            hand = gesture.start
        mark = self._drawn(context, gesture, marks, hand)
        return self._entered(state, marks, mark)

    def _measured_anew(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks) -> Outcome:
        """A click on a handle: where the images are others since, the mark's value is that of the present ones from now on."""
        held = journal.find(marks, gesture.mark)
        target = pointed_at(context, gesture.seen, gesture.viewport, gesture.start.x, gesture.start.y)
        if held is None or target is None or not context.origins.change_since(held):
            return Outcome(state, marks)
        return self._entered(state, marks, self._said(context, target, held))

    def _entered(self, state: ViewState, marks: Marks, mark: Mark | None) -> Outcome:
        if mark is None:
            return Outcome(state, marks)
        if mark.text in _REFUSED:
            return Outcome(state, marks, message=_REFUSED[mark.text])
        try:
            return Outcome(state, journal.put(marks, mark))
        except ValueError as full:
            return Outcome(state, marks, message=str(full))

    def cancel(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks) -> Outcome:
        """The draft is gone; no mark of the document is."""
        return Outcome(state, marks)

    def _drawn(self, context: Context, gesture: Gesture, marks: Marks, hand: Hand) -> Mark | None:
        x, y = hand.x - gesture.grip[0], hand.y - gesture.grip[1]
        target = pointed_at(context, gesture.seen, gesture.viewport, x, y)
        if target is None or target.stack.patient:
            return None
        if gesture.handle < 0:
            return self._new(context, gesture, target)
        held = journal.find(marks, gesture.mark)
        if held is None:
            return None
        return self._said(context, target, _with_point(held, gesture.handle, target))

    def _new(self, context: Context, gesture: Gesture, target: Target) -> Mark | None:
        start = pointed_at(context, gesture.seen, gesture.viewport, gesture.start.x, gesture.start.y)
        if start is None:
            return None
        stack, number = target.stack, target.view.frame
        frame = None if number is None else stack.frames[number]
        mark = Mark(
            mark=gesture.mark,
            kind=self.kind,
            stack_key=stack.key,
            sop_instance_uid=frame.sop_instance_uid if frame else "",
            frame_number=frame.frame_number if frame else 0,
            image=target.image,
            plane=target.viewport.plane,
            normal=target.view.normal,
            points=(start.point, target.point)[-self.points :],
        )
        if number is not None:
            mark = on_frame(
                mark, stack, number, tuple(world_to_pixel(stack, number, point) for point in mark.points)
            )
        return self._said(context, target, mark)

    def _said(self, context: Context, target: Target, mark: Mark) -> Mark:
        """The mark with its text, measured on its own image or plane as they are now, wherever it is seen."""
        text = self.text(context, target, mark, frame_of(mark, target.stack))
        return replace(mark, text=text, made_on=context.origins.origin(mark))


def _with_point(mark: Mark, handle: int, target: Target) -> Mark:
    """The mark with one of its points where the hand is, on its own image or plane."""
    frame = frame_of(mark, target.stack)
    if frame is None:
        depth = dot(subtract(mark.points[0], target.point), mark.normal)
        point = add(target.point, scale(mark.normal, depth))
        return replace(mark, points=(*mark.points[:handle], point, *mark.points[handle + 1 :]))
    pixel = world_to_pixel(target.stack, frame, target.point)
    return on_frame(mark, target.stack, frame, (*mark.pixels[:handle], pixel, *mark.pixels[handle + 1 :]))
