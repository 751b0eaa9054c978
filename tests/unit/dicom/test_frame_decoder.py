"""Every file that decodes has the pixels that pydicom's own decoder gives; what does not decode is refused in words."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.uid import UID

from streamer.dicom.faults import BadFile, BadFrame
from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.phantoms import image, write_image

FOLDER = Path(str(get_testdata_file("CT_small.dcm"))).parent
# No decoder of pydicom's for these is installed; they are compared with others below, or only decoded.
WITHOUT_ORACLE = frozenset({
    "GDCMJ2K_TextGBR.dcm", "JPEG-lossy.dcm", "JPGExtended.dcm", "JPEGLSNearLossless_08.dcm", "JPEGLSNearLossless_16.dcm",
    "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_jls_lossy_line.dcm", "SC_rgb_jls_lossy_sample.dcm", "SC_rgb_jpeg_gdcm.dcm",
})  # fmt: skip
REFUSED = {
    "liver_1frame.dcm": "Segmentations",
    "liver_expb_1frame.dcm": "Segmentations",
    "badVR.dcm": "dose grids",
    "rtdose.dcm": "dose grids",
    "rtdose_1frame.dcm": "dose grids",
    "rtdose_expb.dcm": "dose grids",
    "rtdose_expb_1frame.dcm": "dose grids",
    "rtdose_rle.dcm": "dose grids",
    "rtdose_rle_1frame.dcm": "dose grids",
    "meta_missing_tsyntax.dcm": "without rows and columns",
    "nested_priv_SQ.dcm": "without rows and columns",
}
DAMAGED = {
    "MR_truncated.dcm": "The file ends before this image.",
    "JPEG2000-embedded-sequence-delimiter.dcm": "of another size",
}
NO_PIXELS = frozenset({
    "ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "UN_sequence.dcm", "empty_charset_LEI.dcm", "no_meta.dcm",
    "no_meta_group_length.dcm", "priv_SQ.dcm", "reportsi.dcm", "reportsi_with_empty_number_tags.dcm", "rtplan.dcm",
    "rtplan_truncated.dcm", "rtstruct.dcm", "test-SR.dcm", "waveform_ecg.dcm",
})  # fmt: skip
FILES = sorted(path.name for path in FOLDER.glob("*.dcm"))
DECODED = [name for name in FILES if name not in {*REFUSED, *DAMAGED, *NO_PIXELS}]


def decoded(path: Path, number: int = 1) -> NDArray[Any]:
    decoder = FrameDecoder(path)
    try:
        return decoder.decode(number)
    finally:
        decoder.close()


def oracle(path: Path) -> NDArray[Any]:
    """All frames by pydicom, colours through its palette and reduced to 8 bits as the cache has them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path)
        array = dataset.pixel_array
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            array = apply_color_lut(array, dataset)
        elif "ModalityLUTSequence" in dataset:
            array = apply_modality_lut(array, dataset)
    if dataset.SamplesPerPixel == 3 and array.dtype.itemsize > 1:
        array = (array >> (dataset.BitsStored - 8)).astype(np.uint8)
    if array.dtype == np.uint16 and dataset.PhotometricInterpretation == "PALETTE COLOR":
        array = (array >> 8).astype(np.uint8)
    return array if int(dataset.get("NumberOfFrames", 1) or 1) > 1 else array[None]


@pytest.mark.parametrize("name", [name for name in DECODED if name not in WITHOUT_ORACLE])
def test_pixels_are_those_of_pydicom(name: str) -> None:
    expected = oracle(FOLDER / name)
    for number in range(1, len(expected) + 1):
        assert np.array_equal(decoded(FOLDER / name, number), expected[number - 1])


@pytest.mark.parametrize("name", sorted(WITHOUT_ORACLE))
def test_the_others_decode_to_their_size(name: str) -> None:
    decoder = FrameDecoder(FOLDER / name)
    frame = decoder.decode(1)
    assert frame.shape[:2] == (decoder.pixels.rows, decoder.pixels.columns)
    assert frame.min() < frame.max()
    decoder.close()


@pytest.mark.parametrize(
    ("name", "twin"),
    [("MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"), ("SC_rgb_jpeg_gdcm.dcm", "SC_rgb_rle.dcm")],
)
def test_lossless_ones_equal_their_uncompressed_twins(name: str, twin: str) -> None:
    assert np.array_equal(decoded(FOLDER / name), decoded(FOLDER / twin))


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name: str) -> None:
    with pytest.raises(BadFile, match=REFUSED[name]):
        FrameDecoder(FOLDER / name)


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_says_so(name: str) -> None:
    with pytest.raises(BadFrame, match=DAMAGED[name]):
        decoded(FOLDER / name)


def compressed(path: Path, pixels: NDArray[Any], syntax: str, codestream: bytes, **elements: Any) -> Path:
    dataset = image(pixels, **elements)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    return path


def signed_image(bits: int) -> NDArray[np.int16]:
    random = np.random.default_rng(bits)
    return random.integers(-(1 << (bits - 1)), 1 << (bits - 1), (33, 47)).astype(np.int16)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
@pytest.mark.parametrize("codec", ["jpeg-ls", "j2k", "htj2k", "rle", "native"])
def test_signed_values_keep_their_sign_through_every_codec(tmp_path: Path, codec: str, bits: int) -> None:
    """JPEG-LS and JPEG 2000 streams hold the bare bits: the sign is the header's."""
    pixels = signed_image(bits)
    bare = (pixels.view(np.uint16) & np.uint16((1 << bits) - 1)).astype(np.uint16)
    header = {"BitsStored": bits, "HighBit": bits - 1}
    path = tmp_path / "image.dcm"
    if codec == "native":
        write_image(path, pixels, PixelData=bare.tobytes(), **header)
    elif codec == "rle":
        dataset = image(pixels, PixelData=bare.tobytes(), **header)
        dataset.compress(UID("1.2.840.10008.1.2.5"), encoding_plugin="pydicom", generate_instance_uid=False)
        dataset.save_as(path, enforce_file_format=True)
    else:
        syntax, stream = {
            "jpeg-ls": lambda: ("1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode(bare)),
            "j2k": lambda: (
                "1.2.840.10008.1.2.4.90",
                imagecodecs.jpeg2k_encode(bare, codecformat="J2K", reversible=True, bitspersample=bits),
            ),
            "htj2k": lambda: ("1.2.840.10008.1.2.4.201", imagecodecs.htj2k_encode(bare, reversible=True)),
        }[codec]()
        if codec == "htj2k" and bits < 16:
            header = {"BitsStored": 16, "HighBit": 15}
            pixels = bare.view(np.int16)
        compressed(path, pixels, syntax, stream, **header)
    assert np.array_equal(decoded(path), pixels)


def test_a_codestream_of_another_size_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    pixels = np.zeros((8, 8), np.uint8)
    large = np.zeros((64, 64), np.uint8)
    for syntax, stream in (
        ("1.2.840.10008.1.2.4.90", imagecodecs.jpeg2k_encode(large, codecformat="J2K")),
        ("1.2.840.10008.1.2.4.50", imagecodecs.jpeg8_encode(large)),
        ("1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode(large)),
    ):
        with pytest.raises(BadFrame, match="of another size"):
            decoded(compressed(tmp_path / "image.dcm", pixels, syntax, stream))


@pytest.mark.parametrize("syntax", ["5", "4.50", "4.57", "4.70", "4.80", "4.90", "4.201"])
@pytest.mark.parametrize(
    "stream", [b"\xff\xd8\xff", b"\xff\x4f\xff\x51" + bytes(60), bytes(200), b"\xff" * 64]
)
def test_rubbish_is_a_sentence_in_every_syntax(tmp_path: Path, syntax: str, stream: bytes) -> None:
    path = compressed(
        tmp_path / "image.dcm", np.zeros((8, 8), np.uint8), f"1.2.840.10008.1.2.{syntax}", stream
    )
    with pytest.raises((BadFrame, BadFile), match=r"\.$"):
        decoded(path)


def test_video_and_unknown_syntaxes_are_refused(tmp_path: Path) -> None:
    for syntax, sentence in (
        ("1.2.840.10008.1.2.4.102", "Video"),
        ("1.2.840.10008.1.2.4.53", "transfer syntax"),
    ):
        path = compressed(tmp_path / "image.dcm", np.zeros((8, 8), np.uint8), syntax, b"\0\0")
        with pytest.raises(BadFile, match=sentence):
            FrameDecoder(path)


def test_an_image_whose_rows_are_shared_out_over_fragments_is_whole(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    frames = random.integers(0, 255, (3, 16, 16)).astype(np.uint8)
    streams = [bytes(imagecodecs.jpegls_encode(frame)) for frame in frames]
    for has_table in (True, False):
        dataset = image(frames)
        dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.80")
        dataset.PixelData = encapsulate(streams, fragments_per_frame=2, has_bot=has_table)
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(tmp_path / "image.dcm", enforce_file_format=True)
        decoder = FrameDecoder(tmp_path / "image.dcm")
        assert all(np.array_equal(decoder.decode(n + 1), frames[n]) for n in (2, 0, 1))
        with pytest.raises(BadFrame, match="fewer images"):
            decoder.decode(4)
        decoder.close()


def test_a_compressed_file_cut_short_has_the_frames_before_the_cut(tmp_path: Path) -> None:
    frames = np.random.default_rng(2).integers(0, 255, (4, 16, 16)).astype(np.uint8)
    dataset = image(frames)
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.80")
    dataset.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(frame)) for frame in frames])
    dataset["PixelData"].is_undefined_length = True
    path = tmp_path / "image.dcm"
    dataset.save_as(path, enforce_file_format=True)
    path.write_bytes(path.read_bytes()[:-200])
    assert np.array_equal(decoded(path, 2), frames[1])
    with pytest.raises(BadFrame, match="ends before this image"):
        decoded(path, 4)
