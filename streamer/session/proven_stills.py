"""Pictures that a page has proven: those it still holds need not be sent again, and a record can be signed of them. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any, Protocol

from signaling.protocol.frames import RecordFlag, ViewportRecord
from signaling.protocol.proof import ProvenViewport
from signaling.protocol.reservations import Reservation
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState

MOST = 16
MOST_BYTES = 64 * 1024 * 1024
"""Of the pixels that a page keeps (web/picture/held_stills.js)."""
_PARTIAL = (
    RecordFlag.INCOMPLETE
    | RecordFlag.MISSING
    | RecordFlag.COARSE
    | RecordFlag.REDUCED
    | RecordFlag.WINDOW_PENDING
    | RecordFlag.OTHER_PATIENT
)


class RecordSigner(Protocol):
    """Signs the record of a proven picture; the text to save."""

    def __call__(
        self,
        *,
        sha256: str,
        size: tuple[int, int],
        channels: int,
        archive: str,
        study: str,
        viewports: tuple[ProvenViewport, ...],
        view: dict[str, Any],
        session: str,
        revision: int,
    ) -> str:
        """`size` is width and height, the other values are as in proof.ProofPayload."""


@dataclass(frozen=True, slots=True)
class ProvenStill:
    """A picture with this hash was drawn of this state, and a page has it."""

    sha256: str
    size: tuple[int, int]
    channels: int
    revision: int
    state: ViewState
    records: tuple[ViewportRecord, ...]

    @property
    def size_bytes(self) -> int:
        """Of its pixels, as a page keeps them."""
        return self.size[0] * self.size[1] * self.channels

    def viewports(self, stacks: tuple[Stack, ...]) -> tuple[ProvenViewport, ...]:
        """What each viewport showed: an image of a stack by its SOP instance and frame, else the series alone."""
        shown = []
        for viewport, record in zip(self.state.viewports, self.records, strict=True):
            if not 0 <= viewport.stack < len(stacks):
                shown.append(ProvenViewport(kind=viewport.kind))
                continue
            stack = stacks[viewport.stack]
            frame = stack.frames[record.image] if viewport.kind == "stack" else None
            shown.append(
                ProvenViewport(
                    kind=viewport.kind,
                    series=stack.series_instance_uid,
                    sop=frame.sop_instance_uid if frame is not None else "",
                    frame=frame.frame_number if frame is not None else 0,
                    exact=not record.flags & _PARTIAL,
                    reservations=_reservations(viewport, record, self.state.interpolation, stack),
                )
            )
        return tuple(shown)


def _reservations(
    viewport: ViewportState, record: ViewportRecord, interpolation: str, stack: Stack
) -> tuple[str, ...]:
    """What the page says of it too (web/picture/reservations.js)."""
    terms = stack.terms_at(record.image) if viewport.kind == "stack" else stack.common
    codes = [*terms.notices]
    if record.flags & RecordFlag.MINIFIED:
        codes.append(Reservation.MINIFIED.value)
    elif viewport.kind in ("stack", "mpr") and interpolation == "cubic":
        codes.append(Reservation.OVERSHOOT.value)
    return tuple(dict.fromkeys(codes))


class ProvenStills:
    """The last 16 of one epoch, newest first; what is proven again is the newest again."""

    def __init__(self) -> None:
        self._stills: OrderedDict[str, ProvenStill] = OrderedDict()

    def add(self, still: ProvenStill) -> None:
        """The page has proven it."""
        self._stills[still.sha256] = still
        self._stills.move_to_end(still.sha256, last=False)
        while len(self._stills) > MOST:
            self._stills.popitem()

    def drop(self, sha256: str) -> None:
        """The page does not have it, or not as it is."""
        self._stills.pop(sha256, None)

    def find(self, sha256: str) -> ProvenStill | None:
        """The one with that hash."""
        return self._stills.get(sha256)

    def held(self, most: int) -> tuple[str, ...]:
        """Hashes of those that a page which keeps `most`, and no more bytes than any page does, still has."""
        sizes = accumulate(still.size_bytes for still in self._stills.values())
        fitting = sum(1 for _ in takewhile(lambda size: size <= MOST_BYTES, sizes))
        return tuple(self._stills)[: max(0, min(most, fitting))]

    def clear(self) -> None:
        """Another renderer, size or study: nothing of before counts."""
        self._stills.clear()
