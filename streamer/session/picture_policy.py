"""When to draw, repeat or key a picture. Pure: the time is passed in, nothing is sent from here.

While the hand moves, the newest state is drawn as often as worker and link allow. 130 ms after the last change the picture
is drawn once more at full scale and sampling if it was coarser. Then refinements sharpen it under the same rate: as many as
are worth while, and a few more. Then a heartbeat every 0.4 s, until 5 s after the change, keeps the browser from
asking for key frames; then silence.

Where an exact still comes (still_policy.py), it takes the place of all that: at once when it is short, after three pictures when
it is long. Once it is proven, one heartbeat lets the page find out that the last picture was lost on the way, unless
it said that it came.
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
PICTURES_BEFORE_STILL = 3


class Rest(enum.Enum):
    """What follows a movement besides moving pictures."""

    ALONE = enum.auto()
    """No exact still: the picture is refined until it is sharp."""
    LATER = enum.auto()
    """A still that takes long: a few pictures go before it."""
    SOON = enum.auto()
    """A short still, or one that is leaving: nothing is to delay it."""
    PROVEN = enum.auto()
    """The page shows the exact picture."""


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
        self._new_at = -1e9
        self._outstanding = 0
        self._coarse = False
        self._refined = REFINEMENTS
        self._sharpened = 0
        self._key_wanted = True
        self._key_sent_at = -1e9
        self._drawn = False
        self._held = False
        self._repeated_at = -1e9
        self._at_full = 0
        self._tail_came = False

    @property
    def outstanding(self) -> int:
        """Pictures asked for and not yet encoded."""
        return self._outstanding

    @property
    def quiet(self) -> bool:
        """Whether the newest state was drawn and nothing is owed but sharpness."""
        return self._drawn and not self._dirty and not self._outstanding

    @property
    def refined(self) -> bool:
        """Whether the pictures that may go before a long still have gone."""
        return self._at_full >= PICTURES_BEFORE_STILL or self._refined >= REFINEMENTS

    def tail_came(self) -> None:
        """The page shows the very last picture, or one after it."""
        self._tail_came = True

    def reset(self, now: float) -> None:
        """A new worker, size or study: nothing is outstanding, the first picture is a key frame of the newest state."""
        self._changed_at = now
        self._outstanding = 0
        self._dirty = True
        self._drawn = False
        self._key_wanted = True
        self._refined = 0
        self._sharpened = 0
        self._at_full = 0

    def hold(self, held: bool) -> None:
        """The page is hidden: nothing is drawn until it shows again."""
        if self._held and not held:
            self._dirty = True
        self._held = held

    def changed(self, now: float) -> None:
        """The state, or what can be drawn of it, is new."""
        self._dirty = True
        self._changed_at = now

    def key_requested(
        self, now: float, round_trip: float, *, current: bool, complete: bool, rest: Rest = Rest.ALONE
    ) -> None:
        """The browser asked for a key frame (PLI, FIR). A browser also asks when pictures just stop coming.

        At rest with a page that shows the very last frame (`complete`) nothing is lost and nothing is sent. When it shows the
        newest revision (`current`), only a refinement can be missing: a repeat of the picture tells, once a second; or the
        exact still, which comes or is there (`rest`), makes up for it.
        """
        if self._drawn and now - self._key_sent_at < max(KEY_SECONDS, round_trip + 0.1):
            return
        if not self._dirty and now - self._changed_at > SETTLE_SECONDS:
            if complete or (current and rest is not Rest.ALONE):
                return
            if current and now - self._repeated_at > REPEAT_SECONDS:
                self._repeated_at = now
                self._refined = min(self._refined, REFINEMENTS - 1)
                return
        self._key_wanted = True

    def decide(self, now: float, *, room: bool, interval: float, rest: Rest = Rest.ALONE) -> Action:
        """What to do at `now`; the caller then reports asked() or nothing."""
        if self._held or self._outstanding >= MAX_OUTSTANDING:
            return Action(Kind.NONE)
        resting = now - self._changed_at >= SETTLE_SECONDS
        # A still that comes soon is at full scale too: the picture need not be drawn twice.
        coarse = resting and self._coarse and rest not in (Rest.SOON, Rest.PROVEN)
        if self._dirty or (self._key_wanted and self._drawn) or coarse:
            # What only repeats or sharpens the last picture holds no new one up; the link's own gate does.
            ready_at = self._new_at + interval
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
        match rest:
            case Rest.SOON:
                return Action(Kind.NONE)
            case Rest.PROVEN:
                return Action(Kind.NONE) if self._tail_came else self._heartbeat(now)
            case Rest.LATER:
                return Action(Kind.NONE) if self.refined else self._at_rest(now, room=room)
            case Rest.ALONE:
                return self._at_rest(now, room=room)

    def _at_rest(self, now: float, *, room: bool) -> Action:
        if self._refined < REFINEMENTS:
            ready_at = self._asked_at + REFINEMENT_SECONDS
            if now < ready_at or self._outstanding:
                return Action(Kind.NONE, wake_at=max(ready_at, now + POLL_SECONDS))
            if not room:
                return Action(Kind.NONE, wake_at=now + POLL_SECONDS)
            return Action(Kind.AGAIN, refinement=True)
        if now - self._changed_at > HEARTBEAT_FOR_SECONDS:
            return Action(Kind.NONE)
        return self._heartbeat(now)

    def _heartbeat(self, now: float) -> Action:
        ready_at = self._asked_at + HEARTBEAT_SECONDS
        if now < ready_at:
            return Action(Kind.NONE, wake_at=ready_at)
        return Action(Kind.AGAIN, heartbeat=True)

    def asked(self, now: float, action: Action, *, coarse: bool) -> None:
        """The worker was asked for `action`; `coarse` = scaled down or sampled coarser than at rest."""
        self._outstanding += 1
        self._asked_at = now
        if action.kind is Kind.DRAW or action.keyframe:
            self._new_at = now
        self._tail_came = action.heartbeat  # a gap before it shows when it comes
        if action.kind is Kind.DRAW:
            self._at_full = int(not action.moving)
            self._dirty = False
            self._drawn = True
            self._coarse = coarse
            self._refined = 0
            self._sharpened = 0
        elif action.refinement:
            self._refined += 1
            self._at_full += 1
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
