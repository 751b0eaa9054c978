"""The beats of a seat: the page's last one, and the host's with what it echoes of it (frames.HostBeat)."""

from __future__ import annotations

import math
import time

from signaling.protocol import frames, limits, moves
from streamer.host.link import Link
from streamer.session.hand import HandReader
from streamer.session.session import Session

NO_WORKER = 65_535
REST_AFTER_SECONDS = 2.0
EARLY_SECONDS = 0.075
"""A timer may come a little early, and a packet a little late."""
PATIENT = 1.3
"""Beats that a page may be silent without being answered at once."""


class Beats:
    """One seat's, in both directions."""

    def __init__(self) -> None:
        self._sequence = 0
        self._page: moves.PageBeat | None = None
        self._page_at = 0.0
        self._sent_at = self._stirred_at = -math.inf
        self._told: tuple[int, ...] = ()
        self._hurries = False

    def heard(self, beat: moves.PageBeat, at: float) -> float | None:
        """The page's beat came; the round trip in seconds where it echoes one of ours. One that was overtaken says nothing."""
        if self._page is not None and beat.sequence <= self._page.sequence:
            return None
        self._hurries = at - self._page_at < limits.REST_BEAT_SECONDS - 2 * EARLY_SECONDS
        self._page, self._page_at = beat, at
        return (at * 1000 - beat.echo) / 1000 if beat.echo > 0.0 else None

    def is_due(self, now: float, hand: HandReader, session: Session | None) -> bool:
        """Whether to send one; asked every `BEAT_SECONDS`. At rest, while nothing new is to be told, each second time."""
        told = (
            hand.sequence or 0,
            hand.acknowledged,
            *(session.pictures.last_sent if session is not None else ()),
        )
        if told != self._told:
            self._told, self._stirred_at = told, now
        if not self._is_resting(now) or now - self._sent_at >= limits.REST_BEAT_SECONDS - EARLY_SECONDS:
            return True
        # A page that does not rest acts, or has missed a beat of this side and knocks.
        hurries, self._hurries = self._hurries, False
        return hurries

    def is_asked(self, now: float, silent: float) -> bool:
        """Whether a page that was silent for so long is to be told at once that it is heard."""
        usual = limits.REST_BEAT_SECONDS if self._is_resting(now) else limits.BEAT_SECONDS
        return silent > PATIENT * usual

    def _is_resting(self, now: float) -> bool:
        return now - self._stirred_at >= REST_AFTER_SECONDS

    @property
    def shown(self) -> tuple[int, int]:
        """Revision and RTP timestamp of what the page said it shows."""
        return (self._page.revision, self._page.rtp) if self._page is not None else (0, 0)

    def next(self, epoch: int, hand: HandReader, link: Link, session: Session | None) -> bytes:
        """The host's next one; of `hand` it says what was heard."""
        self._sequence += 1
        self._sent_at = now = time.monotonic()
        worker = session.worker if session is not None else None
        rtp, revision = session.pictures.last_sent if session is not None else (0, 0)
        return frames.encode_beat(
            frames.HostBeat(
                epoch=epoch & 0xFFFF,
                sequence=self._sequence,
                time=now * 1000,
                echo=self._page.time + (now - self._page_at) * 1000 if self._page is not None else 0.0,
                event_acknowledged=hand.acknowledged,
                worker_age_ms=worker.silent_ms if worker is not None else NO_WORKER,
                rtt_ms=round(link.round_trip * 1000),
                bit_rate=round(link.bit_rate),
                rtp=rtp,
                revision=revision,
                input_sequence=hand.sequence,
            )
        )
