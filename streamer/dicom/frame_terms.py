"""What the files say of each image of a stack, gathered: each frame's own, distinct ones once."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from signaling.protocol.reservations import Reservation
from streamer.dicom.geometry_gate import Arrangement
from streamer.dicom.image_frame import ImageFrame
from streamer.dicom.pixel_fields import GREY
from streamer.dicom.sides import together
from streamer.dicom.stated_directions import directions_doubt
from streamer.viewer.image_terms import distinct
from streamer.viewer.stack import ImageTerms, Voi


def terms_of_frames(
    arranged: Arrangement, *, rescaled: str
) -> tuple[tuple[ImageTerms, ...], tuple[int, ...]]:
    """The stack's distinct terms, and which each frame has; `rescaled`: the cache holds modality values, of this dtype."""
    first = arranged.frames[0]
    spacing = first.fields.spacing
    known: dict[Hashable, ImageTerms] = {}
    found: list[ImageTerms] = []
    for frame in arranged.frames:
        key = _key(frame, rescaled)
        terms = known.get(key)
        if terms is None:
            terms = known[key] = _terms(frame, spacing, rescaled=rescaled, positioned=arranged.positioned)
        found.append(terms)
    return distinct(found)


def _key(frame: ImageFrame, rescaled: str) -> Hashable:
    """Equal for frames whose terms are: cheaper than the terms themselves, of which most stacks need one."""
    fields, header = frame.fields, frame.file.header
    return (
        fields.windows, fields.thickness, fields.spacing, fields.laterality, fields.patient_orientation,
        frame.pixels.padding, frame.pixels.photometric, frame.pixels.lookup, frame.values_known,
        fields.rescale if rescaled else None,
        header.units, header.laterality, header.view_position, header.series.body_part, header.frame_rate,
        header.series.date, header.study.date,
        header.lossy, header.notices, header.patient_orientation, header.regions,
        header.orientation_doubt, _orientation_doubt(frame),
    )  # fmt: skip


def _terms(frame: ImageFrame, spacing: tuple[float, float], *, rescaled: str, positioned: bool) -> ImageTerms:
    fields, header = frame.fields, frame.file.header
    grey = frame.pixels.photometric in GREY
    return ImageTerms(
        windows=tuple(
            Voi(window.center, window.width, window.function, window.explanation or "file")
            for window in (fields.windows if grey and frame.values_known else ())
        ),
        units=header.units if frame.values_known else "",
        padding=_padding(frame, rescaled) if grey and not frame.pixels.lookup else None,
        pixel_spacing=None if fields.spacing == spacing else fields.spacing,
        slice_thickness=fields.thickness,
        patient_orientation=None if positioned else fields.patient_orientation or header.patient_orientation,
        orientation_doubt=_orientation_doubt(frame),
        laterality=together((fields.laterality, header.laterality)),
        view_position=header.view_position,
        body_part=header.series.body_part,
        dates=_known(header.series.date),
        study_dates=_known(header.study.date),
        frame_rate=header.frame_rate,
        lossy=header.lossy,
        notices=_notices(frame),
        regions=header.regions,
    )


def _known(date: str) -> tuple[str, ...]:
    return (date,) if date else ()


def _orientation_doubt(frame: ImageFrame) -> str:
    """The file's, and whether the frame's own directions agree with each other and with the file's."""
    fields, header = frame.fields, frame.file.header
    stated = (fields.patient_orientation, header.patient_orientation)
    if header.orientation_doubt or stated == (None, None):
        return header.orientation_doubt
    return directions_doubt(stated, [fields.orientation])


def _padding(frame: ImageFrame, rescaled: str) -> tuple[float, float] | None:
    """As values of the cache: what the loader makes of stored values, to the last bit."""
    padding = frame.pixels.padding
    if padding is None or not rescaled:
        return padding
    slope, intercept = frame.rescale
    ends = sorted(float(np.dtype(rescaled).type(value * slope + intercept)) for value in padding)
    return ends[0], ends[1]


def _notices(frame: ImageFrame) -> tuple[str, ...]:
    """The file's, and first of all that nobody knows what the frame's values mean."""
    said = frame.file.header.notices
    return said if frame.values_known else (Reservation.VALUES, *said)
