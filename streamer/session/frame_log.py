"""Which records the page needs with which frame: builds the packets of the `frames` channel. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from signaling.protocol import frames, limits
from signaling.protocol.frames import FrameInfo, FramesPacket, ViewportRecord

FRAMES_PER_PACKET = 3
REFRESH_EVERY = 10


class FrameLog:
    """Remembers the last frames and records of one epoch, and says what of them the next packet repeats."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._recent: deque[FrameInfo] = deque(maxlen=FRAMES_PER_PACKET)
        self._records: dict[int, ViewportRecord] = {}
        self._since_refresh = REFRESH_EVERY

    def add(
        self, frame: FrameInfo, records: Sequence[ViewportRecord], event_acknowledged: int, *, full: bool
    ) -> list[bytes]:
        """The packets for a new frame: its records get the revision at which they last changed.

        `frame.viewports` is filled in here. With `full` every record is sent, else those of the last three frames, and
        all of them every tenth frame.
        """
        for record in records:
            known = self._records.get(record.viewport)
            if known is None or msgspec.structs.replace(record, revision=known.revision) != known:
                self._records[record.viewport] = msgspec.structs.replace(record, revision=frame.revision)
        for viewport in [v for v in self._records if v >= len(records)]:
            del self._records[viewport]
        frame = msgspec.structs.replace(
            frame,
            viewports=tuple(
                self._records[v].revision if v in self._records else 0 for v in range(len(records))
            ),
        )
        self._recent.appendleft(frame)
        self._since_refresh += 1
        if full or self._since_refresh >= REFRESH_EVERY:
            self._since_refresh = 0
            wanted = list(self._records.values())
        else:
            oldest = {f.revision for f in self._recent}
            wanted = [r for r in self._records.values() if r.revision in oldest]
        return self._packets(wanted, event_acknowledged)

    def newest(self, event_acknowledged: int) -> bytes:
        """One packet with the newest frame alone and every record, for a reliable channel: it may be longer than others."""
        return frames.encode_frames(
            FramesPacket(
                epoch=self.epoch,
                event_acknowledged=event_acknowledged,
                frames=(self._recent[0],),
                records=tuple(self._records.values()),
            )
        )

    def _packets(self, wanted: list[ViewportRecord], event_acknowledged: int) -> list[bytes]:
        packets = []
        rest = wanted
        while True:
            count = len(rest)
            while True:
                data = frames.encode_frames(
                    FramesPacket(
                        epoch=self.epoch,
                        event_acknowledged=event_acknowledged,
                        frames=tuple(self._recent),
                        records=tuple(rest[:count]),
                    )
                )
                if len(data) <= limits.FRAMES_PACKET_BYTES or count <= 1:
                    break
                count -= 1
            packets.append(data)
            rest = rest[count:]
            if not rest:
                return packets
