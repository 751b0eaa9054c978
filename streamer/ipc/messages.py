"""The contract between the host process and its children: msgspec structs over a socketpair, never pickled.

host ↔ worker   one per session: draws and encodes
host ↔ loader   one per series load: the only writer of a cache file
host ↔ indexer  one per archive: headers, worklist, study contents
"""

from __future__ import annotations

import msgspec

from signaling.protocol.records import ArchiveInfo, StudyInfo, StudyRow, WorklistFilter
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewState


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all messages; the tag is the class name."""


class Fault(Message):
    """Any child → host: what it was asked for failed. `message` is a sentence for the reader, without patient data.

    `pts` ≥ 0 names the Draw that gets no other answer.
    """

    code: str
    message: str
    request: int = 0
    pts: int = -1


class Shutdown(Message):
    """Host → any child: finish and exit; the closed socket means the same."""


# ---- worker


class StackPixels(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a cache file a stack's pixels are: `states` is the offset of one byte per frame (volume_cache.FrameState).

    `checksums` is the offset of one u32 per frame, which volume_cache.frame_checksum makes with `seed`.
    """

    states: int
    checksums: int
    pixels: int
    size: int
    seed: int


class AttachStack(Message):
    """Host → worker, with one read-only descriptor of the cache file: stack number `stack` of the open study."""

    stack: int
    description: Stack
    layout: StackPixels


class AttachReduced(Message):
    """Host → worker, with one read-only descriptor: the reduced copy of `stack` for volume rendering on a CPU.

    `description` has the copy's own matrix, positions and spacing.
    """

    stack: int
    description: Stack
    layout: StackPixels


class DetachStack(Message):
    """Host → worker: forget stack number `stack`, whose cache file was evicted: its bytes are free once nobody maps it."""

    stack: int


class DetachAll(Message):
    """Host → worker: forget every stack; the session is over and the worker returns to the pool."""


class Draw(Message):
    """Host → worker: draw this state and encode it. The newest replaces one that is still waiting (latest wins).

    Width and height are the visible picture, device pixels; the coded picture is padded to even size. `scale` < 1 draws coarser
    and the page scales up (moving, thin link). `bits` is the target for this frame, `pts` its media time (90 kHz).
    `again` encodes the last picture once more without drawing (refinement, heartbeat). `moving` allows coarser sampling of
    volumes; without it they are sampled in full. `flags` (frames.FrameFlag) come back in Encoded as they are.
    """

    epoch: int
    revision: int
    input_sequence: int
    state: ViewState
    width: int
    height: int
    pts: int
    bits: int
    scale: float = 1.0
    keyframe: bool = False
    again: bool = False
    moving: bool = False
    flags: int = 0
    profile: str = ""
    """The profile-level-id that the page agreed to (RFC 6184, 8.1); empty = the worker's own choice."""


class Capture(Message):
    """Host → worker: the full-quality picture of a state as PNG; answered by Captured with the bytes as payload."""

    request: int
    state: ViewState
    width: int
    height: int


class DrawStill(Message):
    """Host → worker: the full-quality picture of this state, hashed and coded without loss. The newest replaces one that waits.

    A Draw of another state overtakes it: then nothing answers. `method` is a stills.StillMethod; a picture whose hash is in
    `known` is not coded. `pts` is its media time. `planes` follows from the picture: see StillDrawn. `bits_a_second` is what a
    still may take of the link (0 = not known): on a fast one a quicker coding of more bytes arrives earlier.
    """

    epoch: int
    revision: int
    state: ViewState
    width: int
    height: int
    pts: int
    method: str
    known: tuple[str, ...] = ()
    bits_a_second: int = 0


class StillDrawn(Message):
    """Worker → host, with the coded still as payload (empty where the hash is known): answers DrawStill.

    `sha256` is of the raw bytes as in control.StillProof; `planes` "grey" or "gbr"; `method` "held" where nothing is sent;
    `coded` is the size of what was coded. By "track" each plane is padded to even width and height: a grey picture is one plane,
    "gbr" three below each other, so that each is `coded` height / 3 high. An image, or a picture that is held, is not padded.
    `encode_ms` counts the hash, too.
    """

    epoch: int
    revision: int
    pts: int
    width: int
    height: int
    channels: int
    planes: str
    sha256: str
    method: str
    coded: tuple[int, int]
    draw_ms: float
    encode_ms: float
    faults: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    incomplete: tuple[int, ...] = ()


class WorkerReady(Message):
    """Worker → host, once: what it truly draws and encodes with."""

    pid: int
    renderer: str
    gl: str
    encoders: tuple[str, ...]
    start_ms: float


class Encoded(Message):
    """Worker → host, the access unit (H.264 Annex B, with parameter sets when key) as payload, for a Draw that none replaced.

    `visible` is the size drawn, `scale` included; `coded` is that padded to even numbers. `qp` is the encoder's mean
    quantiser, −1 where it tells none. `faults` are sentences for the reader.
    """

    epoch: int
    revision: int
    input_sequence: int
    pts: int
    key: bool
    visible: tuple[int, int]
    coded: tuple[int, int]
    scale: float
    draw_ms: float
    encode_ms: float
    qp: float
    flags: int
    faults: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    """Viewports whose frame is not loaded yet (hatched)."""
    incomplete: tuple[int, ...] = ()
    """Viewports that lack some of the voxels they are computed from."""


class Sign(Message):
    """Worker → host, from a watchdog thread: alive, and for how long it has been busy with one thing (0 = idle).

    Loader → host: `busy_ms` is since a frame last came to an end. The next one comes within `next_ms`, or at once where a worker
    that rests is asked for something.
    """

    busy_ms: int
    next_ms: int
    memory_bytes: int


class FramesDamaged(Message):
    """Worker → host: these frames of a cache file say that they are there, and their pixels do not fit their checksums.

    They are drawn as not loaded. `reduced`: of the reduced copy.
    """

    stack: int
    frames: tuple[int, ...]
    reduced: bool = False


class Captured(Message):
    """Worker → host: answers Capture; the payload is a PNG. `sha256` is of the raw grey or RGB bytes."""

    request: int
    width: int
    height: int
    channels: int
    sha256: str


# ---- indexer


class Scan(Message):
    """Host → indexer: look for changed files now (it also does at start)."""


class QueryWorklist(Message):
    """Host → indexer: rows, please."""

    request: int
    filter: WorklistFilter


class WorklistRows(Message):
    """Indexer → host: answers QueryWorklist."""

    request: int
    rows: tuple[StudyRow, ...]
    total: int


class DescribeStudy(Message):
    """Host → indexer: the study's stacks and where their pixels are; files that changed since are parsed again first."""

    request: int
    study: str


class FrameSource(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where one frame's pixels are: `path` relative to the archive's root.

    `offset` and `length` are of the value of PixelData's native frame when `offset` ≥ 0; −1 = encapsulated, ask the decoder for
    frame number `frame` (1-based) of the file. `size` and `mtime_ns` are the file's when it was listed: another one there now is
    not this image (−1 = not known).
    """

    path: str
    frame: int
    offset: int
    length: int
    size: int = -1
    mtime_ns: int = -1


class StackPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A stack and how to load it: `sources` in the order of its frames.

    `transfer_syntax` and the pixel attributes are those of all its files; `rescale` gives each frame's slope and intercept
    when they differ (the cache then holds modality values, as floats). `version` changes when any file does.
    """

    stack: Stack
    sources: tuple[FrameSource, ...]
    transfer_syntax: str
    photometric: str
    bits_allocated: int
    bits_stored: int
    signed: bool
    samples: int
    planar: int = 0
    rescale: tuple[tuple[float, float], ...] = ()
    version: str = ""


class StudyDescribed(Message):
    """Indexer → host: answers DescribeStudy. `missing` are sentences on files that could not be used."""

    request: int
    study: StudyInfo
    plans: tuple[StackPlan, ...]
    missing: tuple[str, ...] = ()


class IndexStatus(Message):
    """Indexer → host, on change, at most every 250 ms. `sample` is that of ArchiveSource, None until it is known."""

    archive: ArchiveInfo
    sample: tuple[tuple[str, str], ...] | None = None


# ---- loader


class Load(Message):
    """Host → loader, once: read this stack into `cache_path` (made by the loader, space reserved first), `first` first.

    `root` is the archive's folder. With `reduce_voxels` > 0 and a volumetric stack above it, a reduced copy is written to
    `reduced_path` at the end.
    """

    plan: StackPlan
    root: str
    cache_path: str
    first: int
    reduced_path: str = ""
    reduce_voxels: int = 0
    thumbnail: bool = True


class CacheReady(Message):
    """Loader → host: the cache file stands with its header, no frame yet; it may be opened read-only."""

    layout: StackPixels
    description: Stack


class Loaded(Message):
    """Loader → host, at most every 50 ms: frames that have come since the last one, and those that failed with why.

    `noticed` are frames of whose data something is said, each with a code (signaling.protocol.reservations).
    """

    present: tuple[int, ...]
    failed: tuple[tuple[int, str], ...] = ()
    noticed: tuple[tuple[int, str], ...] = ()


class PixelStatistics(Message):
    """Loader → host after the first frame, and again at the end: percentiles without padding, for a first window.

    Values are modality units.
    """

    low: float
    high: float
    minimum: float
    maximum: float
    complete: bool


class ThumbnailMade(Message):
    """Loader → host: a PNG as payload, at most 112 × 112 px, from the first frame read."""


class LoadDone(Message):
    """Loader → host, last: all frames are present or failed. `reduced` describes the reduced copy when one was written.

    `problem` says why none could be. `damaged` frames lay in the cache already, did not fit their checksums and were made again.
    """

    present: int
    failed: int
    reduced: Stack | None = None
    reduced_layout: StackPixels | None = None
    problem: str = ""
    damaged: int = 0
    milliseconds: float = 0.0


class Steer(Message):
    """Host → loader: read near this frame next (the reader went there)."""

    near: int


ToWorker = AttachStack | AttachReduced | DetachStack | DetachAll | Draw | DrawStill | Capture | Shutdown
FromWorker = WorkerReady | Encoded | StillDrawn | Sign | Captured | FramesDamaged | Fault
ToIndexer = Scan | QueryWorklist | DescribeStudy | Shutdown
FromIndexer = WorklistRows | StudyDescribed | IndexStatus | Fault
ToLoader = Load | Steer | Shutdown
FromLoader = CacheReady | Sign | Loaded | PixelStatistics | ThumbnailMade | LoadDone | Fault
