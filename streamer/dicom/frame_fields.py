"""Geometry, rescale and windows of each frame: from functional groups (PS3.3 C.7.6.16) where there are, else from the header."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset

from streamer.dicom.elements import Elements
from streamer.dicom.header_record import FrameFields, WindowFields
from streamer.dicom.limits import COORDINATE_MM, HEADER_ITEMS, SPACING_MM
from streamer.dicom.pixel_spacing import SPACING_KEYWORDS, plane_spacing, read_spacing, spacing_kind
from streamer.dicom.sides import frame_side
from streamer.dicom.stated_directions import stated_directions
from streamer.viewer.vector import Vec3, cross, dot, length

FRAME_KEYWORDS = (
    *SPACING_KEYWORDS, "ImagePositionPatient", "ImageOrientationPatient", "SliceThickness", "RescaleSlope",
    "RescaleIntercept", "RescaleType", "WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction",
    "AcquisitionNumber", "EchoNumbers", "EchoTime", "TemporalPositionIdentifier", "TriggerTime", "DiffusionBValue",
    "ContentTime", "AcquisitionTime", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "VOILUTSequence", "LUTDescriptor", "DetectorInformationSequence", "Rows", "Columns",
)  # fmt: skip
_MAX_WINDOWS = 16
_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
UNREADABLE = "unreadable"
ELSEWHERE = "elsewhere"
"""Told in ways that are not read: of a detector (NM, C.8.4.11), in a volume (C.8.24.3), of many frames by one position."""
Groups = Sequence[Elements]


def read_frames(elements: Elements, count: int, modality: str) -> tuple[FrameFields, ...]:
    """One entry per frame, or a single one where all frames are alike."""
    per_frame = elements.items("PerFrameFunctionalGroupsSequence")[:HEADER_ITEMS]
    shared = elements.items("SharedFunctionalGroupsSequence")[:1]
    if elements.doubts("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        return (FrameFields(rescale=None, unplaced=UNREADABLE),)
    if not per_frame and not shared:
        return (_plain(elements, modality, single=count == 1),)
    frames = [_grouped(elements, [group, *shared], modality) for group in per_frame[:count]]
    # The shared groups hold for every frame (C.7.6.16.1.1), also for one that has none of its own.
    frames += [_grouped(elements, shared, modality)] * (count - len(frames))
    return tuple(frames) if count > 1 else (frames[0],)


def _plain(elements: Elements, modality: str, *, single: bool) -> FrameFields:
    spacing, kind = plane_spacing(elements, modality)
    # One position for many frames would put all of them in one place.
    position = _position(elements) if single else None
    orientation = plane_orientation(elements) if single else ()
    return FrameFields(
        position=position,
        orientation=orientation,
        spacing=spacing,
        spacing_kind=kind,
        thickness=_thickness(elements),
        rescale=_rescale(elements),
        rescale_type=elements.text("RescaleType", 16),
        windows=_windows(elements),
        keys=_keys(elements),
        unplaced=_unplaced(elements, elements, elements)
        or (ELSEWHERE if not single and elements.has("ImagePositionPatient") else ""),
    )


def _grouped(elements: Elements, groups: Groups, modality: str) -> FrameFields:
    measures = _macro(groups, "PixelMeasuresSequence")
    spacing = read_spacing(measures, "PixelSpacing") if measures else None
    value = spacing or (1.0, 1.0)
    kind = spacing_kind(elements, modality, spacing) if spacing else ""
    if spacing is None and not (measures and measures.has("PixelSpacing")):
        value, kind = plane_spacing(elements, modality)
    position = _macro(groups, "PlanePositionSequence")
    orientation = _macro(groups, "PlaneOrientationSequence")
    transformation = _macro(groups, "PixelValueTransformationSequence")
    window = _macro(groups, "FrameVOILUTSequence")
    content = _macro(groups, "FrameContentSequence")
    anatomy = _macro(groups, "FrameAnatomySequence")
    directions = _macro(groups, "PatientOrientationInFrameSequence")
    elsewhere = any(group.has("PlanePositionVolumeSequence") for group in groups)
    return FrameFields(
        position=_position(position) if position else None,
        orientation=plane_orientation(orientation) if orientation else (),
        spacing=value,
        spacing_kind=kind,
        thickness=_thickness(measures) if measures else 0.0,
        rescale=_rescale(transformation, required=True) if transformation else _rescale(elements),
        rescale_type=(transformation or elements).text("RescaleType", 16),
        windows=_windows(window or elements),
        keys=_group_keys(groups, content),
        laterality=frame_side(anatomy) if anatomy else "",
        patient_orientation=stated_directions(directions) if directions else None,
        unplaced=ELSEWHERE if elsewhere else _unplaced(elements, position, orientation),
    )


def _unplaced(elements: Elements, position: Elements | None, orientation: Elements | None) -> str:
    """Why a frame has no place, where it has none: asked after position and orientation were read."""
    if (position and position.doubts("ImagePositionPatient")) or (
        orientation and orientation.doubts("ImageOrientationPatient")
    ):
        return UNREADABLE
    return ELSEWHERE if elements.has("DetectorInformationSequence") else ""


def _macro(groups: Groups, keyword: str) -> Elements | None:
    """A functional group's macro: the frame's own, even if it can't be read, else the shared one."""
    for group in groups:
        item = group.item(keyword)
        if item is not None:
            return item
        if group.doubts(keyword):
            return _Unreadable(group.odd)
    return None


class _Unreadable(Elements):
    """A macro that is there and can't be read: so is everything in it."""

    def __init__(self, odd: set[str]) -> None:
        super().__init__(Dataset(), odd)

    def doubts(self, *keywords: str) -> bool:
        """Always."""
        return True


def _position(elements: Elements) -> Vec3 | None:
    values = elements.numbers("ImagePositionPatient", 3)
    if not values:
        return None
    if max(abs(value) for value in values) > COORDINATE_MM:
        elements.doubt("ImagePositionPatient")
        return None
    return (values[0], values[1], values[2])


def plane_orientation(elements: Elements) -> tuple[float, ...]:
    """Row and column direction, of length 1; empty where they are not two directions at a right angle."""
    values = elements.numbers("ImageOrientationPatient", 6)
    if not values:
        return ()
    row: Vec3 = (values[0], values[1], values[2])
    column: Vec3 = (values[3], values[4], values[5])
    sizes = (length(row), length(column))
    if (
        any(abs(size - 1.0) > 1e-2 for size in sizes)
        or abs(dot(row, column)) > 1e-2
        or not length(cross(row, column))
    ):
        elements.doubt("ImageOrientationPatient")
        return ()
    return (*(value / sizes[0] for value in row), *(value / sizes[1] for value in column))


def _thickness(elements: Elements) -> float:
    value = elements.number("SliceThickness")
    return value if value is not None and SPACING_MM[0] < value < SPACING_MM[1] else 0.0


def _rescale(elements: Elements, *, required: bool = False) -> tuple[float, float] | None:
    """Slope and intercept (C.11.1.1.2); None where they are there, in part or in whole, and can't be understood.

    A slope of 0 is none, and one of the two says nothing without the other. `required`: a macro that has neither is damaged.
    """
    slope, intercept = elements.number("RescaleSlope"), elements.number("RescaleIntercept")
    if slope == 0.0 or (slope is None) != (intercept is None):
        elements.doubt("RescaleSlope")
    if elements.doubts("RescaleSlope", "RescaleIntercept"):
        return None
    if slope is None or intercept is None:
        return None if required else (1.0, 0.0)
    return slope, intercept


def _windows(elements: Elements) -> tuple[WindowFields, ...]:
    """All windows with their explanations; where there is only a VOI LUT, the range that it maps."""
    centers, widths = elements.numbers("WindowCenter"), elements.numbers("WindowWidth")
    if len(centers) != len(widths):
        elements.doubt("WindowWidth")
        centers = widths = ()  # Nobody knows which belongs to which (C.11.2.1.2).
    words = elements.texts("WindowCenterWidthExplanation")
    function = elements.text("VOILUTFunction", 16).upper() or "LINEAR"
    if function not in _FUNCTIONS:
        elements.doubt("VOILUTFunction")
        return ()  # Another function than the file's would show other greys under the file's name.
    found = [
        WindowFields(
            center=center, width=width, function=function, explanation=words[n] if n < len(words) else ""
        )
        for n, (center, width) in enumerate(zip(centers[:_MAX_WINDOWS], widths[:_MAX_WINDOWS], strict=True))
        if width >= 1.0 or (function != "LINEAR" and width > 0.0)
    ]
    if not found:
        for table in elements.items("VOILUTSequence")[:1]:
            descriptor = table.numbers("LUTDescriptor", 3)
            if descriptor:
                entries = descriptor[0] or 65536.0
                center = descriptor[1] + entries / 2
                found.append(WindowFields(center=center, width=entries, explanation="range of the VOI LUT"))
    return tuple(found)


def _keys(elements: Elements) -> tuple[str, ...]:
    names = (
        "AcquisitionNumber", "EchoNumbers", "EchoTime", "TemporalPositionIdentifier", "TriggerTime", "DiffusionBValue",
        "ImageType", "AcquisitionTime", "ContentTime",
    )  # fmt: skip
    return tuple("\\".join(elements.texts(name, 32)) for name in names)


def _group_keys(groups: Groups, content: Elements | None) -> tuple[str, ...]:
    """The same of an enhanced frame: stack, temporal position, echo time, trigger, b-value, frame type."""

    def of(sequence: str, keyword: str) -> str:
        item = _macro(groups, sequence)
        return "\\".join(item.texts(keyword, 32)) if item else ""

    frame_types = ("MRImageFrameTypeSequence", "CTImageFrameTypeSequence", "PETFrameTypeSequence")
    return (
        content.text("FrameAcquisitionNumber", 16) if content else "",
        content.text("StackID", 16) if content else "",
        of("MREchoSequence", "EffectiveEchoTime"),
        content.text("TemporalPositionIndex", 16) if content else "",
        of("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
        of("MRDiffusionSequence", "DiffusionBValue"),
        next((kind for name in frame_types if (kind := of(name, "FrameType"))), ""),
        content.text("FrameAcquisitionDateTime", 32) if content else "",
        content.text("FrameReferenceDateTime", 32) if content else "",
    )
