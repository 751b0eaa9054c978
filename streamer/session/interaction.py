"""What the reader's hand and keys do to a session: gestures, wheel and commands, each against what was on the glass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from signaling.protocol import control, errors
from signaling.protocol.moves import EventKind, Moves, PointerEvent
from streamer.session.hand import HandReader, Happened, Input, Moved, Wheeled
from streamer.session.revision_log import RevisionLog
from streamer.viewer import core, gesture
from streamer.viewer.gesture import Gesture, Hand
from streamer.viewer.state import ViewState

if TYPE_CHECKING:
    from streamer.session.session import Session

NOT_KNOWN = (
    "It was not known yet what the picture shows on which you pressed, so nothing was done. Try again."
)
TOO_OLD = "That was aimed at a picture that is long gone. Try again."


class Interaction:
    """One session's hand. Holds the gesture in progress and nothing else of the view."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.hand = HandReader()
        self.seen = RevisionLog()
        self._gesture: Gesture | None = None
        self._down: PointerEvent | None = None
        self._latest: Hand | None = None
        """Where the hand of the gesture was last."""
        self._interrupted: PointerEvent | None = None
        """The beginning of a gesture that was undone because nothing was heard of the page."""
        self._scale = 1.0
        self.page = ""
        """The page whose hand it is, by the fingerprint of its certificate."""
        self.last_input_at = 0.0

    @property
    def in_gesture(self) -> bool:
        """Whether a button or finger is down on the picture."""
        return self._gesture is not None

    @property
    def settled(self) -> ViewState:
        """The view as it were if the gesture in progress were cut off now: what is kept, since only one that ends counts."""
        session = self._session
        if self._gesture is None or session.study is None:
            return session.state
        return gesture.cancel(session.context, self._gesture, session.state, session.marks).state

    def new_page(self, hand: HandReader) -> None:
        """Another page has the session, or the same one by another seat; then `hand` is the one that it had."""
        if hand is self.hand:
            self.interrupt("")
        else:
            self.cancel("")
        self.hand = hand

    def take(self, item: Input) -> None:
        """Applies one thing that the hand did."""
        self.last_input_at = time.monotonic()
        if not isinstance(item, Moved) or item.fresh:
            self._session.pictures.touched()
        match item:
            case Happened():
                self._happened(item.event, item.scale)
            case Moved():
                self._moved(item.packet)
            case Wheeled():
                self._wheeled(item)

    def command(self, message: control.Command) -> None:
        """Applies a discrete command once; what can't be done is answered in words."""
        session = self._session
        if session.study is None:
            return
        if (
            message.id <= self.hand.command
        ):  # done already; the page has not heard it, on a seat that was lost
            session.reports.say(control.Applied(id=message.id, revision=session.revision))
            return
        self.hand.command = message.id
        session.pictures.touched()
        if message.name == "gesture.cancel":
            self.cancel("")
            session.reports.say(control.Applied(id=message.id, revision=session.revision))
            return
        if self.seen.at(message.revision) is None:
            self._reject(message.id, errors.STALE_REVISION, TOO_OLD)
            return
        viewport = session.state.active if message.viewport < 0 else message.viewport
        try:
            outcome = core.apply_command(
                session.context, session.state, session.marks, message.name, viewport, message.value
            )
        except core.CommandRefused as refused:
            self._reject(message.id, refused.code, refused.message)
            return
        if self._must_wait(outcome):
            self._reject(message.id, "drawing", gesture.UNFINISHED)
            return
        session.take_outcome(outcome)
        session.reports.say(control.Applied(id=message.id, revision=session.revision))

    def _given_up(self) -> None:
        """The hand lets go, or a second finger comes down: a mark that was being drawn is gone, and that is said."""
        current, context = self._gesture, self._session.context
        drawn = current is not None and gesture.is_drawn(context, current, self._latest or current.start)
        self.cancel("")
        if drawn:
            self._session.reports.notice("info", "cancelled", gesture.GIVEN_UP)

    def _must_wait(self, outcome: core.Outcome) -> bool:
        """Whether a mark is being drawn on what this would change."""
        before = core.Outcome(self._session.state, self._session.marks)
        return gesture.refused_while_drawing(self._gesture, before, outcome)

    def interrupt(self, why: str) -> None:
        """Nothing is heard of the page: a half-done gesture is undone. Its end may still be heard; then it is done as a whole."""
        if self._gesture is not None:
            self.cancel(why)
            self._interrupted = self._down

    def cancel(self, why: str) -> None:
        """A half-done gesture is undone; `why` is said to the reader."""
        self._interrupted = None
        current, self._gesture = self._gesture, None
        session = self._session
        if current is None or session.study is None:
            return
        session.take_outcome(gesture.cancel(session.context, current, session.state, session.marks))
        if why:
            session.reports.notice("warning", "cancelled", why)

    def _happened(self, event: PointerEvent, scale: float) -> None:
        session = self._session
        if session.study is None:
            return
        if event.kind is EventKind.DOWN:
            self._scale = 1.0
        hand = self._hand(
            event.x, event.y, 1 << event.button, event.modifiers, event.pointer, scale or self._scale, ()
        )
        match event.kind:
            case EventKind.DOWN:
                self._given_up()
                seen = self.seen.at(event.revision)
                if seen is None:
                    self._not_seen(event.revision)
                    return
                self._gesture, outcome = gesture.begin(
                    session.context, session.state, session.marks, seen, hand, event.button
                )
                self._down, self._latest = event, None
                session.take_outcome(outcome)
            case EventKind.UP:
                down = self._interrupted
                if down is not None and down.gesture == event.gesture:
                    self._happened(down, 0.0)
                current, self._gesture = self._gesture, None
                if current is not None:
                    session.take_outcome(
                        gesture.end(session.context, current, session.state, session.marks, hand)
                    )
            case EventKind.CANCEL:
                self._given_up()
            case EventKind.DOUBLE:
                self._double(event)

    def _double(self, event: PointerEvent) -> None:
        session = self._session
        seen = self.seen.at(event.revision)
        if seen is None:
            self._not_seen(event.revision)
            return
        viewport = core.viewport_under(session.context, seen, *self._pixels(event.x, event.y))
        if viewport is None or viewport >= len(session.state.viewports):
            return
        try:
            session.take_outcome(
                core.apply_command(
                    session.context, session.state, session.marks, "viewport.maximize", viewport, None
                )
            )
        except core.CommandRefused as refused:
            session.reports.notice("warning", refused.code, refused.message)

    def _moved(self, packet: Moves) -> None:
        session = self._session
        if self._gesture is None or self._down is None or session.study is None:
            return
        if packet.gesture != self._down.gesture:
            return
        self._scale = packet.scale
        points = tuple(self._pixels(x, y) for x, y in packet.points)
        hand = self._hand(
            packet.x, packet.y, packet.buttons, packet.modifiers, packet.pointer, packet.scale, points
        )
        self._latest = hand
        session.take_outcome(gesture.move(session.context, self._gesture, session.state, session.marks, hand))

    def _wheeled(self, item: Wheeled) -> None:
        session = self._session
        if session.study is None:
            return
        seen = self.seen.at(item.packet.revision)
        if seen is None:
            self._not_seen(item.packet.revision)
            return
        x, y = self._pixels(item.packet.x, item.packet.y)
        if item.steps:
            self._turned(gesture.wheel(session.context, session.state, session.marks, seen, x, y, item.steps))
        if item.zoom_steps:
            self._turned(
                gesture.zoom_wheel(session.context, session.state, session.marks, seen, x, y, item.zoom_steps)
            )

    def _turned(self, outcome: core.Outcome) -> None:
        if self._must_wait(outcome):
            self._session.reports.notice("info", "drawing", gesture.UNFINISHED)
        else:
            self._session.take_outcome(outcome)

    def _hand(
        self, x: float, y: float, buttons: int, modifiers: int, pointer: int, scale: float,
        points: tuple[tuple[float, float], ...],
    ) -> Hand:  # fmt: skip
        px, py = self._pixels(x, y)
        return Hand(
            x=px, y=py, buttons=buttons, modifiers=modifiers, pointer=int(pointer), scale=scale, points=points
        )

    def _pixels(self, x: float, y: float) -> tuple[float, float]:
        width, height = self._session.size
        return (min(2.0, max(-1.0, x)) * width, min(2.0, max(-1.0, y)) * height)

    def _not_seen(self, revision: int) -> None:
        """What was seen is not known: to the page neither (`revision` 0), or here no more."""
        why = TOO_OLD if revision else NOT_KNOWN
        self._session.reports.notice("warning", errors.STALE_REVISION, why)

    def _reject(self, command: int, code: str, message: str) -> None:
        self._session.reports.say(control.Rejected(id=command, code=code, message=message))
