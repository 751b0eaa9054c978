"""What a session needs of the seat it is shown on; the seat knows the transport, the session does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from signaling.protocol import control


@dataclass(frozen=True, slots=True)
class PictureBudget:
    """What the link allows the next picture: bits, internal scale (1, 0.75, 0.5) and seconds since the last one."""

    bits: int
    scale: float
    interval: float


class Outlet(Protocol):
    """One page's connection, as a session sees it. All calls are made on the event loop and do not block."""

    @property
    def user_text(self) -> str:
        """How the other device is named when the session moves there."""

    @property
    def round_trip(self) -> float:
        """The round trip in seconds, 0 while unknown."""

    @property
    def shown(self) -> tuple[int, int]:
        """Revision and RTP timestamp of the picture that the page said it shows, in its last beat."""

    @property
    def profile(self) -> str:
        """The H.264 profile-level-id that the page agreed to."""

    def say(self, message: control.ToPage) -> None:
        """Sends a message on the control channel."""

    def send_frames(self, packet: bytes) -> None:
        """Sends a packet on the frames channel."""

    def send_unit(self, data: bytes, pts: int, *, key: bool, asked_bits: int | None = None) -> None:
        """Sends an access unit on the video track.

        `asked_bits` is what its encoder was asked for, 0 for a picture that repeats the last one; None = it says nothing of how
        well the encoder keeps to it.
        """

    @property
    def still_method(self) -> str:
        """How this page takes a still (stills.StillMethod); empty = it can't."""

    @property
    def image_method(self) -> str:
        """How this page takes a still that is too large for its track; empty = it can't."""

    @property
    def stills_held(self) -> int:
        """How many stills the page keeps, newest first."""

    def send_still(self, data: bytes, pts: int, method: str) -> bool:
        """Sends a still behind the moving pictures; it replaces one not all sent. False: it can't go this way."""

    def cancel_still(self) -> None:
        """Forgets what has not left of the still: the hand moves again."""

    def still_seconds(self, size: int) -> float:
        """About how long `size` bytes of a still take to leave now."""

    def rtp_timestamp(self, pts: int) -> int:
        """The RTP timestamp that a unit of media time `pts` carries."""

    def media_time(self) -> int:
        """The seat's clock, 90 kHz, strictly increasing from call to call."""

    def new_epoch(self) -> int:
        """The next epoch of this seat."""

    def new_still(self) -> int:
        """The next still's number on this seat, from 1."""

    def has_room(self) -> bool:
        """Whether the link takes another picture now."""

    def budget(self) -> PictureBudget:
        """What the next picture may cost."""
