"""Against DCMTK, which decodes JPEG, JPEG-LS and RLE by libraries of its own: what it reads without a word is read, to the same
pixels; what it refuses is not shown as whole."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from signaling.protocol.reservations import Reservation
from streamer.dicom.dataset_file import open_dataset
from streamer.dicom.faults import BadFile, BadFrame, NotDicom
from streamer.dicom.frame_decoder import FrameDecoder
from tests.data.codestreams import KINDS, Kind
from tests.data.phantoms import image

FOLDER = Path(str(get_testdata_file("CT_small.dcm"))).parent
PROGRAMS = {
    "1.2.840.10008.1.2.5": "dcmdrle",
    **{f"1.2.840.10008.1.2.4.{number}": "dcmdjpeg" for number in (50, 51, 57, 70)},
    **{f"1.2.840.10008.1.2.4.{number}": "dcmdjpls" for number in (80, 81)},
}
EXACT = frozenset(f"1.2.840.10008.1.2.{number}" for number in ("5", "4.57", "4.70", "4.80"))
NO_IMAGES = frozenset({"UN_sequence.dcm", "rtdose_rle.dcm", "rtdose_rle_1frame.dcm"})
KNOWN = {name: kind for name, kind in KINDS.items() if f"1.2.840.10008.1.2.{kind.syntax}" in PROGRAMS}
CUTS = (0.2, 0.5, 0.8, 0.97)
# DCMTK says this of how a file is written, not of its pixels.
_HARMLESS = ("is not a multiple of 2", "Non-standard VR")


class Frame(NamedTuple):
    """Of one decoder: pixels and notices, or why there are none."""

    pixels: NDArray[Any] | None
    said: tuple[str, ...]


def syntax_of(path: Path) -> str:
    try:
        opened = open_dataset(path)
    except (BadFile, NotDicom):
        return ""
    opened.close()
    return opened.syntax


def by_dcmtk(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The file without compression, and what DCMTK said; a refusal is something said."""
    syntax = syntax_of(path)
    out = path.with_name(f"{path.stem}-native.dcm")
    done = subprocess.run(
        [PROGRAMS[syntax], str(path), str(out)], capture_output=True, text=True, timeout=60, check=False
    )
    said = tuple(line for line in done.stderr.splitlines() if not any(word in line for word in _HARMLESS))
    return out, said if not done.returncode or said else ("refused",)


def by_us(path: Path, number: int = 1) -> Frame:
    try:
        decoder = FrameDecoder(path)
    except BadFile as fault:
        return Frame(None, (str(fault),))
    try:
        return Frame(*decoder.decode_noticed(number))
    except BadFrame as fault:
        return Frame(None, (str(fault),))
    finally:
        decoder.close()


def written(path: Path, kind: Kind, stream: bytes) -> Path:
    """A file whose one frame is this codestream."""
    bits = kind.bits or kind.image.dtype.itemsize * 8
    dataset = image(
        kind.image, PhotometricInterpretation=kind.photometric, BitsStored=bits, HighBit=bits - 1,
        PixelData=encapsulate([stream + b"\0" * (len(stream) % 2)]),
    )  # fmt: skip
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = UID(f"1.2.840.10008.1.2.{kind.syntax}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.save_as(path, enforce_file_format=True)
    return path


def files() -> Iterator[tuple[str, str]]:
    for path in sorted(FOLDER.glob("*.dcm")):
        syntax = syntax_of(path)
        if syntax in PROGRAMS and path.name not in NO_IMAGES:
            yield path.name, syntax


@pytest.mark.parametrize(("name", "syntax"), list(files()))
def test_a_file_that_dcmtk_reads_without_a_word_has_the_same_pixels(
    tmp_path: Path, name: str, syntax: str
) -> None:
    path = tmp_path / name
    path.write_bytes((FOLDER / name).read_bytes())
    native, said = by_dcmtk(path)
    ours = by_us(path)
    if said:
        return
    theirs = by_us(native)
    assert ours.pixels is not None, ours.said
    assert theirs.pixels is not None, theirs.said
    assert ours.pixels.shape == theirs.pixels.shape
    if syntax in EXACT:
        np.testing.assert_array_equal(ours.pixels, theirs.pixels)
    elif ours.pixels.ndim == 2:
        assert np.abs(ours.pixels.astype(int) - theirs.pixels).max() <= 1


@pytest.mark.parametrize("name", KNOWN)
def test_an_image_that_dcmtk_reads_has_the_same_pixels(tmp_path: Path, name: str) -> None:
    kind = KNOWN[name]
    path = written(tmp_path / "whole.dcm", kind, kind.encode(kind.image))
    native, said = by_dcmtk(path)
    ours = by_us(path)
    assert ours.pixels is not None
    assert ours.said == kind.said
    if said:
        return
    theirs = by_us(native)
    assert theirs.pixels is not None
    difference = int(np.abs(ours.pixels.astype(int) - theirs.pixels).max())
    assert (
        difference == 0
        if f"1.2.840.10008.1.2.{kind.syntax}" in EXACT
        else kind.image.ndim == 3 or difference <= 1
    )


@pytest.mark.parametrize("ended", [False, True], ids=["cut", "cut and ended"])
@pytest.mark.parametrize("name", KNOWN)
def test_what_dcmtk_refuses_or_warns_of_is_not_shown_as_whole(tmp_path: Path, name: str, ended: bool) -> None:
    kind = KNOWN[name]
    stream = kind.encode(kind.image)
    start = stream.index(b"\xff\xda") if b"\xff\xda" in stream and kind.trailer else 64
    lengths = [start + int((len(stream) - start) * share) for share in CUTS] + [
        len(stream) - 2 - kind.trailer
    ]
    end = b"\xff\xd9" if ended and kind.trailer else b""
    paths = [
        written(tmp_path / f"{number}.dcm", kind, stream[:length] + end)
        for number, length in enumerate(lengths)
    ]
    with ThreadPoolExecutor(2) as pool:
        said = [words for _, words in pool.map(by_dcmtk, paths)]
    assert all(said[: len(CUTS)])
    for path, words in zip(paths, said, strict=True):
        ours = by_us(path)
        if words:
            assert ours.pixels is None or Reservation.END_MARK in ours.said, words
