"""What is written as a number is one by the grammar of PS3.5 6.2 (DS, IS), or not understood; and one number is not two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.valuerep import DSfloat

from streamer.dicom.elements import Elements
from streamer.dicom.faults import BadFile
from streamer.dicom.header import read_header
from streamer.dicom.lookup_tables import modality_table_of
from streamer.dicom.number_text import finite
from tests.data.phantoms import raw_text, write_odd

PIXELS = np.zeros((8, 8), np.uint16)
NUMBERS = {
    "1": 1.0, "+1": 1.0, "-1": -1.0, "01": 1.0, "1.": 1.0, ".5": 0.5, "-.5": -0.5, "1.25": 1.25, "1e2": 100.0, "1E+2": 100.0,
    "1.5e-3": 0.0015, " 7": 7.0, "7  ": 7.0, "0.66666666666666667": 0.66666666666666667, "0": 0.0,
}  # fmt: skip
NONE = [
    "1_0", "0_5", "1_000.5", "1e1_0", "NaN", "nan", "inf", "-inf", "Infinity", "1e999", "1e16", "0x10", "0x1p3", "1p3", "2,5",
    "1,000", "1.000,5", "1D1", "1d1", "1e", "e5", "1e1.5", ".", "+", "-", "+-1", "--1", "1-", "1 0", "1.2.3", "1'000", "1HU",
    "1%", "=1", "(1)", "$1", "one", "l", "1O", "\xb9", "1\xb2", "\u0661", "\uff11", "\u22121", "\xbd", "1\x001", "TRUE",
]  # fmt: skip


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_are_read(written: str) -> None:
    assert finite(written) == NUMBERS[written]
    assert finite(DSfloat(written)) == NUMBERS[written]
    assert finite(written.encode()) == NUMBERS[written]


@pytest.mark.parametrize("written", NONE, ids=ascii)
def test_what_is_no_number_by_the_standard_is_none(written: str) -> None:
    assert finite(written) is None
    assert finite(written.encode("utf-8")) is None


@pytest.mark.parametrize(
    "value", [True, None, [], [1.0], float("nan"), float("-inf"), 1e16, "", b"", object()]
)
def test_other_things_are_none(value: Any) -> None:
    assert finite(value) is None


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1.0), np.int16(1), DSfloat(1.0), DSfloat("1")])
def test_binary_numbers_are_what_they_are(value: Any) -> None:
    assert finite(value) == 1.0


ONE = [
    "RescaleSlope",
    "RescaleIntercept",
    "SliceThickness",
    "FrameTime",
    "SeriesNumber",
    "InstanceNumber",
    "NumberOfFrames",
]
PAIRS = ["PixelSpacing", "ImagerPixelSpacing"]


def elements_of(keyword: str, written: str) -> Elements:
    dataset = Dataset()
    raw_text(dataset, keyword, written)
    return Elements(dataset)


# As files have it: what pydicom made of the bytes comes first, and it has rules of its own.
@pytest.mark.parametrize("written", [text for text in NONE if text.isascii()], ids=ascii)
@pytest.mark.parametrize("keyword", ONE)
def test_no_element_takes_for_a_number_what_is_none(keyword: str, written: str) -> None:
    elements = elements_of(keyword, written)
    assert elements.number(keyword) is None
    assert elements.doubts(keyword)


@pytest.mark.parametrize("written", [text for text in NONE if text.isascii()], ids=ascii)
@pytest.mark.parametrize("keyword", PAIRS)
def test_nor_in_one_of_two_values(keyword: str, written: str) -> None:
    for both in (f"1\\{written}", f"{written}\\1"):
        elements = elements_of(keyword, both)
        assert elements.numbers(keyword, 2) == ()
        assert elements.doubts(keyword)


@pytest.mark.parametrize("written", ["1\\2", "1\\1", "1\\", "\\1", "1\\2\\3", "2\\1"])
@pytest.mark.parametrize("keyword", ONE)
def test_several_values_where_one_is_meant_are_not_understood(keyword: str, written: str) -> None:
    elements = elements_of(keyword, written)
    assert elements.number(keyword) is None
    assert elements.integer(keyword, 9) == 9
    assert elements.doubts(keyword)


def header_of(folder: Path, odd: dict[str, str], **elements: Any) -> Any:
    return read_header(write_odd(folder / "1.dcm", odd, PIXELS, **elements))


@pytest.mark.parametrize("written", ["1_0", "1\\2", "1\\1", "1\\", "1,0"])
@pytest.mark.parametrize("keyword", ["RescaleSlope", "RescaleIntercept"])
def test_values_are_unknown_then(tmp_path: Path, keyword: str, written: str) -> None:
    record = header_of(tmp_path, {keyword: written}, RescaleSlope="1", RescaleIntercept="0")
    assert record.frames[0].rescale is None


@pytest.mark.parametrize("written", ["0_5\\0_5", "0.5\\0_5", "1\\1\\1", "1", "1\\2\\", "1\\", "0.5\\0,5"])
def test_lengths_are_in_pixels_then(tmp_path: Path, written: str) -> None:
    record = header_of(tmp_path, {"PixelSpacing": written})
    assert (record.frames[0].spacing, record.frames[0].spacing_kind) == ((1.0, 1.0), "")


@pytest.mark.parametrize("written", ["1_0", "1\\2", "2\\2"])
def test_a_thickness_is_not_said_then(tmp_path: Path, written: str) -> None:
    assert header_of(tmp_path, {"SliceThickness": written}).frames[0].thickness == 0.0


@pytest.mark.parametrize(
    ("center", "width", "count"),
    [
        ("40", "400", 1),
        ("40\\50", "400\\350", 2),
        ("40\\50", "400", 0),
        ("40", "400\\350", 0),
        ("40\\50\\60", "400\\350", 0),
        ("4_0", "400", 0),
        ("40\\5_0", "400\\350", 0),
    ],
)
def test_each_window_has_a_centre_and_a_width_or_there_is_none(
    tmp_path: Path, center: str, width: str, count: int
) -> None:
    record = header_of(tmp_path, {"WindowCenter": center, "WindowWidth": width})
    assert len(record.frames[0].windows) == count


@pytest.mark.parametrize(
    ("keyword", "written", "code"),
    [
        *(
            ("PixelSpacing", bad, "spacing")
            for bad in ("1_0\\1", "1", "1\\1\\1", "0\\0", "-1\\1", "1,0\\1,0")
        ),
        *(("ImagerPixelSpacing", bad, "spacing") for bad in ("1_0\\1", "1", "0\\0")),
        *(("SliceThickness", bad, "thickness") for bad in ("1_0", "2,5", "1\\2")),
        *(("WindowCenter", bad, "window") for bad in ("4_0", "40\\50", "4O")),
        *(("WindowWidth", bad, "window") for bad in ("4_0", "40\\50", "4O")),
        ("VOILUTFunction", "CUBIC", "window"),
    ],
)
def test_what_is_left_out_is_said(tmp_path: Path, keyword: str, written: str, code: str) -> None:
    whole = {"WindowCenter": "40", "WindowWidth": "400", "SliceThickness": "1", "PixelSpacing": [1, 1]}
    assert header_of(tmp_path, {}, **whole).notices == ()
    assert header_of(tmp_path, {keyword: written}, **whole).notices == (code,)


def test_one_text_is_not_two(tmp_path: Path) -> None:
    odd = {
        "PatientID": "12\\34", "RescaleType": "HU\\US", "PatientBirthDate": "19500101\\19600101", "Modality": "CT\\MR",
        "PatientName": "Ada^A\\Bea^B", "LossyImageCompression": "00\\01", "PhotometricInterpretation": "MONOCHROME2\\RGB",
    }  # fmt: skip
    record = header_of(tmp_path, odd, RescaleSlope="1", RescaleIntercept="-1024")
    assert record.patient.patient_id == "12\\34"
    assert record.patient.name == "Ada^A\\Bea^B"
    assert record.patient.birth_date == "!19500101\\19600101"
    assert record.series.modality == "CT\\MR"
    assert record.units == ""
    assert record.lossy == "possibly lossy"
    assert "photometric" in record.pixels.refusal


@pytest.mark.parametrize("descriptor", ["4\\0\\1_6", "4\\0_0\\16", "4_0\\0\\16", "4\\0\\16\\1", "4\\0"])
def test_a_tables_description_is_of_three_numbers(descriptor: str) -> None:
    item = Dataset()
    raw_text(item, "LUTDescriptor", descriptor)
    item.add_new("LUTData", "OW", bytes(128))
    dataset = Dataset()
    dataset.ModalityLUTSequence = [item]
    with pytest.raises(BadFile):
        modality_table_of(dataset, signed=False, little_endian=True)
