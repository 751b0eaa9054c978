"""How large a pixel is, and what that may be called: millimetres in the patient, at the detector, or only a ratio."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.dicom.elements import Elements
from streamer.dicom.limits import SPACING_MM
from streamer.dicom.ultrasound_regions import regions_of
from streamer.viewer.ultrasound_region import UltrasoundRegion, whole_spacing

SPACING_KEYWORDS = (
    "PixelSpacing", "ImagerPixelSpacing", "PixelSpacingCalibrationType", "PixelAspectRatio", "SequenceOfUltrasoundRegions",
)  # fmt: skip
PROJECTIONS = frozenset({"CR", "DX", "MG", "XA", "RF", "RG", "IO", "PX", "DR"})
_PROJECTION_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.", "1.2.840.10008.5.1.4.1.1.12.2",
    "1.2.840.10008.5.1.4.1.1.13.1.4", "1.2.840.10008.5.1.4.1.1.13.1.5",
)  # fmt: skip
"""CR, and as beginnings DX, MG, IO; RF; breast projections: whatever a file says of places, they look through the body."""
_SLICE_CLASSES = frozenset({
    "1.2.840.10008.5.1.4.1.1.13.1.1", "1.2.840.10008.5.1.4.1.1.13.1.2", "1.2.840.10008.5.1.4.1.1.13.1.3",
})  # fmt: skip
"""Three-dimensional X-ray (angiographic, craniofacial) and tomosynthesis: slices, whichever modality made them."""
_CALIBRATIONS = {"FIDUCIAL": "fiducial", "GEOMETRY": "geometry"}
Spacing = tuple[float, float]


def is_projection(elements: Elements, modality: str) -> bool:
    """Whether the images look through the body: by SOP class; else by modality, unless the file places them like slices."""
    kind = elements.uid("SOPClassUID")
    if modality not in PROJECTIONS or kind in _SLICE_CLASSES:
        return False
    if any(
        kind == known or (known.endswith(".") and kind.startswith(known)) for known in _PROJECTION_CLASSES
    ):
        return True
    return not (elements.has("ImagePositionPatient") and elements.has("ImageOrientationPatient"))


def plane_spacing(elements: Elements, modality: str) -> tuple[Spacing, str]:
    """Millimetres (between rows, between columns) and their kind: patient, detector, region, or empty for a mere ratio.

    Projection images (PS3.3 10.7.1): spacing at the detector unless it was calibrated, and then how: fiducial, geometry or
    calibrated, where the file does not say how. Ultrasound (C.8.5.5): that of
    the one region which is the whole image; what lies in several is measured by each (streamer/viewer/ultrasound_region.py).
    """
    regions = regions_of(elements)
    if regions is not None:
        return _of_regions(elements, regions)
    spacing, imager = read_spacing(elements, "PixelSpacing"), read_spacing(elements, "ImagerPixelSpacing")
    if spacing is not None:
        return spacing, spacing_kind(elements, modality, spacing)
    if imager is not None:
        return imager, "detector"
    return _aspect(elements), ""


def spacing_kind(elements: Elements, modality: str, spacing: Spacing) -> str:
    """What a PixelSpacing may be called: patient for slices; of others how it was calibrated, else detector."""
    how = elements.text("PixelSpacingCalibrationType", 16)
    if not is_projection(elements, modality) and (not how or _is_placed(elements)):
        return "patient"
    if how:
        return _CALIBRATIONS.get(how.upper(), "calibrated")
    imager = read_spacing(elements, "ImagerPixelSpacing")
    return "calibrated" if imager is not None and imager != spacing else "detector"


def _is_placed(elements: Elements) -> bool:
    groups = (
        *elements.items("SharedFunctionalGroupsSequence"),
        *elements.items("PerFrameFunctionalGroupsSequence"),
    )
    return (elements.has("ImagePositionPatient") and elements.has("ImageOrientationPatient")) or any(
        group.has("PlanePositionSequence") or group.has("PlaneOrientationSequence") for group in groups
    )


def _aspect(elements: Elements) -> Spacing:
    """The shape of a pixel, of no size."""
    ratio = elements.numbers("PixelAspectRatio", 2)
    if ratio and min(ratio) > 0 and 0.01 <= ratio[0] / ratio[1] <= 100.0:
        return ratio[0] / ratio[1], 1.0
    return 1.0, 1.0


def read_spacing(elements: Elements, keyword: str) -> Spacing | None:
    """The two lengths that an element says; what is there and is none is doubted."""
    values = elements.numbers(keyword, 2)
    spacing = _sane_spacing(values)
    if values and spacing is None:
        elements.doubt(keyword)
    return spacing


def _sane_spacing(values: Sequence[float]) -> Spacing | None:
    """The two values when both are lengths that can be."""
    if len(values) != 2 or not all(SPACING_MM[0] <= value <= SPACING_MM[1] for value in values):
        return None
    return values[0], values[1]


def _of_regions(elements: Elements, regions: Sequence[UltrasoundRegion]) -> tuple[Spacing, str]:
    """An image with regions has a scale of its own only if it is one region's; what PixelSpacing says is not asked."""
    whole = whole_spacing(regions, elements.integer("Columns"), elements.integer("Rows"))
    if whole is not None:
        return whole, "region"
    shapes = [region.spacing[0] / region.spacing[1] for region in regions if region.spacing]
    if shapes and max(shapes) - min(shapes) <= 0.01 * min(shapes):
        return (shapes[0], 1.0), ""
    return _aspect(elements), ""
