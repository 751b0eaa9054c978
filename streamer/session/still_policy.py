"""When the exact still is asked for and sent, and what its verdicts mean. Pure: the time is passed in, nothing is sent from here.

The still is drawn as soon as the hand pauses, so that it is ready when it has rested for 130 ms; a hand that keeps a rhythm
slower than that is waited for. A long still lets a few refinements go first. Whatever the hand does takes it back: a new picture
makes another still, a click without effect has the same one proven again. docs/lifecycle.md has the table.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from streamer.session.picture_policy import SETTLE_SECONDS, Rest

EARLY_SECONDS = 0.07
"""After the last input, a still may be drawn; wheel steps follow each other faster."""
RHYTHM = 1.5
LONG_SECONDS = 0.35
"""A still that takes longer to leave lets refinements go first."""
REFINE_SECONDS = 0.12
"""So long after the rest began, a long still waits for them."""
LOADING_SECONDS = 1.0
"""From one still to the next while pictures change because their pixels are being loaded."""
DRAW_SECONDS = 20.0
MOST_TRIES = 3
MOST_MISMATCHES = 2
STALE_SECONDS = 4.0
"""The longest pause before a page that was ahead is sent a still again."""
SAME_INPUT_SECONDS = 0.005
"""An input and the change that it makes are one."""


class Phase(enum.Enum):
    """How far the still of the newest picture is."""

    WANTED = enum.auto()
    DRAWING = enum.auto()
    DRAWN = enum.auto()
    """The host has it, or knows that the page does."""
    SENT = enum.auto()
    PROVEN = enum.auto()
    REFUTED = enum.auto()
    """The page found another picture, twice: it stays so until the picture changes."""
    GIVEN_UP = enum.auto()
    """It was not drawn or not kept, or nothing was heard of it, three times: tried again when the hand does something."""


class Event(enum.Enum):
    """What happens to a still."""

    TOUCHED = enum.auto()
    """The hand did something that changed no picture."""
    CHANGED = enum.auto()
    """There is another picture to show."""
    ASKED = enum.auto()
    DRAWN = enum.auto()
    FAILED = enum.auto()
    SENT = enum.auto()
    EXACT = enum.auto()
    MISMATCH = enum.auto()
    MISSING = enum.auto()
    """The page does not have what it was thought to hold."""
    SILENT = enum.auto()
    """No answer in time, or not decoded."""
    STALE = enum.auto()
    """The page is ahead of the still: its hand was faster, or its place changed. That is no failure, and never given up."""
    REFUTED = enum.auto()
    """In place of the last MISMATCH allowed."""
    SPENT = enum.auto()
    """In place of the last FAILED, MISSING or SILENT allowed."""


_P, _E = Phase, Event
_TABLE: dict[Phase, dict[Event, Phase]] = {
    _P.WANTED: {_E.ASKED: _P.DRAWING},
    _P.DRAWING: {
        _E.CHANGED: _P.WANTED,
        _E.DRAWN: _P.DRAWN,
        _E.FAILED: _P.WANTED,
        _E.SPENT: _P.GIVEN_UP,
    },
    _P.DRAWN: {
        _E.CHANGED: _P.WANTED,
        _E.SENT: _P.SENT,
        _E.MISMATCH: _P.WANTED,
        _E.MISSING: _P.WANTED,
        _E.REFUTED: _P.REFUTED,
        _E.SPENT: _P.GIVEN_UP,
    },
    _P.SENT: {
        _E.TOUCHED: _P.DRAWN,
        _E.CHANGED: _P.WANTED,
        _E.EXACT: _P.PROVEN,
        _E.MISMATCH: _P.WANTED,
        _E.MISSING: _P.WANTED,
        _E.SILENT: _P.DRAWN,
        _E.STALE: _P.DRAWN,
        _E.REFUTED: _P.REFUTED,
        _E.SPENT: _P.GIVEN_UP,
    },
    _P.PROVEN: {
        _E.TOUCHED: _P.DRAWN,
        _E.CHANGED: _P.WANTED,
        _E.MISMATCH: _P.WANTED,
        _E.MISSING: _P.WANTED,
        _E.STALE: _P.DRAWN,
        _E.REFUTED: _P.REFUTED,
        _E.SPENT: _P.GIVEN_UP,
    },
    _P.REFUTED: {_E.CHANGED: _P.WANTED},
    _P.GIVEN_UP: {_E.TOUCHED: _P.WANTED, _E.CHANGED: _P.WANTED},
}
_TRIES = (Event.FAILED, Event.MISSING, Event.SILENT)


def next_phase(phase: Phase, event: Event) -> Phase:
    """Where a still is after `event`; what means nothing to it leaves it where it is."""
    return _TABLE[phase].get(event, phase)


class Do(enum.Enum):
    """What is due now."""

    NOTHING = enum.auto()
    ASK = enum.auto()
    SEND = enum.auto()
    DOUBT = enum.auto()
    """Whoever was asked gave no answer in time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The decision; `wake_at` is when to ask again if nothing happens before."""

    do: Do
    wake_at: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the policy must know of the world.

    `able`: a renderer is there and a page that shows and can prove. `quiet`: no moving picture is owed. `refined`: the pictures
    that may go before a long still have gone. `seconds`: how long the still takes to leave.
    """

    able: bool
    quiet: bool
    refined: bool
    loading: bool
    seconds: float


class StillPolicy:
    """One session's still."""

    def __init__(self) -> None:
        self.phase = Phase.WANTED
        self._input_at = -1e9
        self._gap = 1e9
        self._asked_at = -1e9
        self._answer_by = 0.0
        self._tries = 0
        self._mismatches = 0
        self._pause = self._stale_pause = SETTLE_SECONDS
        """What passes before a drawn still is sent, and after the next stale one."""

    @property
    def attempt(self) -> int:
        """1, or 2 after a mismatch."""
        return 1 + min(self._mismatches, MOST_MISMATCHES - 1)

    def reset(self, now: float) -> None:
        """Another renderer, size, study or page."""
        self.took(Event.CHANGED, now)

    def took(self, event: Event, now: float, answer_by: float = 0.0) -> Phase:
        """Something happened; the phase from now on. `answer_by` is when an answer to ASKED or SENT is overdue."""
        counted = self._counted(event)
        before, self.phase = self.phase, next_phase(self.phase, counted)
        match event:
            case Event.TOUCHED | Event.CHANGED:
                if now - self._input_at > SAME_INPUT_SECONDS:
                    self._gap = now - self._input_at
                self._input_at = now
                self._tries = 0
                self._pause = self._stale_pause = SETTLE_SECONDS
                if event is Event.CHANGED:
                    self._mismatches = 0
            case Event.STALE if before is not self.phase:
                # What the hand did is on its way here; where it does not come, the page is asked ever less often.
                self._pause = self._stale_pause
                self._stale_pause = min(2 * self._stale_pause, STALE_SECONDS)
                self._input_at = now
            case Event.ASKED:
                self._asked_at = now
                self._answer_by = now + DRAW_SECONDS
            case Event.SENT:
                self._answer_by = answer_by
        return self.phase

    def left(self, answer_by: float) -> None:
        """All of the still has left the host: the page's answer is overdue at `answer_by`."""
        if self.phase is Phase.SENT:
            self._answer_by = answer_by

    def _counted(self, event: Event) -> Event:
        if next_phase(self.phase, event) is self.phase:
            return event
        if event is Event.MISMATCH:
            self._mismatches += 1
            return Event.REFUTED if self._mismatches >= MOST_MISMATCHES else event
        if event in _TRIES:
            self._tries += 1
            return Event.SPENT if self._tries >= MOST_TRIES else event
        return event

    def decide(self, now: float, at: Standing) -> Wish:
        """What to do at `now`; the caller then reports what it did."""
        match self.phase:
            case Phase.DRAWING | Phase.SENT:
                if now >= self._answer_by:
                    return Wish(Do.DOUBT)
                return Wish(Do.NOTHING, self._answer_by)
            case Phase.WANTED if at.able:
                due = self._ask_at(at)
                if now < due:
                    return Wish(Do.NOTHING, due)
                return Wish(Do.ASK if at.quiet else Do.NOTHING)
            case Phase.DRAWN if at.able:
                due = self._input_at + self._pause
                if at.seconds > LONG_SECONDS and not at.refined:
                    due += REFINE_SECONDS
                return Wish(Do.SEND) if now >= due else Wish(Do.NOTHING, due)
        return Wish(Do.NOTHING)

    def _ask_at(self, at: Standing) -> float:
        if at.loading:
            return max(self._input_at + SETTLE_SECONDS, self._asked_at + LOADING_SECONDS)
        pause = EARLY_SECONDS
        if self._gap < SETTLE_SECONDS:
            # A slow rhythm: the next step would find the renderer busy with a still that nobody sees.
            pause = min(SETTLE_SECONDS, max(pause, self._gap * RHYTHM))
        return self._input_at + pause

    def rest(self, at: Standing) -> Rest:
        """What a resting picture may expect of the still."""
        if not at.able or self.phase in (Phase.REFUTED, Phase.GIVEN_UP):
            return Rest.ALONE
        if self.phase is Phase.PROVEN:
            return Rest.PROVEN
        if self.phase is Phase.SENT:
            return Rest.SOON
        if at.loading and self.phase is Phase.WANTED:
            return Rest.ALONE
        return Rest.LATER if at.seconds > LONG_SECONDS else Rest.SOON
