"""Compressed frames that end early, or too late: refused in words, or the very pixels, and what was odd is said."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from signaling.protocol.reservations import Reservation
from streamer.dicom import codecs
from streamer.dicom.faults import BadFrame
from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.codestreams import KINDS, Kind, fields
from tests.data.phantoms import image

CUTS = 90


def cuts(stream: bytes) -> list[int]:
    """Lengths: every one near the end, and many before."""
    near = range(max(1, len(stream) - 40), len(stream))
    return sorted({*near, *(1 + n * len(stream) // CUTS for n in range(CUTS))} - {len(stream)})


@pytest.fixture(params=KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.mark.parametrize(
    "filler", [b"", b"\0", b"\0" * 501, b"\xff" * 6], ids=["cut", "padded", "zeros", "ones"]
)
def test_a_frame_cut_anywhere_is_refused_or_whole(kind: Kind, filler: bytes) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    whole = codecs.decode(stream, pixels)
    assert whole.notices == kind.said
    if kind.syntax == "5":
        filler = b""  # RLE has no end mark: a zero more is a value as any other.
    shown = 0
    for length in cuts(stream):
        try:
            decoded = codecs.decode(stream[:length] + filler, pixels)
        except BadFrame:
            continue
        assert np.array_equal(decoded.array, whole.array), length
        assert set(decoded.notices) > set(kind.said) or not kind.trailer, length
        # Only what holds no pixels may lack: the end mark; of RLE, the byte that makes a segment even.
        assert length >= len(stream) - max(kind.trailer, 1), length
        shown += 1
    assert shown or kind.trailer == 0 or filler.startswith(b"\xff") or b"\0\0" in filler


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_frame_cut_short_is_refused_though_an_end_mark_follows(kind: Kind, share: float) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    start = 700 if kind.syntax in ("4.50", "4.51") else 100
    length = start + int((len(stream) - start) * share)
    with pytest.raises(BadFrame, match=r"\.$"):
        codecs.decode(stream[:length] + b"\xff\xd9", pixels)


def test_without_its_end_mark_a_frame_is_shown_and_that_is_said(kind: Kind) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    if not kind.trailer:
        assert codecs.decode(stream, pixels).notices == ()
        return
    whole = codecs.decode(stream, pixels)
    for cut in (1, 2):
        decoded = codecs.decode(stream[:-cut], pixels)
        assert np.array_equal(decoded.array, whole.array)
        assert decoded.notices == (*kind.said, Reservation.END_MARK)


@pytest.mark.parametrize("filler", [b"\0", b"\xff", b"\0" * 40, b"\xff" * 9, bytes(range(1, 200))])
def test_bytes_behind_a_frame_are_said_beyond_what_makes_it_even(kind: Kind, filler: bytes) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    whole = codecs.decode(stream, pixels)
    decoded = codecs.decode(stream + filler, pixels) if kind.trailer else whole
    assert np.array_equal(decoded.array, whole.array)
    behind = (Reservation.TRAILING_BYTES,) if len(filler) > 1 and kind.trailer else ()
    assert decoded.notices == (*kind.said, *behind)


def test_another_image_behind_a_frame_is_a_doubt(kind: Kind) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    whole = codecs.decode(stream, pixels)
    for between in (b"", b"\0", b"\0" * 9):
        decoded = codecs.decode(stream + between + stream, pixels)
        assert np.array_equal(decoded.array, whole.array)
        assert decoded.notices == (*kind.said, Reservation.DECODING)


def test_bytes_changed_at_random_are_pixels_or_a_sentence(kind: Kind) -> None:
    stream, pixels = kind.encode(kind.image), fields(kind)
    dice = random.Random(kind.syntax)
    for _ in range(60):
        changed = bytearray(stream)
        for _ in range(dice.choice((1, 4, 30))):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            decoded = codecs.decode(bytes(changed), pixels)
        except BadFrame:
            continue
        assert decoded.array.shape == kind.image.shape


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_deflated_file_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    noise = np.random.default_rng(3).integers(0, 4096, (64, 64)).astype(np.uint16)
    dataset = image(noise)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = tmp_path / "image.dcm"
    dataset.save_as(path, enforce_file_format=True)
    with closing(FrameDecoder(path)) as whole:
        assert np.array_equal(whole.decode(1), noise)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with closing(FrameDecoder(path)) as cut, pytest.raises(BadFrame, match="ends before this image"):
        cut.decode(1)
