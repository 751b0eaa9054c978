"""The beats of a seat: the page's last one, and the host's with what it echoes of it (frames.HostBeat)."""

from __future__ import annotations

import time

from signaling.protocol import frames, moves
from streamer.host.link import Link
from streamer.session.hand import HandReader
from streamer.session.session import Session

NO_WORKER = 65_535


class Beats:
    """One seat's, in both directions."""

    def __init__(self) -> None:
        self._sequence = 0
        self._page: moves.PageBeat | None = None
        self._page_at = 0.0

    def heard(self, beat: moves.PageBeat, at: float) -> float | None:
        """The page's beat came; the round trip in seconds where it echoes one of ours. One that was overtaken says nothing."""
        if self._page is not None and beat.sequence <= self._page.sequence:
            return None
        self._page, self._page_at = beat, at
        return (at * 1000 - beat.echo) / 1000 if beat.echo > 0.0 else None

    @property
    def shown(self) -> tuple[int, int]:
        """Revision and RTP timestamp of what the page said it shows."""
        return (self._page.revision, self._page.rtp) if self._page is not None else (0, 0)

    def next(self, epoch: int, hand: HandReader, link: Link, session: Session | None) -> bytes:
        """The host's next one; of `hand` it says what was heard."""
        self._sequence += 1
        now = time.monotonic()
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
