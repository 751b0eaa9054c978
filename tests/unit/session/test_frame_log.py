"""A page that holds the records a frame names can show its text; one that lost packets is given them again."""

from __future__ import annotations

import random

from signaling.protocol import frames, limits
from signaling.protocol.frames import FrameInfo, ViewportKind, ViewportRecord
from streamer.session.frame_log import REFRESH_EVERY, FrameLog


def frame(revision: int) -> FrameInfo:
    return FrameInfo(
        rtp=revision * 3000,
        revision=revision,
        input_sequence=revision,
        visible=(1280, 800),
        coded=(1280, 800),
        draw_ms=1.0,
        encode_ms=1.0,
        flags=0,
        scale=1.0,
        size=1000,
        viewports=(),
    )


def record(viewport: int, image: int) -> ViewportRecord:
    return ViewportRecord(
        viewport=viewport,
        kind=ViewportKind.STACK,
        flags=0,
        revision=0,
        series=0,
        image=image,
        images=300,
        instance_number=image + 1,
        center=40.0,
        width=400.0,
        zoom=1.0,
        position=1.0,
        thickness=1.0,
        rect=(0, 0, 640, 800),
        canvas_from_world=(1.0,) * 12,
        letters=("R", "L", "A", "P"),
        present=300,
    )


def test_only_the_viewport_that_changed_is_sent_again_until_the_refresh() -> None:
    log = FrameLog(3)
    log.add(frame(1), [record(0, 0), record(1, 0)], 0, full=True)
    sizes = []
    for revision in range(2, 2 + REFRESH_EVERY):
        (data,) = log.add(frame(revision), [record(0, revision), record(1, 0)], 0, full=False)
        packet = frames.decode(data)
        assert isinstance(packet, frames.FramesPacket)
        sizes.append({r.viewport for r in packet.records})
        assert packet.frames[0].viewports == (revision, 1)
    assert {1} <= sizes[-1]
    assert sizes[4] == {0}


def test_whatever_is_lost_a_shown_text_is_always_that_of_its_picture() -> None:
    chance = random.Random(7)
    log, held, truth = FrameLog(1), {}, {}
    shown = 0
    for revision in range(1, 400):
        images = [revision if chance.random() < 0.5 else truth.get(v, 0) for v in range(4)]
        truth = dict(enumerate(images))
        for data in log.add(frame(revision), [record(v, images[v]) for v in range(4)], 0, full=False):
            if chance.random() < 0.4:
                continue
            packet = frames.decode(data)
            assert isinstance(packet, frames.FramesPacket)
            held.update({(r.viewport, r.revision): r for r in packet.records})
            for viewport, named in enumerate(packet.frames[0].viewports):
                known = held.get((viewport, named))
                if known is not None:
                    shown += 1
                    assert known.image == images[viewport]
    assert shown > 400


def test_nine_viewports_are_split_into_packets_under_the_cap() -> None:
    log = FrameLog(1)
    packets = log.add(frame(1), [record(v, v) for v in range(9)], 0, full=True)
    assert len(packets) == 2
    assert all(len(data) <= limits.FRAMES_PACKET_BYTES for data in packets)


def test_viewports_that_are_gone_are_forgotten() -> None:
    log = FrameLog(1)
    log.add(frame(1), [record(0, 1), record(1, 1)], 0, full=True)
    (data,) = log.add(frame(2), [record(0, 1)], 0, full=True)
    packet = frames.decode(data)
    assert isinstance(packet, frames.FramesPacket)
    assert packet.frames[0].viewports == (1,)
