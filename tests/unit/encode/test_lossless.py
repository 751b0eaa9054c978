"""A still as video: every byte of it comes out of a decoder as it went in."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from streamer.encode.lossless import QUICK_BITS_A_SECOND, LosslessEncoder
from tests.unit.encode.sps import find_sps, nal_units
from tests.unit.encode.stills import (
    Pixels,
    StillDecoder,
    colour_noise,
    luma_of,
    noise,
    noisy_ct,
    shaded,
)

SIZES = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 5), (16, 16), (17, 33), (101, 151), (240, 321), (800, 1280)]
QUICK = QUICK_BITS_A_SECOND


def assert_arrives(pixels: Pixels, *, threads: int = 1, bits_a_second: int = 0) -> int:
    unit = LosslessEncoder(threads).encode(pixels, 3000, bits_a_second)
    rows, columns = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else 3
    decoded = StillDecoder().pixels(unit.data, columns, rows, channels)
    np.testing.assert_array_equal(decoded, pixels)
    return len(unit.data)


@pytest.mark.parametrize("bits_a_second", [0, QUICK])
@pytest.mark.parametrize("size", SIZES)
def test_grey_arrives_as_it_is(size: tuple[int, int], bits_a_second: int) -> None:
    assert_arrives(noise(*size), bits_a_second=bits_a_second)


@pytest.mark.parametrize("bits_a_second", [0, QUICK])
@pytest.mark.parametrize("size", SIZES)
def test_colour_arrives_as_it_is(size: tuple[int, int], bits_a_second: int) -> None:
    assert_arrives(colour_noise(*size), bits_a_second=bits_a_second)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_large_pictures_arrive_as_they_are(threads: int) -> None:
    assert_arrives(noisy_ct(2160, 3840), threads=threads, bits_a_second=QUICK)
    assert_arrives(shaded(1440, 2560), threads=threads, bits_a_second=QUICK)


def test_flat_and_full_range_pictures_arrive_as_they_are() -> None:
    for value in (0, 1, 127, 255):
        assert_arrives(np.full((90, 120), value, np.uint8))
        assert_arrives(np.full((90, 120, 3), value, np.uint8))
    assert_arrives(np.arange(65_536, dtype=np.uint32).astype(np.uint8).reshape(256, 256))


def test_colours_that_wrap_round_arrive_as_they_are() -> None:
    values = np.array([0, 1, 127, 128, 254, 255], np.uint8)
    red, green, blue = np.meshgrid(values, values, values, indexing="ij")
    assert_arrives(np.stack((red, green, blue), -1).reshape(36, 6, 3))


def test_a_picture_of_three_equal_channels_costs_little_more_than_a_grey_one() -> None:
    grey = noisy_ct(240, 320)
    alone = assert_arrives(grey)
    assert assert_arrives(np.repeat(grey[..., None], 3, -1)) < 1.05 * alone


def test_a_flipped_bit_is_noticed() -> None:
    """Were the decoder's output not compared, this would pass, too: it proves that the comparisons above can fail."""
    pixels = noisy_ct(240, 320)
    data = bytearray(LosslessEncoder().encode(pixels, 3000).data)
    data[len(data) // 2] ^= 0x10
    decoded = StillDecoder().pixels(bytes(data), 320, 240, 1)
    assert hashlib.sha256(decoded.tobytes()).digest() != hashlib.sha256(pixels.tobytes()).digest()


@pytest.mark.parametrize("bits_a_second", [0, QUICK])
@pytest.mark.parametrize("threads", [1, 2])
def test_every_still_is_an_idr_with_its_parameter_sets_and_nothing_else(
    threads: int, bits_a_second: int
) -> None:
    encoder = LosslessEncoder(threads)
    for number in range(4):
        unit = encoder.encode(noisy_ct(100, 140, seed=number), 3000 * number, bits_a_second)
        kinds = [nal[0] & 31 for nal in nal_units(unit.data)]
        assert kinds[:2] == [7, 8]
        assert set(kinds[2:]) == {5}
        assert unit.key


def test_the_stream_says_what_it_is() -> None:
    unit = LosslessEncoder().encode(colour_noise(101, 151), 0)
    sps = find_sps(unit.data)
    assert sps is not None
    assert sps.profile_idc == 244
    assert sps.cropped == unit.coded == (152, 306)
    assert sps.full_range is True
    assert (sps.primaries, sps.transfer, sps.matrix) == (1, 1, 1)
    assert sps.reorder_frames in (0, -1)


def test_planes_are_padded_with_their_own_edge_to_even_size() -> None:
    pixels = colour_noise(5, 7)
    luma = luma_of(StillDecoder().frame(LosslessEncoder().encode(pixels, 0).data))
    assert luma.shape == (18, 8)
    np.testing.assert_array_equal(luma[:5, :7], pixels[..., 1])
    np.testing.assert_array_equal(luma[6:11, :7], pixels[..., 2] - pixels[..., 1])
    np.testing.assert_array_equal(luma[12:17, :7], pixels[..., 0] - pixels[..., 1])
    for plane in (luma[:6], luma[6:12], luma[12:]):
        np.testing.assert_array_equal(plane[5], plane[4])
        np.testing.assert_array_equal(plane[:, 7], plane[:, 6])


def test_one_encoder_and_one_decoder_serve_every_kind_and_size_in_turn() -> None:
    encoder, decoder = LosslessEncoder(2), StillDecoder()
    pictures = [
        noisy_ct(200, 300),
        shaded(200, 300),
        noisy_ct(200, 300, 2),
        noise(120, 90),
        noise(120, 90, 2),
    ]
    for number, pixels in enumerate(pictures):
        rows, columns = pixels.shape[:2]
        unit = encoder.encode(pixels, 3000 * number, QUICK * (number % 2))
        decoded = decoder.pixels(unit.data, columns, rows, 1 if pixels.ndim == 2 else 3)
        np.testing.assert_array_equal(decoded, pixels)


def test_each_still_decodes_without_those_before_it() -> None:
    encoder = LosslessEncoder()
    units = [encoder.encode(noisy_ct(100, 140, seed=n), 3000 * n) for n in range(4)]
    for number in (3, 1):
        decoded = StillDecoder().pixels(units[number].data, 140, 100, 1)
        np.testing.assert_array_equal(decoded, noisy_ct(100, 140, seed=number))


def test_times_that_stand_still_or_go_back_are_no_fault() -> None:
    encoder, decoder = LosslessEncoder(), StillDecoder()
    for number, pts in enumerate((9000, 9000, 0, 12_000)):
        pixels = noise(32, 48, seed=number)
        np.testing.assert_array_equal(decoder.pixels(encoder.encode(pixels, pts).data, 48, 32, 1), pixels)


def test_a_fast_link_gets_more_bytes() -> None:
    pixels = noisy_ct(800, 1280)
    assert assert_arrives(pixels, bits_a_second=QUICK) > assert_arrives(pixels, bits_a_second=QUICK - 1)


def test_the_caller_may_write_into_the_picture_afterwards() -> None:
    encoder = LosslessEncoder()
    pixels = noisy_ct(100, 140)
    before, kept = encoder.encode(pixels, 0), pixels.copy()
    pixels[...] = 0
    np.testing.assert_array_equal(StillDecoder().pixels(before.data, 140, 100, 1), kept)


def test_a_picture_beyond_every_level_is_refused_in_words() -> None:
    encoder = LosslessEncoder()
    with pytest.raises(ValueError, match=r"larger than H\.264 allows\. Make the window smaller"):
        encoder.encode(np.zeros((8000, 8000, 3), np.uint8), 0)
    assert encoder.encode(noise(10, 10), 0).key
