"""The H.264 encoder: greys that arrive, keys only when asked for, rates that change without one."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from streamer.encode.h264 import H264Encoder
from streamer.encode.level import level_for
from tests.unit.encode.sps import find_sps, nal_units

Pixels = np.ndarray[Any, Any]
BITS = 60_000


class Decoder:
    """FFmpeg's, as a browser would decode."""

    def __init__(self) -> None:
        context = av.CodecContext.create("h264", "r")
        assert isinstance(context, VideoCodecContext)
        context.thread_count = 1
        context.flags |= 0x80000  # low delay
        self._context = context

    def frame(self, data: bytes) -> av.VideoFrame:
        frames = self._context.decode(av.Packet(data))
        assert len(frames) == 1
        return frames[0]

    def luma(self, data: bytes) -> Pixels:
        plane = self.frame(data).planes[0]
        return (
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : plane.width].copy()
        )


def ramp(rows: int = 128, columns: int = 512) -> Pixels:
    return np.tile((np.arange(columns) // 2 % 256).astype(np.uint8), (rows, 1))


def noise(seed: int, rows: int = 240, columns: int = 320) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns)).astype(np.uint8)


def test_every_grey_value_arrives() -> None:
    encoder, decoder, picture = H264Encoder(), Decoder(), ramp()
    for number in range(8):
        luma = decoder.luma(encoder.encode(picture, number * 3000, 400_000).data)
    assert np.abs(luma.astype(int) - picture).max() <= 2
    assert set(np.unique(luma)) >= set(range(3, 253))


def test_colours_arrive_within_two() -> None:
    colours = ((200, 30, 40), (20, 180, 60), (10, 40, 220), (240, 200, 20), (128, 128, 128), (255, 255, 255))
    picture = np.repeat(np.repeat(np.array([colours], np.uint8), 64, 0), 64, 1)
    encoder, decoder = H264Encoder(), Decoder()
    for number in range(8):
        frame = decoder.frame(encoder.encode(picture, number * 3000, 400_000).data)
    rgb = _to_rgb(frame)
    for number, colour in enumerate(colours):
        middle = rgb[32, number * 64 + 32]
        assert np.abs(middle - colour).max() <= 2.0, (colour, middle)


def _to_rgb(frame: av.VideoFrame) -> Pixels:
    """Full-range BT.709 by its definition (ITU-T H.273 table 4), at the resolution of the chroma."""
    y, u, v = (
        np.frombuffer(memoryview(p), np.uint8).reshape(-1, p.line_size)[:, : p.width].astype(float)
        for p in frame.planes
    )
    u, v = (np.repeat(np.repeat(c - 128.0, 2, 0), 2, 1) for c in (u, v))
    return np.stack((y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u), -1)


def test_a_grey_picture_carries_neutral_chroma() -> None:
    frame = Decoder().frame(H264Encoder().encode(ramp(), 0, 400_000).data)
    for plane in frame.planes[1:]:
        chroma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : plane.width]
        assert (chroma == 128).all()


def test_grey_and_colour_may_take_turns() -> None:
    encoder, decoder = H264Encoder(), Decoder()
    colour = np.zeros((128, 512, 3), np.uint8)
    colour[...] = (200, 30, 40)
    keys = []
    for number, picture in enumerate((ramp(), colour, ramp(), ramp(), ramp(), ramp())):
        unit = encoder.encode(picture, number * 3000, 400_000)
        keys.append(unit.key)
        frame = decoder.frame(unit.data)
    assert keys == [True, False, False, False, False, False]
    assert np.abs(_to_rgb(frame) - ramp()[..., None]).max() <= 3


def test_a_key_frame_comes_first_and_then_only_when_asked() -> None:
    encoder = H264Encoder()
    keys = [encoder.encode(noise(n), n * 3000, BITS, keyframe=n == 40).key for n in range(60)]
    assert [n for n, key in enumerate(keys) if key] == [0, 40]


def test_a_key_frame_is_an_idr_with_its_parameter_sets() -> None:
    encoder = H264Encoder()
    units = [encoder.encode(noise(n), n * 3000, BITS, keyframe=n == 3) for n in range(5)]
    kinds = [[unit[0] & 31 for unit in nal_units(u.data)] for u in units]
    assert kinds[0] == kinds[3] == [7, 8, 5]
    assert kinds[1] == [1]
    decoder = Decoder()  # one that joins at the second key
    assert decoder.luma(units[3].data).shape == (240, 320)


def test_the_rate_changes_live_without_a_key_frame() -> None:
    encoder = H264Encoder()
    sizes, keys = [], []
    for number in range(90):
        bits = 80_000 if number < 45 else 40_000
        unit = encoder.encode(noise(number), number * 3000, bits)
        sizes.append(len(unit.data) * 8)
        keys.append(unit.key)
    assert keys[1:] == [False] * 89
    before, after = np.mean(sizes[15:45]), np.mean(sizes[60:])
    assert 0.3 < after / before < 0.75


def test_a_rate_outside_the_band_opens_anew_with_a_key() -> None:
    encoder = H264Encoder()
    keys = [
        encoder.encode(noise(n), n * 90_000, bits).key
        for n, bits in enumerate((60_000, 80_000, 25_000, 200_000))
    ]
    assert keys == [True, False, True, True]


def test_a_rate_that_rises_costs_a_key_a_second_at_most() -> None:
    encoder = H264Encoder()
    keys = [encoder.encode(noise(n), n * 3000, int(20_000 * 1.15**n)).key for n in range(31)]
    assert [n for n, key in enumerate(keys) if key] == [0, 30]


def test_a_repeated_picture_never_opens_the_codec_anew() -> None:
    encoder = H264Encoder()
    still = noise(0)
    keys = [
        encoder.encode(still, n * 90_000, bits, repeated=n > 0).key
        for n, bits in enumerate((60_000, 400_000, 5_000, 60_000))
    ]
    assert keys == [True, False, False, False]


def test_pictures_stay_near_their_bits() -> None:
    encoder = H264Encoder()
    sizes = [len(encoder.encode(noise(n), n * 3000, BITS).data) * 8 for n in range(40)]
    assert max(sizes) < 3 * BITS
    assert np.mean(sizes) < 1.2 * BITS


@pytest.mark.parametrize(("profile", "profile_idc"), [("baseline", 66), ("main", 77), ("high", 100)])
@pytest.mark.parametrize("size", [(320, 240), (1280, 800), (1921, 1081)])
def test_the_stream_says_what_it_is(profile: str, profile_idc: int, size: tuple[int, int]) -> None:
    width, height = size
    unit = H264Encoder(profile).encode(np.zeros((height, width), np.uint8), 0, 50_000)
    sps = find_sps(unit.data)
    assert sps is not None
    assert sps.profile_idc == profile_idc
    assert sps.level_idc == level_for(width, height)
    assert sps.cropped == unit.coded == (width + width % 2, height + height % 2)
    assert sps.full_range is True
    assert (sps.primaries, sps.transfer, sps.matrix) == (1, 1, 1)
    assert sps.reorder_frames == 0
    if profile == "baseline":
        assert sps.constraints & 0x40, "constraint_set1: constrained baseline"


def test_an_odd_size_is_padded_with_its_own_edge() -> None:
    picture = np.full((101, 151), 200, np.uint8)
    luma = Decoder().luma(H264Encoder().encode(picture, 0, 400_000).data)
    assert luma.shape == (102, 152)
    assert np.abs(luma.astype(int) - 200).max() <= 2


def test_a_new_size_is_a_new_stream() -> None:
    encoder, decoder = H264Encoder(), Decoder()
    encoder.encode(noise(1), 0, BITS)
    unit = encoder.encode(noise(2, 120, 160), 3000, BITS)
    assert unit.key
    assert decoder.luma(unit.data).shape == (120, 160)


def test_closing_forgets_the_pictures_before() -> None:
    encoder = H264Encoder()
    encoder.encode(noise(1), 0, BITS)
    encoder.close()
    assert encoder.encode(noise(1), 3000, BITS).key


def test_repeats_refine_the_picture_and_then_cost_almost_nothing() -> None:
    encoder, decoder = H264Encoder(), Decoder()
    picture = np.kron(noise(3, 30, 40), np.ones((8, 8), np.uint8))
    errors, sizes = [], []
    for number in range(40):
        unit = encoder.encode(picture, number * 3000, 40_000)
        errors.append(np.abs(decoder.luma(unit.data).astype(int) - picture).mean())
        sizes.append(len(unit.data))
    assert errors[-1] < errors[0] / 2
    assert sizes[-1] < 1000


def test_the_quantiser_is_reported() -> None:
    assert 10.0 <= H264Encoder().encode(noise(1), 0, BITS).qp <= 51.0


def test_a_picture_beyond_every_level_is_refused() -> None:
    with pytest.raises(ValueError, match=r"larger than H\.264 allows"):
        H264Encoder().encode(np.zeros((2, 40_000), np.uint8), 0, BITS)


def test_several_threads_code_the_same_picture() -> None:
    luma = Decoder().luma(H264Encoder(threads=2).encode(ramp(), 0, 400_000).data)
    assert np.abs(luma.astype(int) - ramp()).max() <= 4
