"""What is read of a file's header, and the sentences on files that can't be used."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmwrite
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from streamer.dicom.faults import BadFile, NotDicom
from streamer.dicom.header import read_header
from streamer.dicom.header_record import HeaderRecord, pack, unpack
from tests.data.phantoms import image, write_image


def header(path: Path, pixels: Any = None, **elements: Any) -> HeaderRecord:
    record = read_header(write_image(path / "image.dcm", pixels, **elements))
    assert unpack(pack(record)) == record
    return record


def test_a_ct_image_is_read_as_it_is(tmp_path: Path) -> None:
    record = read_header(Path(str(get_testdata_file("CT_small.dcm"))))
    assert record.series.modality == "CT"
    assert record.patient.name == "CompressedSamples^CT1"
    assert record.frames[0].position == (-158.135803, -179.035797, -75.699997)
    assert record.frames[0].spacing == (0.661468, 0.661468)
    assert record.frames[0].rescale == (1.0, -1024.0)
    assert record.units == "HU"
    assert record.pixels is not None
    assert (record.pixels.offset, record.pixels.length) == (6300, 128 * 128 * 2)


@pytest.mark.parametrize("name", ["no_meta.dcm", "ExplVR_LitEndNoMeta.dcm", "ExplVR_BigEndNoMeta.dcm"])
def test_files_without_preamble_are_known_by_their_content(name: str) -> None:
    if name == "no_meta.dcm":  # It holds its meta information alone, in an order that no reader expects.
        with pytest.raises(NotDicom):
            read_header(Path(str(get_testdata_file(name))))
    else:
        assert read_header(Path(str(get_testdata_file(name)))).series.modality == "RTPLAN"


def test_an_image_without_preamble_is_read_like_its_twin(tmp_path: Path) -> None:
    whole = write_image(tmp_path / "whole.dcm")
    for name, syntax, order in (
        ("implicit", "1.2.840.10008.1.2", "<"),
        ("explicit", "1.2.840.10008.1.2.1", "<"),
        ("big", "1.2.840.10008.1.2.2", ">"),
    ):
        dataset = Dataset(image())
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<i2").astype(f"{order}i2").tobytes()
        path = tmp_path / name
        dcmwrite(path, dataset, implicit_vr=name == "implicit", little_endian=order == "<")
        assert path.read_bytes().startswith(struct.pack(f"{order}HH", 8, 0x16))
        record = read_header(path)
        assert record.study == read_header(whole).study
        assert record.pixels is not None
        assert record.pixels.transfer_syntax == syntax
        assert path.read_bytes()[record.pixels.offset :] == dataset.PixelData


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"text " * 100,
        bytes(4096),
        b"PK\x03\x04" + b"x" * 300,
    ],
)
def test_other_files_are_not_dicom(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotDicom):
        read_header(path)


def test_a_dicomdir_is_no_image() -> None:
    folder = Path(str(get_testdata_file("CT_small.dcm"))).parent / "dicomdirtests"
    with pytest.raises(NotDicom):
        read_header(folder / "DICOMDIR")


@pytest.mark.parametrize("keep", [133, 150, 200, 300])
def test_a_header_cut_short_is_a_sentence(tmp_path: Path, keep: int) -> None:
    path = write_image(tmp_path / "image.dcm")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BadFile, match=r"^A file.*\.$"):
        read_header(path)


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        ({"StudyInstanceUID": None}, "does not say which study"),
        ({"SOPInstanceUID": None}, "does not say which study"),
        ({"SeriesInstanceUID": "../../etc/passwd"}, "does not say which study"),
        ({"Rows": 0}, "without rows and columns"),
        ({"Rows": 65535, "Columns": 65535}, "65535 × 65535 pixels, which is over"),
        ({"NumberOfFrames": 99999}, "holds only 128 bytes of pixels: it is damaged"),
        ({"NumberOfFrames": 2000000}, "which is over what can be shown"),
    ],
)
def test_absurd_files_are_sentences(tmp_path: Path, elements: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        header(tmp_path, **elements)


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        ({"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, "Images of 1 bit per pixel"),
        ({"HighBit": 11}, "Bits Stored, High Bit"),
        ({"PhotometricInterpretation": "CMYK"}, "CMYK photometric interpretation"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.2"}, "dose grids"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.66.4"}, "Segmentations"),
    ],
)
def test_pixels_that_are_not_understood_are_refused_in_words(
    tmp_path: Path, elements: dict[str, Any], sentence: str
) -> None:
    pixels = header(tmp_path, **elements).pixels
    assert pixels is not None
    assert sentence in pixels.refusal


def test_numbers_that_are_none_do_not_pass(tmp_path: Path) -> None:
    for keyword, value in (
        ("ImagePositionPatient", [1e30, 0, 0]),
        ("ImageOrientationPatient", [1, 0, 0, 1, 0, 0]),
    ):
        record = header(tmp_path, **{keyword: value})
        assert record.frames[0].position is None
        assert record.frames[0].orientation == ()
    assert header(tmp_path, PixelSpacing=[0, 1]).frames[0].spacing_kind == ""
    assert header(tmp_path, PixelSpacing=[-1, 1]).frames[0].spacing_kind == ""


def test_damaged_decimal_strings_become_nothing(tmp_path: Path) -> None:
    path = write_image(
        tmp_path / "image.dcm", RescaleSlope="1234.5", WindowCenter="1234.5", WindowWidth="1234.5"
    )
    path.write_bytes(path.read_bytes().replace(b"1234.5", b"12x4.5"))
    frame = read_header(path).frames[0]
    assert frame.rescale is None
    assert frame.windows == ()


def test_windows_keep_their_explanations(tmp_path: Path) -> None:
    elements = {
        "WindowCenter": [40, -600, 7],
        "WindowWidth": [400, 1500, 0],
        "WindowCenterWidthExplanation": ["SOFT", "LUNG", "NONE"],
    }
    windows = header(tmp_path, **elements).frames[0].windows
    assert [(w.center, w.width, w.explanation) for w in windows] == [(40, 400, "SOFT"), (-600, 1500, "LUNG")]


@pytest.mark.parametrize(
    ("elements", "units"),
    [
        ({"RescaleIntercept": "-1024", "RescaleSlope": "1"}, "HU"),
        (
            {
                "RescaleIntercept": "-1024",
                "RescaleSlope": "1",
                "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"],
            },
            "",
        ),
        ({"RescaleIntercept": "0", "RescaleSlope": "2", "RescaleType": "US", "Modality": "MR"}, ""),
        ({"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "HU"}, "HU"),
        ({"Modality": "PT", "Units": "BQML", "RescaleSlope": "2", "RescaleIntercept": "0"}, "Bq/ml"),
        ({"Modality": "MR", "RescaleSlope": "2", "RescaleIntercept": "0"}, ""),
    ],
)
def test_units_are_only_those_that_are_known(tmp_path: Path, elements: dict[str, Any], units: str) -> None:
    assert header(tmp_path, **elements).units == units


@pytest.mark.parametrize(
    ("elements", "spacing", "kind"),
    [
        ({"PixelSpacing": [0.5, 0.25]}, (0.5, 0.25), "patient"),
        ({"Modality": "DX", "ImagerPixelSpacing": [0.2, 0.2]}, (0.2, 0.2), "detector"),
        (
            {"Modality": "DX", "PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.2, 0.2]},
            (0.2, 0.2),
            "detector",
        ),
        (
            {"Modality": "DX", "PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.2, 0.2]},
            (0.1, 0.1),
            "calibrated",
        ),
        ({"Modality": "CR", "PixelSpacing": [0.1, 0.1]}, (0.1, 0.1), "detector"),
        *(
            (
                {
                    "Modality": modality,
                    "PixelSpacing": [0.1, 0.1],
                    "PixelSpacingCalibrationType": how,
                    **more,
                },
                (0.1, 0.1),
                kind,
            )
            for modality in ("CR", "DX", "MG", "XA", "RF", "XC")
            for how, kind in (("FIDUCIAL", "fiducial"), ("geometry", "geometry"), ("RULER", "calibrated"))
            for more in ({}, {"ImagerPixelSpacing": [0.1, 0.1]}, {"ImagerPixelSpacing": [0.2, 0.2]})
        ),
        (
            {"Modality": "DX", "ImagerPixelSpacing": [0.2, 0.2], "PixelSpacingCalibrationType": "FIDUCIAL"},
            (0.2, 0.2),
            "detector",
        ),
        ({"Modality": "US", "PixelAspectRatio": [2, 1]}, (2.0, 1.0), ""),
        ({"Modality": "US"}, (1.0, 1.0), ""),
    ],
)
def test_spacing_is_called_what_it_is(
    tmp_path: Path, elements: dict[str, Any], spacing: tuple[float, float], kind: str
) -> None:
    frame = header(tmp_path, **elements).frames[0]
    assert (frame.spacing, frame.spacing_kind) == (spacing, kind)


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ({}, ""),
        ({"LossyImageCompression": "00"}, ""),
        (
            {
                "LossyImageCompression": "01",
                "LossyImageCompressionRatio": 12.5,
                "LossyImageCompressionMethod": "ISO_10918_1",
            },
            "lossy 12.5:1 (JPEG)",
        ),
        ({"LossyImageCompression": "01"}, "lossy"),
        ({"LossyImageCompression": "1"}, "possibly lossy"),
        ({"LossyImageCompression": "YES"}, "possibly lossy"),
    ],
)
def test_lossy_compression_is_named(tmp_path: Path, elements: dict[str, Any], text: str) -> None:
    assert header(tmp_path, **elements).lossy == text


def test_projection_terms_and_notices(tmp_path: Path) -> None:
    elements = {
        "Modality": "MG",
        "PatientOrientation": ["A", "FR"],
        "ImageLaterality": "R",
        "ViewPosition": "MLO",
        "BurnedInAnnotation": "YES",
        "PixelPaddingValue": 0,
        "PixelPaddingRangeLimit": 10,
        "FrameTime": "40",
    }
    record = header(tmp_path, np.zeros((4, 4), np.uint16), **elements)
    assert record.patient_orientation == ("A", "FR")
    assert (record.laterality, record.view_position) == ("R", "MLO")
    assert record.notices == ("burned_in",)
    assert record.pixels is not None
    assert record.pixels.padding == (0.0, 10.0)
    assert record.frame_rate == 25.0
    assert header(tmp_path, PatientOrientation=["X", "F"]).patient_orientation is None


def test_padding_is_in_stored_values_also_when_written_without_its_sign(tmp_path: Path) -> None:
    path = write_image(tmp_path / "image.dcm", PixelPaddingValue=-2000)
    pixels = read_header(path).pixels
    assert pixels is not None
    assert pixels.padding == (-2000.0, -2000.0)
    twelve = header(tmp_path, BitsStored=12, HighBit=11, PixelPaddingValue=-2000).pixels
    assert twelve is not None
    assert twelve.padding == (-2000.0, -2000.0)


def test_names_keep_their_letters_and_lose_control_characters(tmp_path: Path) -> None:
    record = header(tmp_path, SpecificCharacterSet="ISO_IR 192", PatientName="Müller^Jörg=山田^太郎")
    assert record.patient.name == "Müller^Jörg"
    assert "山田" in record.patient.search
    assert header(tmp_path, StudyDescription="a\x1bb\x07c").study.description == "a b c"
