"""What can be displayed: a stack of frames of one series with one orientation, one matrix and one pixel kind.

A stack is sorted by geometry, head to feet, front to back or right to left where its geometry is known (see docs/coordinates.md).
It is immutable and knows no files. Arrays are [k, j, i]; pixel coordinates mean pixel centres.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from streamer.viewer.ultrasound_region import UltrasoundRegion
from streamer.viewer.vector import Vec3


@dataclass(frozen=True, slots=True)
class Voi:
    """A window in modality units (PS3.3 C.11.2). `function` is LINEAR, LINEAR_EXACT or SIGMOID; `source` names its origin.

    Sources: "file" or the file's explanation, "preset NAME", "percentiles", "full range", "typed", "drag", "region".
    """

    center: float
    width: float
    function: str = "LINEAR"
    source: str = "file"


@dataclass(frozen=True, slots=True)
class FrameRef:
    """Where a frame comes from: what a mark, a probe or a record refers to.

    `sop_instance_uid` is followed by "~" and a part of a digest where several images of the archive have that UID.
    """

    sop_instance_uid: str
    frame_number: int = 1
    instance_number: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something uneven in how a stack's images follow each other, by where they lie and by nothing else. Image numbers from 1.

    `kind` is

    - missing: after image `after` about `count` are not there;
    - spacing: after image `after` the next one is `millimetres` away instead of `usual`, of which it is no multiple;
    - together: `count` images, of which `after` is the first, lie at one place;
    - more: `count` further ones are not listed.

    It holds for every image from `after` to `until`.
    """

    kind: str
    after: int
    until: int
    count: int = 0
    millimetres: float = 0.0
    usual: float = 0.0


CALIBRATIONS = ("fiducial", "geometry", "calibrated")
"""By an object of known size in the image; by the known way of the rays, right at one depth only; in a way that is not said."""


@dataclass(frozen=True, slots=True)
class StackGeometry:
    """Where the frames lie. Every field has a value; the flags say what may be believed.

    `row` is the world direction of increasing column index, `column` of increasing row index (ImageOrientationPatient's first
    and second triple). `positions` are world positions of the centre of pixel (0, 0) of each frame. `pixel_spacing` is (between
    rows, between columns) in mm, as DICOM PixelSpacing. Untrusted geometry is synthetic: row = +x, column = +y, frames 1 mm apart
    along +z, spacing 1 (or the aspect ratio).
    """

    row: Vec3
    column: Vec3
    positions: tuple[Vec3, ...]
    pixel_spacing: tuple[float, float]
    slice_thickness: float = 0.0
    """SliceThickness where all frames have the same, else 0; each frame's own is in its terms."""
    frame_of_reference_uid: str = ""
    positioned: bool = False
    """Positions and orientation come from the file (PS3.3 C.7.6.2)."""
    calibrated: bool = False
    """Millimetres may be measured in the image plane."""
    at_detector: bool = False
    """Spacing is ImagerPixelSpacing: millimetres at the detector, not in the patient."""
    calibration: str = ""
    """How the spacing of an image without a plane was brought to that of the patient (PS3.3 10.7.1.3), one of CALIBRATIONS."""
    volumetric: bool = False
    """Frames are parallel, evenly spaced (within 1 %) and at least 3: MPR and volume rendering are allowed."""
    not_volumetric: str = ""
    """The sentence that says why not, when `volumetric` is False."""


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """Pixels as the cache holds them: C-contiguous [k, j, i] (grey) or [k, j, i, 3] (colour, RGB).

    Modality value = stored × slope + intercept: where the frames' own differ, the cache holds modality values and this is 1, 0.
    `dtype` is a numpy name: uint8, int16, uint16, int32, float32, float64. Units and padding are each frame's own (ImageTerms).
    """

    dtype: str
    samples: int = 1
    slope: float = 1.0
    intercept: float = 0.0
    inverted: bool = False
    """MONOCHROME1: low values are shown bright; the picture is inverted once, at the very end."""


@dataclass(frozen=True, slots=True)
class ImageTerms:
    """What a file says of one image and of no other: windows, names of sides, units, padding, doubts (PS3.3 C.7.6, C.8, C.11).

    Many images of a series share one entry; `Stack.terms` holds the distinct ones. Where the frame lies is in StackGeometry.
    """

    windows: tuple[Voi, ...] = ()
    """The image's own VOI windows in the file's order (C.11.2); empty when it has none."""
    units: str = ""
    """Of its modality values."""
    padding: tuple[float, float] | None = None
    """PixelPaddingValue … PixelPaddingRangeLimit (C.7.5.1.1.2), lowest first, as values of the cache; drawn black."""
    pixel_spacing: tuple[float, float] | None = None
    """Between rows, between columns, as this image's file has it; None = its stack's."""
    slice_thickness: float = 0.0
    """mm, 0 where the file does not say."""
    patient_orientation: tuple[str, str] | None = None
    """PatientOrientation (0020,0020) where there is no ImageOrientationPatient: directions of row and column, e.g. ("L", "F")."""
    orientation_doubt: str = ""
    """Why no direction of the image is believed: orientation.CONTRADICTING, orientation.ANIMAL, or empty."""
    laterality: str = ""
    """R, L, B (both), U (unpaired), or several with a backslash between them that contradict each other."""
    view_position: str = ""
    body_part: str = ""
    dates: tuple[str, ...] = ()
    """Of the series by the image's own file, else of the study, as date_text has it; of several images the first and the last."""
    study_dates: tuple[str, ...] = ()
    """Of the study by the image's own file, in the same way."""
    frame_rate: float = 0.0
    lossy: str = ""
    """Lossy compression of the file: ratio and method in words, or empty."""
    notices: tuple[str, ...] = ()
    """What of the standard's display is left out or doubted of this image, in sentences for the reader."""
    regions: tuple[UltrasoundRegion, ...] = ()
    """Where an ultrasound image has millimetres: where there are regions, nothing outside them has any."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A displayable stack. `key` is unique in the archive and stable: SeriesInstanceUID plus "#" and the part's number.

    An image speaks for itself: what a file says of an image is asked of `terms_at`, never of the stack. What is made of all
    images (a plane, a volume, the list of series) says `common` only.
    """

    key: str
    series_instance_uid: str
    rows: int
    columns: int
    frames: tuple[FrameRef, ...]
    geometry: StackGeometry
    pixels: PixelFormat
    terms: tuple[ImageTerms, ...] = (ImageTerms(),)
    """The distinct terms of its frames, in the order in which they first come."""
    terms_of: tuple[int, ...] = ()
    """Which of `terms` each frame has; empty = all have the only one."""
    shared: ImageTerms = ImageTerms()
    """What holds for all frames where they have several terms."""
    modality: str = ""
    series_number: int | None = None
    series_description: str = ""
    projection: bool = False
    """DX, CR, MG, XA, RF …: flip and rotate are allowed (safety rule 6)."""
    repeated: bool = False
    """Several frames lie at one place, as in a series over time or of phases: they share a window."""
    fault: str = ""
    """Why this stack can't be shown at all, in words; pixels may then be asked for no more."""
    photometric: str = "MONOCHROME2"
    declared_images: int = field(default=0)
    """How many images the archive says the series has; more than len(frames) when some are missing or refused."""
    patient: int = 0
    """0: the study's own patient; else the number of another person who is in it by mistake (patient.people)."""
    part: tuple[tuple[str, str], ...] = ()
    """What tells it apart from the other parts of its series: codes and values (dicom/part_names.py); empty = it is whole."""
    gaps: tuple[Gap, ...] = ()
    """What is uneven between its images; empty also where nothing is known of where they lie."""

    def terms_index(self, frame: int) -> int:
        """The number of a frame's terms in `terms`."""
        return self.terms_of[frame] if self.terms_of else 0

    def terms_at(self, frame: int) -> ImageTerms:
        """What the file says of a frame."""
        return self.terms[self.terms_index(frame)]

    @property
    def common(self) -> ImageTerms:
        """What holds for all frames: of each field their common value, or nothing."""
        return self.terms[0] if len(self.terms) == 1 else self.shared
