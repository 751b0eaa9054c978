"""One message or more of every type on the `control` data channel, and messages that must be refused."""

from __future__ import annotations

from msgspec.structs import replace

from signaling.protocol import control as c
from signaling.protocol import errors
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved
from signaling.protocol.message_part import MessagePart
from signaling.protocol.records import (
    ContentChange,
    GapInfo,
    ImageTerms,
    MarkInfo,
    SeriesInfo,
    StudyInfo,
    ViewportInfo,
    WindowPreset,
)

STUDY = "1.2.826.0.1.3680043.8.498.1"
LENGTH = MarkInfo(
    mark="m1",
    kind="length",
    series=0,
    sop=STUDY + ".1.55",
    frame=1,
    image=54,
    points=((1.5, -2.25, 30.0), (11.5, -2.25, 30.0)),
    text="10.0 mm",
    normal=(0.0, 0.0, 1.0),
    reach=1.25,
)

FROM_PAGE: list[c.FromPage] = [
    c.OpenStudy(request=1, archive="demo", study=STUDY, width=1280, height=800),
    c.OpenStudy(
        request=2,
        archive="demo",
        study=STUDY,
        width=2560,
        height=1600,
        device_pixel_ratio=2.0,
        series=STUDY + ".1",
        image=55,
        touch=True,
        fresh=True,
        goes_on=True,
        hand="0123456789abcdef",
    ),
    c.CloseStudy(),
    c.Resize(width=1281, height=799, device_pixel_ratio=1.25),
    c.Command(id=1, revision=17, name="fit"),
    c.Command(id=2, revision=17, name="layout.set", value="2x2"),
    c.Command(id=3, revision=18, name="image.go", viewport=0, value=55),
    c.Command(id=4, revision=18, name="zoom.by", viewport=1, value=1.25),
    c.Command(id=5, revision=18, name="voi.set", viewport=0, value=(40.0, 400.5)),
    c.Command(id=6, revision=18, name="invert", value=True),
    c.EventBackstop(number=9, kind=1, gesture=3, revision=18, x=0.5, y=0.25),
    c.EventBackstop(
        number=10, kind=2, gesture=3, revision=18, x=0.5, y=0.25, button=2, modifiers=1, pointer=1
    ),
    c.Visibility(visible=False),
    c.PageAbilities(still=("track", "jxl", "png"), held=8),
    c.StillChecked(still=3, verdict="exact", sha256="ab" * 32),
    c.StillChecked(still=4, verdict="mismatch", sha256="cd" * 32, reason="canvas"),
    c.ChangesNoted(session="session-1"),
    c.RecordRequest(sha256="ab" * 32),
    c.PageMeasures(
        samples=61, p50_ms=42.5, p95_ms=88.25, pictures_per_second=29.5, exact=2, exact_p50_ms=210.0
    ),
]

TO_PAGE: list[c.ToPage] = [
    c.SeatHello(
        protocol=2, host="host-1", renderer="llvmpipe", encoder="libx264", max_width=3840, max_height=2160
    ),
    c.Opening(request=1, stage="reading", done=12, total=300),
    MessagePart(number=1, index=0, count=2, text='{"type":"moved","mess'),
    c.Opened(
        request=1,
        session="session-1",
        epoch=4,
        study=StudyInfo(
            archive="demo",
            study=STUDY,
            patient_name="Phantom^Anna",
            patient_id="PH-1",
            issuer="farview",
            birth_date="19700101",
            sex="F",
            age="054Y",
            study_date="20240229",
            study_time="141500",
            accession_number="A1",
            description="Head",
            checked="2024-02-29T14:15:00Z",
        ),
        series=(
            SeriesInfo(
                index=0,
                series=STUDY + ".1",
                number=2,
                modality="CT",
                description="Thin",
                body_part="HEAD",
                images=108,
                rows=256,
                columns=256,
                units="HU",
                volumetric=True,
                presets=(WindowPreset(name="Brain", center=40.0, width=80.0),),
                notices=("The first window is the file's own.",),
                declared_images=110,
                part=(("plane", "axial"), ("echo", "2")),
                gaps=(
                    GapInfo(kind="missing", after=12, until=12, count=3, millimetres=20.0, usual=5.0),
                    GapInfo(kind="together", after=40, until=40, count=2),
                ),
            ),
            SeriesInfo(index=1, series=STUDY + ".2", fault="This series holds no images."),
        ),
        resumed_at=1_700_000_000.0,
        resumed_words=("flipped",),
        changes=(ContentChange(of="view", change="gone", series=0, series_number=2, count=15),),
        notices=("1 file of this study can't be read.",),
    ),
    c.OpenFailed(request=1, code=errors.UNKNOWN_STUDY, message="This study is not in the archive."),
    c.StateSnapshot(
        epoch=4,
        revision=18,
        layout="1x2",
        viewports=(
            ViewportInfo(rect=(0, 0, 640, 800), kind="stack", series=0, preset="Brain", voi_source="file"),
            ViewportInfo(
                rect=(641, 0, 639, 800), kind="mpr", plane="sagittal", series=-1, message="No series here."
            ),
        ),
        active=0,
        maximized=False,
        tool="window",
        can_undo=True,
        can_redo=False,
        interpolation="cubic",
    ),
    c.ImageTermsTable(
        epoch=4,
        series=0,
        first=64,
        terms=(
            ImageTerms(
                windows=(WindowPreset(name="file", center=2000.0, width=3000.0),),
                units="HU",
                laterality="R",
                view_position="MLO",
                body_part="BREAST",
                frame_rate=7.5,
                lossy="lossy 10:1 (JPEG)",
                notices=("overlay",),
            ),
            ImageTerms(),
        ),
    ),
    c.Progress(
        epoch=4,
        series=0,
        present=40,
        total=108,
        spans=((0, 10), (50, 80)),
        failed=(3, 7),
        noted=(("color_label", 5, 9),),
    ),
    c.Thumbnail(epoch=4, series=0, png="iVBORw0KGgo="),
    MarkDraft(
        epoch=4,
        mark=replace(
            LENGTH, mark="m3", points=(LENGTH.points[0], (4.5, -2.25, 30.0)), text="3.0 mm", draft=True
        ),
    ),
    MarkDraft(epoch=4),
    MarksSaved(epoch=4, saved=True),
    MarksSaved(epoch=4, saved=False, problem="The server's disk is full."),
    MarksDocument(
        epoch=4,
        version=3,
        marks=(
            LENGTH,
            replace(LENGTH, mark="m2", kind="probe", points=LENGTH.points[:1], text="", since="replaced"),
        ),
        saved=False,
        problem="The mark could not be saved: the disk is full.",
        changed=(("m1", 1_700_000_000.125), ("m2", 0.0), ("m3", 1_700_000_001.0)),
    ),
    c.Applied(id=3, revision=19),
    c.Rejected(id=0, code=errors.MALFORMED, message="The message is not valid JSON."),
    c.Notice(level="warning", code="incomplete", message="327 of 400 images have come.", viewport=0),
    c.Notice(
        level="info",
        code="undo-elsewhere",
        message="Length 10.0 mm on image 31 of series 2: press again to undo it, or Show.",
        viewport=0,
        mark="0" * 32,
        series=1,
        image=31,
    ),
    c.RendererState(state="restarting", message="The renderer is starting again."),
    c.Probe(revision=18, viewport=0, x=0.5, y=0.25, text="−41 HU"),
    c.SessionMoved(message="Continued on another device."),
    c.StillProof(
        still=3,
        epoch=4,
        revision=19,
        rtp=4_294_967_295,
        method="track",
        planes="grey",
        width=1281,
        height=799,
        coded=(1282, 800),
        channels=1,
        sha256="ab" * 32,
        size=134_000,
        input_sequence=77,
        event_acknowledged=10,
        command=6,
        description="AQEEAA==",
    ),
    c.StillWithdrawn(
        still=4, reason="The exact picture could not be drawn. It is tried again when you move."
    ),
    c.ProofRecord(sha256="ab" * 32, record="{}"),
]

REFUSED_FROM_PAGE: list[tuple[str, str, str]] = [
    ("not JSON", "open", errors.MALFORMED),
    ("unknown type", '{"type":"shout"}', errors.UNKNOWN_TYPE),
    ("a field is missing", '{"type":"resize","width":100}', errors.MALFORMED),
    (
        "a fraction where a whole number belongs",
        '{"type":"resize","width":100.5,"height":100}',
        errors.MALFORMED,
    ),
    (
        "a value that no command has",
        '{"type":"command","id":1,"revision":1,"name":"fit","value":{}}',
        errors.MALFORMED,
    ),
]
