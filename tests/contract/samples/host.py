"""One message or more of every type on `/ws/host`, and messages that must be refused."""

from __future__ import annotations

from signaling.protocol import control, errors
from signaling.protocol import hosts as h
from signaling.protocol import page as p
from signaling.protocol.records import ArchiveInfo, IceServer, StudyRow, WorklistFilter

ARCHIVE = ArchiveInfo(archive="demo", title="Demo studies", studies=5, files_seen=120, files_total=120)
SCANNING = ArchiveInfo(
    archive="folder-1",
    title="Folder",
    files_seen=10,
    files_total=900,
    scanning=True,
    problem="1 file can't be read.",
)
SOURCE = h.ArchiveSource(
    archive="folder-1",
    name="main",
    sample=(("000a3c0f1d7b5e2296c48f0b7d1e5a63", "9f86d081884c7d659a2feaa0c55ad015"),),
)
FILTER = WorklistFilter(
    text="head", modality="CT", date_from="20200101", sort="patient_name", offset=100, limit=50
)
ROW = StudyRow(
    archive="demo",
    study="1.2.826.0.1.3680043.8.498.1",
    patient_name="Phantom^Anna",
    patient_id="PH-1",
    issuer="farview",
    birth_date="19700101",
    sex="F",
    study_date="20240229",
    study_time="141500",
    accession_number="A1",
    description="Head",
    modalities=("CT", "SR"),
    body_parts=("HEAD",),
    series_count=2,
    image_count=109,
)

FROM_HOST: list[h.FromHost] = [
    h.HostRegister(
        protocol=2,
        version="0.1.0",
        machine_id="machine-1",
        name="here",
        renderer="llvmpipe",
        encoders=("libx264",),
        capacity=4,
        cores=2,
        memory_bytes=8_000_000_000,
        archives=(ARCHIVE, SCANNING),
        proof_key='{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
    ),
    h.HostRegister(
        protocol=2,
        version="0.1.0",
        machine_id="machine-1",
        name="here",
        renderer="",
        encoders=(),
        capacity=4,
        cores=2,
        memory_bytes=8_000_000_000,
        archives=(),
        instance="0f8e",
        seats=("seat-1", "seat-2"),
        sources=(SOURCE,),
    ),
    h.HostSources(sources=(SOURCE, h.ArchiveSource(archive="folder-2"))),
    h.HostPong(),
    h.HostLoad(
        seats=2,
        sessions=1,
        cpu=0.25,
        memory_bytes=900_000_000,
        pictures_per_second=24.5,
        latency_ms=31.5,
        archives=(ARCHIVE,),
        latency_p95_ms=70.25,
        stills_exact=120,
        stills_mismatched=1,
        exact_p50_ms=240.0,
        rtt_ms=12.5,
        loss=0.01,
        bit_rate=4_500_000.0,
        clock_ahead=-6.5,
        memory_free_bytes=3_000_000_000,
        cache_problem="The image cache is full: what is shown at once needs more room than it has.",
        staying=1,
    ),
    h.HostLeaving(),
    h.HostLeaving(over=True),
    h.HostSeatOffer(seat="seat-1", sdp="v=0\r\n"),
    h.HostSeatOffer(seat="seat-1", sdp="v=0\r\n", first=1),
    h.HostSeatFailed(seat="seat-1", code=errors.HOST_FULL, message="All 4 places of this host are taken."),
    h.HostSeatClosed(seat="seat-1", reason="The page is gone."),
    p.SeatCandidate(seat="seat-1", candidate="candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host"),
    h.WorklistReply(request="q1", archive="demo", rows=(ROW,), total=1),
    h.WorklistReply(request="q1", archive="demo", rows=(), total=0, problem="The index is being rebuilt."),
    h.CheckpointSave(
        request="c1",
        tenant="default",
        user="owner",
        archive="demo",
        study="1.2.3",
        view={"layout": "1x1", "viewports": [{"image": 12}]},
        marks={"version": 3, "marks": []},
    ),
    h.CheckpointSave(request="c2", tenant="default", user="owner", archive="demo", study="1.2.3", view={}),
    h.CheckpointLoad(request="c3", tenant="default", user="owner", archive="demo", study="1.2.3"),
    h.ClockAsk(sent=12.25),
    h.StudyOpening(request="o1", tenant="default", user="owner", archive="demo", study="1.2.3"),
    h.StudyOpening(request="o2", tenant="default", user="owner", archive="demo", study="1.2.3", goes_on=True),
]

TO_HOST: list[h.ToHost] = [
    h.HostWelcome(
        protocol=2,
        host="host-1",
        ticket_keys=(h.TicketKey(kid="k1", pem="-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"),),
    ),
    h.HostPing(),
    h.HostRefused(code=errors.FORBIDDEN, message="This host key is not known. Register the host anew."),
    h.SeatOpen(seat="seat-1", ticket="eyJ…", ice_servers=(IceServer(urls=("turn:turn.example:3478",)),)),
    h.SeatOpen(seat="seat-2", ticket="eyJ…", first=(control.CloseStudy(),)),
    p.SeatAnswer(seat="seat-1", sdp="v=0\r\n"),
    p.SeatCandidate(seat="seat-1", candidate=""),
    h.SeatClose(seat="seat-1", reason="The page let it go."),
    h.WorklistQuery(request="q1", archive="demo", filter=FILTER),
    h.HostArchiveIds(ids=()),
    h.HostArchiveIds(
        ids=(h.ArchiveId(archive="folder-1", id="shared-1", others=("folder-7",)),),
    ),
    h.HostDrain(draining=True),
    h.HostDrain(draining=True, elsewhere=("demo", "folder-1")),
    h.HostDrain(draining=True, ends=True),
    h.CheckpointSaved(request="c1"),
    h.CheckpointSaved(request="c1", problem="The disk is full."),
    h.CheckpointLoaded(
        request="c3", view={"layout": "1x1"}, marks={"version": 3, "marks": []}, saved_at=1_700_000_000.5
    ),
    h.CheckpointLoaded(request="c3"),
    h.ClockTold(now=1_700_000_000.5),
    h.ClockTold(now=1_700_000_000.5, sent=12.25),
    h.StudyRecorded(request="o1"),
    h.StudyRecorded(request="o1", problem="The study is not opened: the disk is full."),
]

REFUSED_FROM_HOST: list[tuple[str, str, str]] = [
    ("not JSON", "host.load", errors.MALFORMED),
    ("unknown type", '{"type":"host.sing"}', errors.UNKNOWN_TYPE),
    ("a field is missing", '{"type":"seat.offer","seat":"seat-1"}', errors.MALFORMED),
    (
        "a row is not an object",
        '{"type":"worklist.reply","request":"q1","archive":"demo","rows":["a row"],"total":1}',
        errors.MALFORMED,
    ),
]
