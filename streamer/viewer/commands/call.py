"""One command on its way, with what it may look at."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.viewer.context import CommandRefused, Context, Outcome
from streamer.viewer.layout import Rect
from streamer.viewer.marks import Marks
from streamer.viewer.planar import image_shown
from streamer.viewer.stack import ImageTerms, Stack, Voi
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.viewports import with_viewport
from streamer.viewer.voi import Statistics
from streamer.viewer.windowing import with_window

NO_SERIES = "There is no series in this viewport; choose one first."
ONLY_IMAGES = "A volume has no single images; use one of the slices."


@dataclass(frozen=True, slots=True)
class Call:
    """One command on its way: what it acts on and the value that came with it."""

    context: Context
    state: ViewState
    marks: Marks
    index: int
    value: object

    @property
    def viewport(self) -> ViewportState:
        """The viewport it acts on."""
        return self.state.viewports[self.index]

    @property
    def stack(self) -> Stack:
        """The stack it acts on; refused where the viewport is empty."""
        stack = self.context.stack_of(self.viewport)
        if stack is None:
            raise CommandRefused("unsupported", NO_SERIES)
        return stack

    @property
    def rect(self) -> Rect:
        """The viewport's rectangle."""
        return self.context.rects(self.state)[self.index]

    @property
    def statistics(self) -> Statistics | None:
        """Of the stack's pixels, None while they are not known."""
        return self.context.statistics.get(self.viewport.stack)

    @property
    def terms(self) -> ImageTerms:
        """What the file says of the image shown; of planes and volumes what holds for all their images."""
        shown = image_shown(self.viewport, self.stack, None) if self.viewport.kind == "stack" else -1
        return self.stack.common if shown < 0 else self.stack.terms_at(shown)

    def require_images(self) -> None:
        """Refuses where there is no series, or a volume, which has no single images."""
        _ = self.stack
        if self.viewport.kind == "volume":
            raise CommandRefused("unsupported", ONLY_IMAGES)

    def to(self, state: ViewState, message: str = "") -> Outcome:
        """The outcome with this state; the marks stay."""
        return Outcome(state, self.marks, message=message)

    def to_viewport(self, viewport: ViewportState) -> Outcome:
        """The outcome with this viewport in place of the one acted on."""
        return self.to(with_viewport(self.state, self.index, viewport))

    def to_window(self, voi: Voi) -> Outcome:
        """The outcome with this window."""
        return self.to(with_window(self.state, self.index, self.stack, voi))
