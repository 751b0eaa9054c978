"""How large a pixel is, and what that may be called: millimetres in the patient, at the detector, or only a ratio."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.dicom.elements import Elements
from streamer.dicom.limits import SPACING_MM

SPACING_KEYWORDS = (
    "PixelSpacing", "ImagerPixelSpacing", "PixelSpacingCalibrationType", "PixelAspectRatio", "SequenceOfUltrasoundRegions",
)  # fmt: skip
PROJECTIONS = frozenset({"CR", "DX", "MG", "XA", "RF", "RG", "IO", "PX", "DR"})
_CENTIMETRE = 3
_TWO_DIMENSIONAL = 1
Spacing = tuple[float, float]


def plane_spacing(elements: Elements, modality: str) -> tuple[Spacing, str]:
    """Millimetres (between rows, between columns) and their kind: patient, detector, region, or empty for a mere ratio.

    Projection images (PS3.3 10.7.1): spacing at the detector unless it was calibrated. Ultrasound (C.8.5.5): only when a single
    region covers the image's scale, in centimetres.
    """
    spacing = sane_spacing(elements.numbers("PixelSpacing", 2))
    imager = sane_spacing(elements.numbers("ImagerPixelSpacing", 2))
    if spacing is not None:
        if modality not in PROJECTIONS:
            return spacing, "patient"
        calibrated = elements.has("PixelSpacingCalibrationType") or (imager is not None and imager != spacing)
        return spacing, "patient" if calibrated else "detector"
    if imager is not None:
        return imager, "detector"
    regions = elements.items("SequenceOfUltrasoundRegions")
    if len(regions) == 1:
        region = _region_spacing(regions[0])
        if region is not None:
            return region, "region"
    ratio = elements.numbers("PixelAspectRatio", 2)
    if ratio and min(ratio) > 0 and 0.01 <= ratio[0] / ratio[1] <= 100.0:
        return (ratio[0] / ratio[1], 1.0), ""
    return (1.0, 1.0), ""


def sane_spacing(values: Sequence[float]) -> Spacing | None:
    """The two values when both are lengths that can be."""
    if len(values) != 2 or not all(SPACING_MM[0] <= value <= SPACING_MM[1] for value in values):
        return None
    return values[0], values[1]


def _region_spacing(region: Elements) -> Spacing | None:
    if region.integer("RegionSpatialFormat") != _TWO_DIMENSIONAL:
        return None
    axes = ("PhysicalUnitsXDirection", "PhysicalUnitsYDirection")
    if any(region.integer(axis) != _CENTIMETRE for axis in axes):
        return None
    across, down = region.number("PhysicalDeltaX"), region.number("PhysicalDeltaY")
    if across is None or down is None:
        return None
    return sane_spacing((abs(down) * 10.0, abs(across) * 10.0))
