"""What of an image's display pipeline (PS3.4 N.2) is not done here: reservations and notices, from its header."""

from __future__ import annotations

import math
from collections.abc import Iterator

from signaling.protocol.reservations import Reservation
from streamer.dicom.elements import Elements
from streamer.dicom.header_record import PixelFields
from streamer.dicom.icc_profile import is_srgb

PIPELINE_KEYWORDS = (
    "BurnedInAnnotation", "QualityControlImage", "VOILUTSequence", "PixelPresentation", "ShutterShape",
    "ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge", "ShutterLowerHorizontalEdge",
    "MaskSubtractionSequence", "RecommendedViewingMode", "ICCProfile", "ColorSpace", "PresentationLUTShape",
    "PresentationLUTSequence", "PresentationIntentType", "RedPaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData",
)  # fmt: skip
_OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
_OVERLAY_BITS, _OVERLAY_POSITION, _OVERLAY_DATA = 0x0100, 0x0102, 0x3000
PIPELINE_TAGS = tuple(
    group << 16 | element
    for group in _OVERLAY_GROUPS
    for element in (_OVERLAY_BITS, _OVERLAY_POSITION, _OVERLAY_DATA)
)
_GREY = ("MONOCHROME1", "MONOCHROME2")
_UNREAD = {
    Reservation.SPACING: {"PixelSpacing", "ImagerPixelSpacing", "PixelAspectRatio"},
    Reservation.THICKNESS: {"SliceThickness"},
    Reservation.WINDOW: {"WindowCenter", "WindowWidth", "VOILUTFunction"},
}
_SUBTRACTIONS = frozenset({"AVG_SUB", "TID", "REV_TID"})
_SHUTTER_EDGES = ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
_PALETTE_DATA = tuple(f"{color}PaletteColorLookupTableData" for color in ("Red", "Green", "Blue"))


def reservations(elements: Elements, pixels: PixelFields | None) -> tuple[str, ...]:
    """The codes that hold for a file's images, those that take plain exactness first; none for an object without pixels."""
    if pixels is None:
        return ()
    return tuple(_found(elements, pixels))


def _found(elements: Elements, pixels: PixelFields) -> Iterator[Reservation]:
    grey = pixels.samples == 1 and pixels.photometric in _GREY
    if pixels.length_doubt:
        yield Reservation(pixels.length_doubt)
    if elements.doubts("PixelPaddingValue", "PixelPaddingRangeLimit"):
        yield Reservation.PADDING
    if grey:
        yield from _grey(elements, pixels)
    else:
        yield from _color(elements, pixels)
    if any(_overlay(elements, group) for group in _OVERLAY_GROUPS):
        yield Reservation.OVERLAY
    if _shutter(elements, pixels):
        yield Reservation.SHUTTER
    if _mask(elements):
        yield Reservation.MASK
    if elements.text("PresentationIntentType", 24).upper() == "FOR PROCESSING":
        yield Reservation.FOR_PROCESSING
    if elements.text("BurnedInAnnotation", 8).upper() == "YES":
        yield Reservation.BURNED_IN
    if elements.text("QualityControlImage", 8).upper() == "YES":
        yield Reservation.QUALITY_CONTROL
    # What was read of the file and its frames before this and was not understood.
    yield from (code for code, keywords in _UNREAD.items() if elements.odd & keywords)


def _grey(elements: Elements, pixels: PixelFields) -> Iterator[Reservation]:
    places = [elements, *_macros(elements, "FrameVOILUTSequence")]
    tables = [place for place in places if place.items("VOILUTSequence")]
    if tables:
        # Either may be applied where there are both (C.11.2.1.2).
        windowed = all(
            place.numbers("WindowCenter") and min(place.numbers("WindowWidth"), default=0.0) > 0.0
            for place in tables
        )
        yield Reservation.VOI_LUT_BESIDE if windowed else Reservation.VOI_LUT
    shape = elements.text("PresentationLUTShape", 16).upper()
    contrary = {"MONOCHROME1": "IDENTITY", "MONOCHROME2": "INVERSE"}[pixels.photometric]
    if shape == contrary or elements.items("PresentationLUTSequence"):
        yield Reservation.PRESENTATION_LUT
    if elements.text("PixelPresentation", 8).upper() in ("COLOR", "MIXED"):
        yield Reservation.SUPPLEMENTAL_PALETTE


def _color(elements: Elements, pixels: PixelFields) -> Iterator[Reservation]:
    if pixels.samples == 3 and pixels.bits_stored > 8:
        yield Reservation.COLOR_DEPTH
    if pixels.photometric == "PALETTE_COLOR" and _is_deep(elements):
        yield Reservation.PALETTE_DEPTH
    profile = elements.value("ICCProfile")
    named = elements.text("ColorSpace", 16).upper()
    known = is_srgb(profile) if isinstance(profile, bytes) and profile.strip(b"\0") else True
    if not known or named not in ("", "SRGB"):
        yield Reservation.ICC_PROFILE


def _is_deep(elements: Elements) -> bool:
    """Whether a palette's entries have more than 8 bit in truth; many write v as v × 256 or v × 257."""
    descriptor = elements.numbers("RedPaletteColorLookupTableDescriptor", 3)
    if not descriptor or descriptor[2] <= 8:
        return False
    if elements.has("SegmentedRedPaletteColorLookupTableData"):
        return True
    tables = [elements.value(keyword) for keyword in _PALETTE_DATA]
    return any(_has_two_bytes(table) for table in tables if isinstance(table, bytes))


def _has_two_bytes(table: bytes) -> bool:
    one, other = table[::2], table[1::2]
    return any(one) and any(other) and one[: len(other)] != other


def _overlay(elements: Elements, group: int) -> bool:
    """Whether the group has an overlay plane that shows something, or one in unused bits of the pixels (retired)."""
    data = elements.at(group << 16 | _OVERLAY_DATA)
    if isinstance(data, bytes) and data:
        return any(data)
    bits, position = (elements.at(group << 16 | element) for element in (_OVERLAY_BITS, _OVERLAY_POSITION))
    return isinstance(bits, int) and bits > 1 and isinstance(position, int) and position > 0


def _shutter(elements: Elements, pixels: PixelFields) -> bool:
    """Whether a shutter hides something: a rectangle that holds the whole image does not."""
    for place in (elements, *_macros(elements, "FrameDisplayShutterSequence")):
        shapes = {shape.upper() for shape in place.texts("ShutterShape", 16) if shape}
        if shapes == {"RECTANGULAR"}:
            edges = [place.number(f"Shutter{edge}Edge") for edge in _SHUTTER_EDGES]
            left, right, upper, lower = (math.nan if edge is None else edge for edge in edges)
            if not (left <= 1 and upper <= 1 and right >= pixels.columns and lower >= pixels.rows):
                return True
        elif shapes:
            return True
    return False


def _mask(elements: Elements) -> bool:
    """Whether the file wants masks subtracted, and not to be seen as it is (RecommendedViewingMode)."""
    if elements.text("RecommendedViewingMode", 8).upper() == "NAT":
        return False
    return any(
        item.text("MaskOperation", 16).upper() in _SUBTRACTIONS
        for item in elements.items("MaskSubtractionSequence")
    )


def _macros(elements: Elements, keyword: str) -> list[Elements]:
    """The items of a functional group's macro, shared and of each frame (C.7.6.16)."""
    groups = [
        *elements.items("SharedFunctionalGroupsSequence"),
        *elements.items("PerFrameFunctionalGroupsSequence"),
    ]
    return [item for group in groups for item in group.items(keyword)]
