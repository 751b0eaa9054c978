"""What of an image's display pipeline is not done is noticed, from its header alone; what changes nothing is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ImageCms
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from signaling.protocol.reservations import NOTICES, Reservation, takes_exact
from streamer.dicom.header import read_header
from streamer.dicom.icc_profile import is_srgb
from tests.data.phantoms import image

RGB = np.zeros((8, 8, 3), np.uint8)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def item(**elements: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def macro(keyword: str, **elements: Any) -> Dataset:
    return item(**{keyword: Sequence([item(**elements)])})


def table(first: int = 0) -> Sequence:
    return Sequence([item(LUTDescriptor=[4, first, 16], LUTData=b"\0\0\1\0\2\0\3\0")])


def noticed(folder: Path, dataset: FileDataset) -> set[str]:
    path = folder / "image.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return set(read_header(path).notices)


def overlay(
    group: int = 0x6000, data: bytes = b"\x00\x18\x00\x00\x00\x00\x00\x00", **elements: Any
) -> FileDataset:
    dataset = image(**elements)
    for element, vr, value in (
        (0x10, "US", 8), (0x11, "US", 8), (0x40, "CS", "G"), (0x50, "SS", [1, 1]), (0x100, "US", 1),
        (0x102, "US", 0), (0x3000, "OW", data),
    ):  # fmt: skip
        dataset.add_new(group << 16 | element, vr, value)
    return dataset


def embedded_overlay() -> FileDataset:
    dataset = image(np.zeros((8, 8), np.uint16), BitsStored=12, HighBit=11)
    for element, value in ((0x10, 8), (0x11, 8), (0x100, 16), (0x102, 12)):
        dataset.add_new(0x60000000 | element, "US", value)
    return dataset


def shutter(left: int, right: int, upper: int, lower: int) -> dict[str, Any]:
    return {
        "ShutterShape": "RECTANGULAR", "ShutterLeftVerticalEdge": left, "ShutterRightVerticalEdge": right,
        "ShutterUpperHorizontalEdge": upper, "ShutterLowerHorizontalEdge": lower,
    }  # fmt: skip


def palette(entries: np.ndarray[Any, Any], bits: int = 16) -> FileDataset:
    elements: dict[str, Any] = {}
    for color in ("Red", "Green", "Blue"):
        elements[f"{color}PaletteColorLookupTableDescriptor"] = [len(entries), 0, bits]
        elements[f"{color}PaletteColorLookupTableData"] = entries.astype("<u2").tobytes()
    return image(np.zeros((8, 8), np.uint8), PhotometricInterpretation="PALETTE COLOR", **elements)


def masked(operation: str, **elements: Any) -> FileDataset:
    return image(Modality="XA", MaskSubtractionSequence=Sequence([item(MaskOperation=operation)]), **elements)


NEGATIVE = {"PhotometricInterpretation": "MONOCHROME1"}
EIGHT_BIT = np.arange(256)
R = Reservation
NOTICED: dict[str, tuple[FileDataset, set[str]]] = {
    "a plain image": (image(), set()),
    "plain colour": (image(RGB), set()),
    "an overlay": (overlay(), {R.OVERLAY}),
    "the last overlay group": (overlay(0x601E), {R.OVERLAY}),
    "an overlay that is empty": (overlay(data=bytes(8)), set()),
    "an overlay in unused bits": (embedded_overlay(), {R.OVERLAY}),
    "a group that is no overlay": (overlay(0x6020), set()),
    "a shutter": (image(**shutter(2, 8, 1, 8)), {R.SHUTTER}),
    "a shutter around the whole image": (image(**shutter(0, 9, 1, 8)), set()),
    "a round shutter": (image(ShutterShape="CIRCULAR", CenterOfCircularShutter=[4, 4], RadiusOfCircularShutter=2), {R.SHUTTER}),
    "two shutters": (image(**{**shutter(1, 8, 1, 8), "ShutterShape": ["RECTANGULAR", "POLYGONAL"]}), {R.SHUTTER}),
    "a shutter without edges": (image(ShutterShape="RECTANGULAR"), {R.SHUTTER}),
    "a frame's shutter": (
        image(SharedFunctionalGroupsSequence=Sequence([macro("FrameDisplayShutterSequence", **shutter(3, 8, 1, 8))])),
        {R.SHUTTER},
    ),
    "a mask": (masked("AVG_SUB"), {R.MASK}),
    "a mask in time": (masked("TID"), {R.MASK}),
    "no mask": (masked("NONE"), set()),
    "a mask of an image to be seen as it is": (masked("AVG_SUB", RecommendedViewingMode="NAT"), set()),
    "a VOI LUT alone": (image(VOILUTSequence=table()), {R.VOI_LUT}),
    "a VOI LUT beside a window": (image(VOILUTSequence=table(), WindowCenter=10, WindowWidth=20), {R.VOI_LUT_BESIDE}),
    "a VOI LUT beside a window that is none": (image(VOILUTSequence=table(), WindowCenter=10, WindowWidth=0), {R.VOI_LUT}),
    "a frame's VOI LUT": (
        image(PerFrameFunctionalGroupsSequence=Sequence([macro("FrameVOILUTSequence", VOILUTSequence=table())])),
        {R.VOI_LUT},
    ),
    "identity": (image(PresentationLUTShape="IDENTITY"), set()),
    "inverse of MONOCHROME1": (image(**NEGATIVE, PresentationLUTShape="INVERSE"), set()),
    "inverse of MONOCHROME2": (image(PresentationLUTShape="INVERSE"), {R.PRESENTATION_LUT}),
    "identity of MONOCHROME1": (image(**NEGATIVE, PresentationLUTShape="IDENTITY"), {R.PRESENTATION_LUT}),
    "a presentation LUT": (image(PresentationLUTSequence=table()), {R.PRESENTATION_LUT}),
    "sRGB": (image(RGB, ICCProfile=SRGB), set()),
    "another profile": (image(RGB, ICCProfile=b"\0" * 128), set()),
    "a profile that can't be read": (image(RGB, ICCProfile=b"abcd" * 40), {R.ICC_PROFILE}),
    "a colour space of another name": (image(RGB, ColorSpace="ADOBERGB"), {R.ICC_PROFILE}),
    "sRGB by name": (image(RGB, ColorSpace="SRGB"), set()),
    "a profile of grey": (image(ICCProfile=b"abcd" * 40), set()),
    "deep colour": (image(np.zeros((8, 8, 3), np.uint16)), {R.COLOR_DEPTH}),
    "a palette of 8 bit in 16": (palette(EIGHT_BIT * 256), set()),
    "a palette of 8 bit, twice": (palette(EIGHT_BIT * 257), set()),
    "a palette of small numbers": (palette(EIGHT_BIT), set()),
    "a palette of 16 bit": (palette(EIGHT_BIT * 251), {R.PALETTE_DEPTH}),
    "a supplemental palette": (image(PixelPresentation="COLOR"), {R.SUPPLEMENTAL_PALETTE}),
    "raw": (image(PresentationIntentType="FOR PROCESSING"), {R.FOR_PROCESSING}),
    "for presentation": (image(PresentationIntentType="FOR PRESENTATION"), set()),
    "burned in": (image(BurnedInAnnotation="YES"), {R.BURNED_IN}),
    "not burned in": (image(BurnedInAnnotation="NO"), set()),
    "quality control": (image(QualityControlImage="YES"), {R.QUALITY_CONTROL}),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICED)
def test_what_is_left_out_is_noticed_and_nothing_else(name: str, tmp_path: Path) -> None:
    dataset, expected = NOTICED[name]
    assert noticed(tmp_path, dataset) == {str(code) for code in expected}


def test_an_object_without_pixels_has_none(tmp_path: Path) -> None:
    assert noticed(tmp_path, image(PixelData=None, BurnedInAnnotation="YES")) == set()


def test_only_notices_leave_an_image_plainly_exact() -> None:
    assert {code for code in Reservation if not takes_exact(code)} == NOTICES
    assert takes_exact("of a newer version")


def test_a_profile_is_srgb_by_what_it_computes_not_by_its_name() -> None:
    assert is_srgb(SRGB)
    wide = bytearray(SRGB)
    at = SRGB.index(b"rXYZ", 128)
    offset = int.from_bytes(SRGB[at + 4 : at + 8], "big")
    wide[offset + 8 : offset + 12] = round(0.6097 * 65536).to_bytes(4, "big")  # Adobe RGB's red
    assert b"sRGB" in SRGB.replace(b"\0", b"")
    assert not is_srgb(bytes(wide))


@pytest.mark.parametrize("size", range(0, len(SRGB), 37))
def test_a_profile_cut_short_is_none_and_no_error(size: int) -> None:
    assert is_srgb(SRGB[:size]) in (False, True)
    assert not is_srgb(SRGB[: min(size, 400)])


@pytest.mark.parametrize("name", ["LAB", "XYZ"])
def test_another_kind_of_profile_is_none(name: Any) -> None:
    assert not is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes())
