"""Messages on the `control` data channel (ordered, reliable, JSON) between a page and its render host."""

from __future__ import annotations

from typing import Annotated

import msgspec

from signaling.protocol import limits
from signaling.protocol.codec import JsonCodec
from signaling.protocol.control_message import ControlMessage
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved
from signaling.protocol.message_part import MessagePart
from signaling.protocol.records import (
    ContentChange,
    ImageTerms,
    SeriesInfo,
    StudyInfo,
    ViewportInfo,
)

CommandValue = str | bool | int | float | tuple[float, ...] | None


# ---- page → host


class OpenStudy(ControlMessage, tag="open"):
    """Page → host: open this study on this seat. Width and height are the picture area in device pixels.

    `series` is a SeriesInstanceUID, `image` 1-based; both optional. Answered by opening…, then opened or open.failed.
    With `goes_on` the page wants to number its input on from the seat it had before, so that what that seat did not acknowledge
    is done once; opened says whether the host still knows its hand. `hand` is what opened called that hand last: a host where the
    page was before the last one knows an earlier one, whose numbers mean something else. Empty = the page does not say.
    """

    request: int
    archive: str
    study: str
    width: int
    height: int
    device_pixel_ratio: float = 1.0
    series: str = ""
    image: int = 0
    touch: bool = False
    fresh: bool = False
    goes_on: bool = False
    hand: str = ""


class CloseStudy(ControlMessage, tag="close"):
    """Page → host: back to the worklist; the session is parked as it was left."""


class Resize(ControlMessage, tag="resize"):
    """Page → host: the picture area changed, device pixels."""

    width: int
    height: int
    device_pixel_ratio: float = 1.0


class Command(ControlMessage, tag="command"):
    """Page → host: one discrete command. `revision` is what was on the glass; `viewport` -1 = the active one.

    Names and values are listed in docs/protocol.md; an unknown name is answered by rejected. Each `id` is applied once.
    """

    id: int
    revision: int
    name: str
    viewport: int = -1
    value: CommandValue = None


class EventBackstop(ControlMessage, tag="event"):
    """Page → host: a discrete pointer event that found no room on `moves` (see moves.PointerEvent)."""

    number: int
    kind: int
    gesture: int
    revision: int
    x: float
    y: float
    button: int = 0
    modifiers: int = 0
    pointer: int = 0


class Visibility(ControlMessage, tag="visibility"):
    """Page → host: the tab is hidden (nothing is drawn or sent until it shows again) or visible."""

    visible: bool


class PageAbilities(ControlMessage, tag="abilities"):
    """Page → host, on each seat: how it can take an exact still, best first, and how many it keeps.

    `still` holds names of stills.StillMethod; empty = it can't show or prove one. A page that has said nothing yet gets none:
    what proves a picture comes to it after the first one. The newest holds.
    """

    still: tuple[str, ...]
    held: int = 0


class StillChecked(ControlMessage, tag="still.checked"):
    """Page → host: what became of the still named in `still` (its number).

    `verdict` is "exact" (the canvas was read back and its SHA-256 is `sha256`, equal to the host's), "mismatch" (`sha256` is what
    the page found), "missing" (it was to be held here, and is not), "undecoded" (it did not come out of the decoder) or "stale"
    (the hand was faster). `reason` names why, for the log: "came" or "canvas" (where the other hash was found), "words", "shape",
    "unreadable", "late"; anything else is not read.
    """

    still: int
    verdict: str
    sha256: str = ""
    reason: str = ""


class ChangesNoted(ControlMessage, tag="changes.noted"):
    """Page → host: the reader has noted what changed (Opened.changes and Opened.unnoted of that session); not answered."""

    session: str


class RecordRequest(ControlMessage, tag="record.request"):
    """Page → host: the signed record of the picture whose hash the page has proven; answered by record or rejected (id 0)."""

    sha256: str


class PageMeasures(ControlMessage, tag="measures"):
    """Page → host, at most every 5 s: input → canvas in ms since the last message, for the host's metrics. No patient data."""

    samples: int
    p50_ms: float
    p95_ms: float
    pictures_per_second: float
    exact: int = 0
    """Stills proven since the last message."""
    exact_p50_ms: float = 0.0
    """Last input → proven."""


# ---- host → page


class StillProof(ControlMessage, tag="still"):
    """Host → page: the exact picture of a state, and its SHA-256. `still` numbers it on this seat, from 1.

    The bytes come by `method` (stills.StillMethod) under the RTP timestamp `rtp`; "held" = the page has them. The hash is of the
    visible picture's bytes, rows top down without padding: one byte a pixel (`channels` 1), or R, G, B (3). `planes` says how
    the coded picture holds them: "grey", or "gbr": G, B − G, R − G (modulo 256) below each other, each of `coded` height / 3.
    `description` is a frames packet (base64) with the FrameInfo of `rtp` and every viewport's record: the words of a still
    don't hang on a lossy channel. The page may show it only while it is on `revision` and the hand has done nothing after
    `input_sequence`, `event_acknowledged` and `command`. `attempt` 2 = sent again after a mismatch.
    """

    still: int
    epoch: int
    revision: int
    rtp: int
    method: str
    planes: str
    width: int
    height: int
    coded: tuple[int, int]
    channels: int
    sha256: str
    size: int
    input_sequence: int
    event_acknowledged: int
    command: int
    description: str
    attempt: int = 1


class StillWithdrawn(ControlMessage, tag="still.withdrawn"):
    """Host → page: no more is tried to show the exact picture until the hand does something; `reason` is a sentence. `still` is
    the last one tried, 0 = none was sent of this picture."""

    still: int
    reason: str


class ProofRecord(ControlMessage, tag="record"):
    """Host → page: the record of a proven picture, as text to save; `farview verify` checks it."""

    sha256: str
    record: str


class SeatHello(ControlMessage, tag="hello"):
    """Host → page, first on the channel: what serves this seat and the largest picture it can serve.

    Renderer and encoder are empty while no worker of the host is ready; once one is, it is said again.
    """

    protocol: int
    host: str
    renderer: str
    encoder: str
    max_width: int
    max_height: int


class Opening(ControlMessage, tag="opening"):
    """Host → page while an open takes time: the stage (index, cache, renderer, reading), and how far."""

    request: int
    stage: str
    done: int = 0
    total: int = 0


class Opened(ControlMessage, tag="opened"):
    """Host → page: the study is open. Frames of an epoch below `epoch` belong to something else and are dropped.

    Where a view was taken up again, `resumed_at` is when it was left (Unix seconds; 0 = not taken up) and `resumed_words` are
    codes of what it has: flipped, rotated, inverted. `changes` are what is another since, `unnoted` what was another already
    when it was left and had been told and not noted; both are told until the page answers with ChangesNoted. With `goes_on`
    the input of the page's seat before this one counts here; without, everything is numbered anew. `hand` names the hand whose
    numbers these are.
    """

    request: int
    session: str
    epoch: int
    study: StudyInfo
    series: tuple[SeriesInfo, ...]
    notices: tuple[str, ...] = ()
    goes_on: bool = False
    hand: str = ""
    resumed_at: float = 0.0
    resumed_words: tuple[str, ...] = ()
    changes: tuple[ContentChange, ...] = ()
    unnoted: tuple[ContentChange, ...] = ()


class OpenFailed(ControlMessage, tag="open.failed"):
    """Host → page: the study can't be opened; `message` says why and what to do."""

    request: int
    code: str
    message: str


class StateSnapshot(ControlMessage, tag="state"):
    """Host → page: everything that changes by discrete steps, whenever it does, at the revision from which it holds."""

    epoch: int
    revision: int
    layout: str
    viewports: tuple[ViewportInfo, ...]
    active: int
    maximized: bool
    tool: str
    can_undo: bool
    can_redo: bool
    interpolation: str


class ImageTermsTable(ControlMessage, tag="image.terms"):
    """Host → page: what the files say of images of a series, from number `first` on; before or with the pictures that need it.

    A viewport record names its image's entry. A page that does not hold it says nothing of the image.
    """

    epoch: int
    series: int
    first: int
    terms: tuple[ImageTerms, ...]


class Progress(ControlMessage, tag="progress"):
    """Host → page: what of a series can be shown. `spans` are [first, end) runs of present images.

    `failed` are indices of images that can't be read, 256 at most; `failures` is how many there are. `noted` are runs of
    images of whose data something is said, each with its code (reservations.py), first and end.
    """

    epoch: int
    series: int
    present: int
    total: int
    spans: tuple[tuple[int, int], ...] = ()
    failed: tuple[int, ...] = ()
    failures: int = 0
    problem: str = ""
    noted: tuple[tuple[str, int, int], ...] = ()


class Thumbnail(ControlMessage, tag="thumbnail"):
    """Host → page: a small PNG of a series' middle image, base64."""

    epoch: int
    series: int
    png: str


class Applied(ControlMessage, tag="applied"):
    """Host → page: command `id` took effect in `revision`."""

    id: int
    revision: int


class Rejected(ControlMessage, tag="rejected"):
    """Host → page: command `id` (or the last message, id 0) was refused."""

    id: int
    code: str
    message: str


class Notice(ControlMessage, tag="notice"):
    """Host → page: one line for the message bar. `level` is info, warning or error.

    Code `undo-elsewhere` or `redo-elsewhere`: the command would change `mark`, which is not in sight. Nothing is done unless it
    comes again with the mark's id. Image `image` (from 1) of `series` shows the mark, in `viewport`, where one can (else −1).
    """

    level: str
    code: str
    message: str
    viewport: int = -1
    mark: str = ""
    series: int = -1
    image: int = 0


class RendererState(ControlMessage, tag="renderer"):
    """Host → page: the worker is live, restarting, or can't be had (failed); the picture shown is not current until live."""

    state: str
    message: str = ""


class Probe(ControlMessage, tag="probe"):
    """Host → page: the stored value under the probe, confirmed at `revision` (text "−41 HU"; empty = outside)."""

    revision: int
    viewport: int
    x: float
    y: float
    text: str


class SessionMoved(ControlMessage, tag="moved"):
    """Host → page: the session was opened elsewhere; this page shows it no longer and offers to take it back."""

    message: str


FromPage = (
    OpenStudy
    | CloseStudy
    | Resize
    | Command
    | EventBackstop
    | Visibility
    | PageAbilities
    | StillChecked
    | ChangesNoted
    | RecordRequest
    | PageMeasures
)
ToPage = (
    SeatHello
    | Opening
    | Opened
    | OpenFailed
    | StateSnapshot
    | ImageTermsTable
    | Progress
    | Thumbnail
    | MarksDocument
    | MarkDraft
    | MarksSaved
    | Applied
    | Rejected
    | Notice
    | RendererState
    | Probe
    | SessionMoved
    | StillProof
    | StillWithdrawn
    | ProofRecord
    | MessagePart
)

FirstMessages = Annotated[tuple[FromPage, ...], msgspec.Meta(max_length=4)]
"""What a page says before it is connected: its abilities, and the study that it opens."""

FROM_PAGE: JsonCodec[FromPage] = JsonCodec(FromPage, limits.CONTROL_MESSAGE_BYTES)
TO_PAGE: JsonCodec[ToPage] = JsonCodec(ToPage, 262_144)
