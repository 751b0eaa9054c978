"""Messages between a render host and the signaling server, on the WebSocket `/ws/host` (Authorization: Bearer host key)."""

from __future__ import annotations

import msgspec

from signaling.protocol import control, limits
from signaling.protocol.codec import JsonCodec
from signaling.protocol.page import SeatAnswer, SeatCandidate
from signaling.protocol.records import ArchiveInfo, IceServer, JsonObject, StudyRow, WorklistFilter


class HostMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all host messages."""


class TicketKey(msgspec.Struct, frozen=True, kw_only=True):
    """An Ed25519 public key that signs session tickets: key id and PEM."""

    kid: str
    pem: str


class ArchiveSource(msgspec.Struct, frozen=True, kw_only=True):
    """One of a host's archives: its id in that host's index, its name in the host's options (empty: none), and a sample of it.

    `sample` are those of its images with the smallest SHA-256 of their SOP Instance UID, at most SAMPLE_IMAGES, in order: of each
    that hash and a digest of the content (size and first 64 KiB), in 32 hexadecimal digits. None: not known yet.
    """

    archive: str
    name: str = ""
    sample: tuple[tuple[str, str], ...] | None = None


class ArchiveId(msgspec.Struct, frozen=True, kw_only=True):
    """`archive`, as a host's index has it, is called `id` by all. `others` are further ids of it, which old links name."""

    archive: str
    id: str
    others: tuple[str, ...] = ()


class HostRegister(HostMessage, tag="host.register"):
    """Host → server, first after the socket opens: who it is and what it truly has.

    `proof_key` is the public key that signs its records of proven pictures, a JWK (RFC 8037) as JSON text. `instance` is made
    anew at each start of the host: by it the server knows a host again whose line was cut; `seats` are those that it has.
    `archives` and `sources` have the ids of its indexes, also where the server told it another one to be used by all.
    """

    protocol: int
    version: str
    machine_id: str
    name: str
    renderer: str
    encoders: tuple[str, ...]
    capacity: int
    cores: int
    memory_bytes: int
    archives: tuple[ArchiveInfo, ...]
    proof_key: str = ""
    instance: str = ""
    seats: tuple[str, ...] = ()
    sources: tuple[ArchiveSource, ...] = ()


class HostSources(HostMessage, tag="host.sources"):
    """Host → server: all its archives, whenever one came, or its sample is another than was said."""

    sources: tuple[ArchiveSource, ...]


class HostPong(HostMessage, tag="host.pong"):
    """Host → server, answers host.ping at once."""


class HostLoad(HostMessage, tag="host.load"):
    """Host → server, every 2 s: what it is doing. Fractions 0..1; times in ms, 0 when nobody reads or none was measured.

    `cpu` is the share of the machine's cores that the host and its children use, 0..1; `memory_bytes` what they hold.

    What readers measure is the median over their pages: input → picture on the canvas (`latency_ms`, p50, and `latency_p95_ms`),
    last input → exact picture proven (`exact_p50_ms`). `stills_exact` and `stills_mismatched` are counted since the host
    started. `rtt_ms`, `loss` and `bit_rate` (bit/s) are medians over the links. `clock_ahead` is by how many seconds the
    host's clock is ahead of the server's (negative: behind).

    `memory_free_bytes` is what host and children may still take (of the machine, or of its cgroup), 0 where it is not known.
    `cache_problem` says in a sentence why images can't be kept; empty: they can. `staying` are the readers of a host that is
    being emptied for whose archive there is no other host with room.
    """

    seats: int
    sessions: int
    cpu: float
    memory_bytes: int
    pictures_per_second: float
    latency_ms: float
    archives: tuple[ArchiveInfo, ...]
    latency_p95_ms: float = 0.0
    stills_exact: int = 0
    stills_mismatched: int = 0
    exact_p50_ms: float = 0.0
    rtt_ms: float = 0.0
    loss: float = 0.0
    bit_rate: float = 0.0
    clock_ahead: float = 0.0
    memory_free_bytes: int = 0
    cache_problem: str = ""
    staying: int = 0


class HostLeaving(HostMessage, tag="host.leaving"):
    """Host → server: it is being stopped, and takes no new seat. With `over` all that could be saved is: its seats end now."""

    over: bool = False


class HostSeatOffer(HostMessage, tag="seat.offer"):
    """Host → server: the SDP offer for a seat it was asked to open, and how many of the page's first messages it takes."""

    seat: str
    sdp: str
    first: int = 0


class HostSeatFailed(HostMessage, tag="seat.failed"):
    """Host → server: it can't open or keep the seat."""

    seat: str
    code: str
    message: str


class HostSeatClosed(HostMessage, tag="seat.closed"):
    """Host → server: the seat's peer connection is over (page gone, failed, or session ended)."""

    seat: str
    reason: str


class WorklistReply(HostMessage, tag="worklist.reply"):
    """Host → server: rows for a query; `total` counts all matches."""

    request: str
    archive: str
    rows: tuple[StudyRow, ...]
    total: int
    problem: str = ""


class CheckpointSave(HostMessage, tag="checkpoint.save"):
    """Host → server, at most every 250 ms per session: the view of (user, study), and its marks when they changed.

    `view` is opaque to the server but for its format. `marks` is None when unchanged. Answered by checkpoint.saved.
    `ticket` is that of the reader's newest seat here: it shows a server that was started anew whom it sent to this host.
    """

    request: str
    tenant: str
    user: str
    archive: str
    study: str
    view: JsonObject
    marks: JsonObject | None = None
    ticket: str = ""


class CheckpointLoad(HostMessage, tag="checkpoint.load"):
    """Host → server, at opening: the last view (up to 72 h old) and the marks of (user, study), please; `ticket` as above."""

    request: str
    tenant: str
    user: str
    archive: str
    study: str
    ticket: str = ""


class ClockAsk(HostMessage, tag="clock.ask"):
    """Host → server, after a clock.told and every minute: the time, please. `sent` is the host's own and comes back."""

    sent: float


class ClockTold(HostMessage, tag="clock.told"):
    """Server → host, after host.welcome (`sent` 0) and to answer clock.ask: its time `now`, Unix seconds."""

    now: float
    sent: float = 0.0


class StudyOpening(HostMessage, tag="study.opening"):
    """Host → server, before a study is shown: record that this person opens it. Answered by study.recorded.

    `goes_on`: the page reads it already and comes back to it (another seat or host). What was recorded then counts.
    """

    request: str
    tenant: str
    user: str
    archive: str
    study: str
    goes_on: bool = False
    ticket: str = ""


class StudyRecorded(HostMessage, tag="study.recorded"):
    """Server → host: the opening is recorded, or `problem` says why not; the study must then not be shown."""

    request: str
    problem: str = ""


class CheckpointSaved(HostMessage, tag="checkpoint.saved"):
    """Server → host: stored, or `problem` says why not."""

    request: str
    problem: str = ""


class CheckpointLoaded(HostMessage, tag="checkpoint.loaded"):
    """Server → host: what was stored, None where nothing is; `saved_at` is Unix seconds."""

    request: str
    view: JsonObject | None = None
    marks: JsonObject | None = None
    saved_at: float = 0.0
    problem: str = ""


class HostWelcome(HostMessage, tag="host.welcome"):
    """Server → host, answers host.register: its id and the keys that tickets are signed with."""

    protocol: int
    host: str
    ticket_keys: tuple[TicketKey, ...]
    heartbeat_seconds: float = 2.0


class HostPing(HostMessage, tag="host.ping"):
    """Server → host: is it still there? Asked when another process dials in with its key, and when it owes a report."""


class HostRefused(HostMessage, tag="host.refused"):
    """Server → host: not wanted; the socket closes after it.

    Codes: forbidden (wrong or lapsed key, removed), version, malformed (what it says of itself can't be), another-machine (the
    key belongs to another one), in-use (another process of this machine is connected with it; that may end, so the host dials
    again, ever later).
    """

    code: str
    message: str


class SeatOpen(HostMessage, tag="seat.open"):
    """Server → host: make a peer connection for this seat; the ticket says for whom, `first` what its page says first.

    Where `transport` is "socket" it opens `/ws/host-stream` with the token `stream` instead, and offers no SDP.
    """

    seat: str
    ticket: str
    ice_servers: tuple[IceServer, ...] = ()
    first: control.FirstMessages = ()
    transport: str = "webrtc"
    stream: str = ""


class SeatClose(HostMessage, tag="seat.close"):
    """Server → host: end this seat (page released it, person revoked, host removed)."""

    seat: str
    reason: str


class WorklistQuery(HostMessage, tag="worklist.query"):
    """Server → host: rows of this archive, please; answered by worklist.reply with the same request id."""

    request: str
    archive: str
    filter: WorklistFilter


class HostArchiveIds(HostMessage, tag="archive.ids"):
    """Server → host that said its sources: what its archives are called from now on. One that is not named keeps its own id."""

    ids: tuple[ArchiveId, ...]


class HostDrain(HostMessage, tag="host.drain"):
    """Server → host: it is being emptied (`draining` true), or takes readers again.

    It goes on making the seats that it is asked for: those of readers who come back to it. `elsewhere` are its archives that
    another host with room reaches: who reads one of them is moved when the hand rests. With `ends` it is being removed and has
    been emptied as far as it can be: it saves what it has, says that it leaves, and ends.
    """

    draining: bool
    elsewhere: tuple[str, ...] = ()
    ends: bool = False


FromHost = (
    HostRegister
    | HostSources
    | HostPong
    | HostLoad
    | HostLeaving
    | HostSeatOffer
    | HostSeatFailed
    | HostSeatClosed
    | SeatCandidate
    | WorklistReply
    | CheckpointSave
    | CheckpointLoad
    | StudyOpening
    | ClockAsk
)
ToHost = (
    HostWelcome
    | HostRefused
    | HostPing
    | SeatOpen
    | SeatAnswer
    | SeatCandidate
    | SeatClose
    | WorklistQuery
    | HostArchiveIds
    | HostDrain
    | CheckpointSaved
    | CheckpointLoaded
    | StudyRecorded
    | ClockTold
)

FROM_HOST: JsonCodec[FromHost] = JsonCodec(FromHost, limits.HOST_MESSAGE_BYTES)
TO_HOST: JsonCodec[ToHost] = JsonCodec(ToHost, limits.HOST_MESSAGE_BYTES)
