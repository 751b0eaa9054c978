"""How the rate is divided between pictures and their copies. Pure.

A browser decodes in order, so that a lost packet stops the picture until its repeat has come: a round trip and what it takes to
miss it. Where that would hold it up for much of the time, part of the rate goes into sending packets twice beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

VIDEO_SHARE = 0.9
"""Of the rate; the rest is for repeats, the frames channel and reports."""
SMALL_PACKETS = 3
SMALL_SHARE = 0.08
"""Of the rate for copies of small pictures only; with repeats and reports it fits in what VIDEO_SHARE leaves free."""
LEAST_ROUND_TRIP = 0.04
FAR_SECONDS = 0.2
"""From this round trip on all is sent twice, else half of it."""
COPIED_PACKETS = 6
_HARM = 2.5e-4
"""Loss times the square of the time that each one stops the picture: 0.8 % at 120 ms, 0.3 % at 250 ms."""
_MISSED_AFTER = 0.06
_KEPT_HARM = 0.5 * _HARM
"""Above this it goes on: what is measured of a loss of 1 % swings about it."""


@dataclass(frozen=True, slots=True)
class Protection:
    """Shares of the rate for pictures and for copies, and up to how many packets a picture may have to be sent twice."""

    video_share: float = VIDEO_SHARE
    copy_share: float = 0.0
    packets: int = SMALL_PACKETS

    @property
    def copies(self) -> float:
        """How often a packet leaves, on average."""
        return 1.0 + self.copy_share / self.video_share

    @property
    def copied(self) -> float:
        """The part of the packets of moving pictures that is sent twice."""
        return self.copies - 1.0 if self.packets > SMALL_PACKETS else 0.0


NONE = Protection()


def protection(round_trip: float, loss: float, before: Protection = NONE) -> Protection:
    """For a link that loses `loss` of the packets by itself (0 = it does not); `before` is what there was until now."""
    if not loss or round_trip < LEAST_ROUND_TRIP:
        return NONE
    harm = _KEPT_HARM if before.copied else _HARM
    if loss * (round_trip + _MISSED_AFTER) ** 2 < harm:
        return Protection(VIDEO_SHARE, SMALL_SHARE, SMALL_PACKETS)
    video = VIDEO_SHARE / (2.1 if round_trip >= FAR_SECONDS else 1.5)
    return Protection(video, VIDEO_SHARE - video, COPIED_PACKETS)
