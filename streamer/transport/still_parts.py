"""A still as an image on a data channel: cut into parts that are released at a rate. Pure."""

from __future__ import annotations

from signaling.protocol.stills import CHUNK_BYTES, StillChunk, encode_chunk

MOST_BUFFERED = 16_384
"""Bytes that may wait in the channel: they delay what else is said, and can't be taken back."""
SLOT_SECONDS = 0.005
BURST_SECONDS = 0.02


class StillParts:
    """The parts of one image that have not been given to the channel."""

    def __init__(self) -> None:
        self.bit_rate = 0.0
        self._data = b""
        self._rtp = 0
        self._offset = 0
        self._credit = 0.0
        self._at = -1e9

    @property
    def unsent(self) -> int:
        """Bytes of the image that wait here."""
        return len(self._data) - self._offset

    def start(self, data: bytes, rtp: int) -> None:
        """Takes an image, in place of the one before."""
        self._data, self._rtp, self._offset = data, rtp, 0

    def cancel(self) -> int:
        """Forgets the rest; the bytes forgotten."""
        unsent = self.unsent
        self._data, self._offset = b"", 0
        return unsent

    def take(self, now: float, buffered: int) -> list[bytes]:
        """The messages that go to the channel now, where `buffered` bytes wait."""
        self._credit = min(self._credit + (now - self._at) * self.bit_rate / 8, self._most())
        self._at = now
        parts: list[bytes] = []
        while self.unsent and self._credit > 0 and buffered + CHUNK_BYTES <= MOST_BUFFERED:
            data = self._data[self._offset : self._offset + CHUNK_BYTES]
            chunk = StillChunk(rtp=self._rtp, total=len(self._data), offset=self._offset, data=data)
            parts.append(encode_chunk(chunk))
            self._offset += len(data)
            self._credit -= len(parts[-1])
            buffered += len(parts[-1])
        return parts

    def wait(self) -> float:
        """Seconds until take() may have something more."""
        return max(SLOT_SECONDS, -self._credit * 8 / self.bit_rate if self.bit_rate else 0.0)

    def _most(self) -> float:
        return max(self.bit_rate / 8 * BURST_SECONDS, 1.0)
