"""What a seat needs of the connection to its page; nothing here, or above it, knows how the bytes travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture: H.264 Annex B bytes, media time `pts` (90 kHz, the seat's clock), with parameter sets if `key`."""

    data: bytes
    pts: int
    key: bool


class PacketReport(NamedTuple):
    """What became of one packet: its number in sending order, when it left, when it came (None = lost), bytes sent.

    Both times are seconds, of two different clocks: only differences of their difference mean anything.
    """

    sequence: int
    sent_at: float
    arrived_at: float | None
    size: int


@dataclass(frozen=True, slots=True)
class FeedbackBatch:
    """One transport-wide feedback message, matched with what was sent; `received_at` is of the senders' clock."""

    packets: tuple[PacketReport, ...]
    received_at: float


@dataclass(frozen=True, slots=True)
class SendPlan:
    """How the transport spends the link: packets of large frames are spread at `pacing_bit_rate`.

    `round_trip` (seconds) bounds how often a lost packet is repeated. `duplicate_bit_rate` may be spent on sending small
    frames twice (0 = none is): those of up to `duplicate_packets`. A still leaves at `still_bit_rate`, behind every moving
    picture (0 = as these).
    """

    pacing_bit_rate: float
    round_trip: float
    duplicate_bit_rate: float = 0.0
    duplicate_packets: int = 3
    still_bit_rate: float = 0.0


class TransportListener(Protocol):
    """What the transport tells. All is called on the event loop, and must not block."""

    def on_connected(self) -> None:
        """Frames can be sent."""

    def on_disconnected(self, reason: str) -> None:
        """The connection failed or was closed from the other side; a sentence says why. Called at most once."""

    def on_moves(self, data: bytes) -> None:
        """A packet of the `moves` channel."""

    def on_control(self, data: str | bytes) -> None:
        """A message of the `control` channel."""

    def on_control_open(self) -> None:
        """The `control` channel can be used."""

    def on_keyframe_request(self, reason: str) -> None:
        """The page's decoder lacks a key frame ("pli", "fir"), or one is there sooner than all that was lost ("loss").

        At most one call in 50 ms for what the page asks.
        """

    def on_feedback(self, batch: FeedbackBatch) -> None:
        """What became of packets sent lately."""

    def on_receiver_report(self, loss_fraction: float, rtt_s: float | None, jitter: float) -> None:
        """An RTCP receiver report (RFC 3550, 6.4): loss 0..1 since the last one, round trip and jitter in seconds."""

    def on_remb(self, bit_rate: float) -> None:
        """The page's own estimate of what it can get, bit/s; it comes where there is no transport-wide feedback."""

    def on_frame_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        """The last packet of a frame has left."""

    def on_still_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        """The last packet, or part, of a still has left."""


class Transport(Protocol):
    """One page's connection; made for one offer and one answer, and not used again after it is closed."""

    @property
    def negotiated_profile(self) -> str:
        """The profile-level-id (RFC 6184, 8.1) that both sides agreed on, lower case; empty before the answer."""

    @property
    def still_profile(self) -> str:
        """The profile-level-id of the second track, f4…; empty where the page can't decode it, or before the answer."""

    async def offer(self) -> str:
        """The SDP offer with all of the host's candidates.

        Raises:
            TransportError: no address could be used.
        """

    async def accept(self, answer_sdp: str) -> None:
        """Takes the page's answer; on_connected or on_disconnected follows.

        Raises:
            TransportError: no answer to the offer, or another certificate than the ticket names (code "ticket").
        """

    async def add_candidate(self, candidate: str, sdp_mid: str, sdp_m_line_index: int) -> None:
        """Takes a trickled ICE candidate; names ending in .local and the empty candidate are ignored.

        Raises:
            TransportError: not a candidate.
        """

    def send_frame(self, unit: AccessUnit) -> None:
        """Sends a picture at once. Never drops one: whether there is room is decided before a picture is drawn.

        Raises:
            TransportError: not connected.
        """

    def send_still(self, data: bytes, pts: int, method: str) -> None:
        """Sends a still by `method` (stills.StillMethod, not "held") behind the moving pictures; it replaces one not all sent.

        Raises:
            TransportError: not connected, or the page did not agree to that method.
        """

    def cancel_still(self) -> int:
        """Forgets what has not left of the still; the bytes forgotten. What comes after it decodes all the same."""

    def rtp_timestamp(self, pts: int) -> int | None:
        """The RTP timestamp that a unit of media time `pts` carries (modulo 2^32); None before the offer."""

    def send_control(self, text: str) -> bool:
        """Sends a message on the `control` channel; False when it is not open or 256 KiB wait in it (a choked link)."""

    def send_frames_channel(self, data: bytes) -> bool:
        """Sends a packet on the `frames` channel; False (dropped) when it is not open or 16 kB wait in it."""

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller's newest decision."""

    def unsent_bytes(self) -> int:
        """Bytes given to send_frame that have not left the host; those of a still are not counted."""

    def unsent_still_bytes(self) -> int:
        """Bytes given to send_still that have not left the host."""

    def in_flight_bytes(self) -> int:
        """Bytes that left and of which the page has not yet said whether they came; 0 when it never says."""

    async def close(self) -> None:
        """Closes the connection; on_disconnected is not called. Can be called at any time, and twice."""
