"""Files damaged at random: whatever comes of them is a record, pixels, or one of the known sentences."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from streamer.dicom.faults import BadFile, BadFrame, NotDicom
from streamer.dicom.frame_decoder import FrameDecoder
from streamer.dicom.header import read_header

FOLDER = Path(str(get_testdata_file("CT_small.dcm"))).parent
SOURCES = (
    "CT_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm", "SC_rgb_rle_2frame.dcm", "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jpeg_gdcm.dcm", "image_dfl.dcm", "JPGExtended.dcm",
)  # fmt: skip
_WORDS = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f")


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, cut out or put in, most of them in the header."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 3, 10, 60))):
        at = dice.randrange(len(changed) if dice.random() < 0.3 else min(len(changed), 3000))
        kind = dice.random()
        if kind < 0.5:
            changed[at] = dice.randrange(256)
        elif kind < 0.7:
            changed[at : at + 4] = dice.choice(_WORDS)
        elif kind < 0.85:
            del changed[at : at + dice.randrange(1, 50)]
        else:
            changed[at:at] = dice.randbytes(dice.randrange(1, 20))
    return bytes(changed) or b"x"


def decode_first(path: Path) -> None:
    decoder = FrameDecoder(path)
    try:
        decoder.decode(1)
    finally:
        decoder.close()


@pytest.mark.parametrize("name", SOURCES)
def test_damage_is_a_sentence(tmp_path: Path, name: str) -> None:
    dice = random.Random(name)
    path = tmp_path / "damaged.dcm"
    original = (FOLDER / name).read_bytes()
    said: list[str] = []
    for _ in range(60):
        path.write_bytes(damaged(original, dice))
        for use in (read_header, decode_first):
            try:
                use(path)
            except NotDicom:
                pass
            except (BadFile, BadFrame) as fault:
                said.append(str(fault))
    assert said
    assert [sentence for sentence in said if not sentence.endswith(".")] == []


@pytest.mark.parametrize("offset", [0, 63, 64, 5000, 2**31, 2**32 - 1])
def test_rle_segments_that_lie_elsewhere_are_a_sentence(tmp_path: Path, offset: int) -> None:
    data = bytearray((FOLDER / "MR_small_RLE.dcm").read_bytes())
    at = data.index((2).to_bytes(4, "little") + (64).to_bytes(4, "little"))
    data[at + 8 : at + 12] = offset.to_bytes(4, "little")
    path = tmp_path / "damaged.dcm"
    path.write_bytes(data)
    decoder = FrameDecoder(path)
    with pytest.raises(BadFrame, match="damaged"):
        decoder.decode(1)
    decoder.close()
