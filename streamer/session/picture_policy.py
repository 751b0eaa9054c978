"""When to draw, repeat or key a picture. Pure: the time is passed in, nothing is sent from here.

While the hand moves, the newest state is drawn as often as worker and link allow. 130 ms after the last change the picture
is drawn once more at full scale and sampling if it was coarser. Then refinements sharpen it under the same rate: as many as
are worth while, and a few more. Then a heartbeat every 0.4 s, until 5 s after the change, keeps the browser from
asking for key frames; then silence.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

SETTLE_SECONDS = 0.13
REFINEMENTS = 6
MOST_REFINEMENTS = 150
REFINEMENT_SECONDS = 0.034
HEARTBEAT_SECONDS = 0.4
HEARTBEAT_FOR_SECONDS = 5.0
MAX_OUTSTANDING = 2
KEY_SECONDS = 0.3
REPEAT_SECONDS = 1.0
POLL_SECONDS = 0.01


class Kind(enum.Enum):
    """What to ask of the worker now."""

    NONE = enum.auto()
    DRAW = enum.auto()
    AGAIN = enum.auto()


@dataclass(frozen=True, slots=True)
class Action:
    """The decision; `wake_at` is when to ask again if nothing happens before (None = only when something happens)."""

    kind: Kind
    keyframe: bool = False
    moving: bool = False
    refinement: bool = False
    heartbeat: bool = False
    wake_at: float | None = None


class PicturePolicy:
    """One session's picture rhythm."""

    def __init__(self) -> None:
        self._dirty = False
        self._changed_at = -1e9
        self._asked_at = -1e9
        self._outstanding = 0
        self._coarse = False
        self._refined = REFINEMENTS
        self._sharpened = 0
        self._key_wanted = True
        self._key_sent_at = -1e9
        self._drawn = False
        self._held = False
        self._repeated_at = -1e9

    @property
    def outstanding(self) -> int:
        """Pictures asked for and not yet encoded."""
        return self._outstanding

    def reset(self, now: float) -> None:
        """A new worker, size or study: nothing is outstanding, the first picture is a key frame of the newest state."""
        self._changed_at = now
        self._outstanding = 0
        self._dirty = True
        self._drawn = False
        self._key_wanted = True
        self._refined = 0
        self._sharpened = 0

    def hold(self, held: bool) -> None:
        """The page is hidden: nothing is drawn until it shows again."""
        if self._held and not held:
            self._dirty = True
        self._held = held

    def changed(self, now: float) -> None:
        """The state, or what can be drawn of it, is new."""
        self._dirty = True
        self._changed_at = now

    def key_requested(self, now: float, round_trip: float, *, current: bool, complete: bool) -> None:
        """The browser asked for a key frame (PLI, FIR). A browser also asks when pictures just stop coming.

        At rest with a page that shows the very last frame (`complete`) nothing is lost and nothing is sent. When it shows the
        newest revision (`current`), only a refinement can be missing: a repeat of the picture tells, once a second.
        """
        if self._drawn and now - self._key_sent_at < max(KEY_SECONDS, round_trip + 0.1):
            return
        if not self._dirty and now - self._changed_at > SETTLE_SECONDS:
            if complete:
                return
            if current and now - self._repeated_at > REPEAT_SECONDS:
                self._repeated_at = now
                self._refined = min(self._refined, REFINEMENTS - 1)
                return
        self._key_wanted = True

    def decide(self, now: float, *, room: bool, interval: float, can_refine: bool = True) -> Action:
        """What to do at `now`; the caller then reports asked() or nothing."""
        if self._held or self._outstanding >= MAX_OUTSTANDING:
            return Action(Kind.NONE)
        resting = now - self._changed_at >= SETTLE_SECONDS
        if self._dirty or (self._key_wanted and self._drawn) or (resting and self._coarse):
            ready_at = self._asked_at + interval
            if now < ready_at:
                return Action(Kind.NONE, wake_at=ready_at)
            if not room:
                return Action(Kind.NONE, wake_at=now + POLL_SECONDS)
            if self._dirty or self._coarse:
                return Action(Kind.DRAW, keyframe=self._key_wanted, moving=not resting)
            return Action(Kind.AGAIN, keyframe=True)
        if not self._drawn:
            return Action(Kind.NONE)
        if not resting:
            return Action(Kind.NONE, wake_at=self._changed_at + SETTLE_SECONDS)
        return self._at_rest(now, room=room, can_refine=can_refine)

    def _at_rest(self, now: float, *, room: bool, can_refine: bool) -> Action:
        if self._refined < REFINEMENTS and can_refine:
            ready_at = self._asked_at + REFINEMENT_SECONDS
            if now < ready_at or self._outstanding:
                return Action(Kind.NONE, wake_at=max(ready_at, now + POLL_SECONDS))
            if not room:
                return Action(Kind.NONE, wake_at=now + POLL_SECONDS)
            return Action(Kind.AGAIN, refinement=True)
        if now - self._changed_at > HEARTBEAT_FOR_SECONDS:
            return Action(Kind.NONE)
        ready_at = self._asked_at + HEARTBEAT_SECONDS
        if now < ready_at:
            return Action(Kind.NONE, wake_at=ready_at)
        return Action(Kind.AGAIN, heartbeat=True)

    def asked(self, now: float, action: Action, *, coarse: bool) -> None:
        """The worker was asked for `action`; `coarse` = scaled down or sampled coarser than at rest."""
        self._outstanding += 1
        self._asked_at = now
        if action.kind is Kind.DRAW:
            self._dirty = False
            self._drawn = True
            self._coarse = coarse
            self._refined = 0
            self._sharpened = 0
        elif action.refinement:
            self._refined += 1
        if action.keyframe:
            self._key_wanted = False
            self._key_sent_at = now

    def encoded(self, *, sharpened: bool = False) -> None:
        """One of the pictures asked for has come, or will never come.

        `sharpened`: it is a refinement and not the last that is worth while, so that it does not count as one of the last few.
        """
        self._outstanding = max(0, self._outstanding - 1)
        if sharpened and self._sharpened < MOST_REFINEMENTS:
            self._sharpened += 1
            self._refined = max(0, self._refined - 1)
