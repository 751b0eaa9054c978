"""What a file says of its ultrasound regions (Sequence of Ultrasound Regions, PS3.3 C.8.5.5)."""

from __future__ import annotations

from streamer.dicom.elements import Elements
from streamer.dicom.limits import SPACING_MM
from streamer.viewer.ultrasound_region import UltrasoundRegion

MOST_REGIONS = 64
_TWO_DIMENSIONAL = 1
_TISSUE_OR_COLOR_FLOW = (1, 2)
_CENTIMETRE = 3
_BOUNDS = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
_EVERYWHERE = UltrasoundRegion(0, 0, 65535, 65535)
"""Of a region of which it can't be read where it lies: it may lie anywhere, so nothing has millimetres."""


def regions_of(elements: Elements) -> tuple[UltrasoundRegion, ...] | None:
    """The regions of a file's images; None where it has none, and then its PixelSpacing may speak."""
    items = elements.items("SequenceOfUltrasoundRegions")
    if elements.doubts("SequenceOfUltrasoundRegions") or len(items) > MOST_REGIONS:
        return (_EVERYWHERE,)
    return tuple(_region(item) for item in items) or None


def _region(item: Elements) -> UltrasoundRegion:
    bounds = [item.integer(keyword, -1, 0, 65535) for keyword in _BOUNDS]
    left, top, right, bottom = bounds
    if min(bounds) < 0 or right < left or bottom < top:
        return _EVERYWHERE
    flags = item.integer("RegionFlags")
    if item.doubts("RegionFlags"):
        return UltrasoundRegion(left, top, right, bottom)
    return UltrasoundRegion(left, top, right, bottom, _spacing(item), bool(flags & 1))


def _spacing(item: Elements) -> tuple[float, float] | None:
    """Between rows, between columns, mm; None of all that is no plane of tissue or flow in centimetres along both axes."""
    units = [item.integer(f"PhysicalUnits{axis}Direction") for axis in "XY"]
    if item.integer("RegionSpatialFormat") != _TWO_DIMENSIONAL or units != [_CENTIMETRE, _CENTIMETRE]:
        return None
    if item.integer("RegionDataType") not in _TISSUE_OR_COLOR_FLOW:
        return None
    across, down = item.number("PhysicalDeltaX"), item.number("PhysicalDeltaY")
    if across is None or down is None:
        return None
    spacing = (abs(down) * 10.0, abs(across) * 10.0)
    return spacing if all(SPACING_MM[0] <= size <= SPACING_MM[1] for size in spacing) else None
