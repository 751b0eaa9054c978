"""What several messages carry: hosts, archives, studies, series, view settings and marks as the reader's page sees them."""

from __future__ import annotations

from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all records: immutable, fields by name, unknown fields ignored."""


class ArchiveInfo(Record):
    """An archive a host reaches. A host says the id that its own index has; the server may tell it another one to be used by all,
    where two hosts name one archive alike and show the same images (ArchiveSource): pages see that one only.

    `problem` is a sentence for the worklist; `problem_since` since when it holds (Unix seconds, 0 = not known).
    """

    archive: str
    title: str
    studies: int = 0
    files_seen: int = 0
    files_total: int = 0
    scanning: bool = False
    problem: str = ""
    problem_since: float = 0.0


class StudyRow(Record):
    """One row of the worklist. Dates are DICOM DA (YYYYMMDD) or empty, times TM; `modalities` is ModalitiesInStudy.

    A date, time or age that is written but is none comes as it is written, behind "!"; so in StudyInfo and SeriesInfo.
    """

    archive: str
    study: str
    patient_name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""
    study_date: str = ""
    study_time: str = ""
    accession_number: str = ""
    description: str = ""
    modalities: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    series_count: int = 0
    image_count: int = 0
    problem: str = ""


class WorklistFilter(Record):
    """What the reader asks for. Text matches case-insensitively anywhere in name, ID, accession number, description."""

    text: str = ""
    patient_name: str = ""
    patient_id: str = ""
    accession_number: str = ""
    description: str = ""
    modality: str = ""
    date_from: str = ""
    date_to: str = ""
    sort: str = "-study_date"
    offset: int = 0
    limit: int = 100


class WindowPreset(Record):
    """A named window: centre and width in modality units."""

    name: str
    center: float
    width: float


class GapInfo(Record):
    """Something uneven in how a stack's images follow each other, for the images numbered (from 1) `after` to `until`.

    `kind` is missing (after each about `count` images are not there), spacing (the next is `millimetres` away, not `usual`),
    together (`count` images lie at one place) or more (`count` further ones are not listed).
    """

    kind: str
    after: int
    until: int
    count: int = 0
    millimetres: float = 0.0
    usual: float = 0.0


class ImageTerms(Record):
    """What a file says of one image and of no other; many images of a series share an entry.

    `windows` are its own, in the file's order. Texts are empty and numbers 0 where the file says nothing.
    """

    windows: tuple[WindowPreset, ...] = ()
    units: str = ""
    laterality: str = ""
    view_position: str = ""
    body_part: str = ""
    frame_rate: float = 0.0
    lossy: str = ""
    notices: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    """Of its series, else of its study; one, or none."""
    study_dates: tuple[str, ...] = ()


class SeriesInfo(Record):
    """One displayable stack of the opened study (a series, or a part of one that shares orientation and matrix).

    What a file says of an image (body part, laterality, view, units, frame rate, notices, lossy) stands here only where it holds
    for all images: planes and volumes are labelled with it, an image with its own ImageTerms.

    `index` is what FrameInfo and commands use. `orientation_known` is false where left and right can't be told.
    `projection` images (DX, CR, MG, XA, RF …) may be flipped and turned. `fault` is a sentence when the stack can't be shown.
    `declared_images` is how many the archive lists: more than `images` where some can't be shown; 0 = as many. `gaps` are known
    from where the images lie.
    """

    index: int
    series: str
    number: int | None = None
    modality: str = ""
    description: str = ""
    body_part: str = ""
    laterality: str = ""
    view_position: str = ""
    date: str = ""
    images: int = 0
    rows: int = 0
    columns: int = 0
    color: bool = False
    units: str = ""
    projection: bool = False
    volumetric: bool = False
    not_volumetric: str = ""
    frame_rate: float = 0.0
    presets: tuple[WindowPreset, ...] = ()
    notices: tuple[str, ...] = ()
    lossy: str = ""
    fault: str = ""
    declared_images: int = 0
    gaps: tuple[GapInfo, ...] = ()
    patient: int = 0
    """0 = the study's own, else one of StudyInfo.people, counted from 1."""
    part: tuple[tuple[str, str], ...] = ()
    """What tells it apart from the other parts of its series: codes with values; empty = the series is whole."""
    calibration: str = ""
    """How millimetres of projections came about: fiducial, geometry, calibrated (not said how); empty = they are not."""
    dates: tuple[str, ...] = ()
    """What its images say, each by its own file: where they differ the first and the last; `date` is empty then."""
    study_dates: tuple[str, ...] = ()


class PatientInfo(Record):
    """Who a file says the patient is (PS3.3 C.7.1.1): PN and DA as written."""

    patient_name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""


class StudyInfo(Record):
    """The opened study, for the patient bar.

    `spellings` are other ways in which its files write the patient, and `likeness` is the worst of them: same, spelling (the same
    written otherwise, or less of it) or doubtful (the ID, the birth date, the sex or the name differs). `people` are other
    patients whose images are in the study by mistake: SeriesInfo.patient counts them from 1.
    """

    archive: str
    study: str
    patient_name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""
    age: str = ""
    study_date: str = ""
    study_time: str = ""
    accession_number: str = ""
    description: str = ""
    checked: str = ""
    likeness: str = "same"
    spellings: tuple[PatientInfo, ...] = ()
    people: tuple[PatientInfo, ...] = ()


class ContentChange(Record):
    """What is another since the view or the marks (`of`: view, marks) were made, as far as they show or mark it.

    `change` is gone, new or replaced (`count` images of series `series`), series (all of it is gone; the index is -1), patient
    (another one: the view is not taken up), doubtful (the patient is written so otherwise that it may be another) or unknown
    (what was there then was not kept).
    """

    of: str
    change: str
    series: int = -1
    series_number: int | None = None
    count: int = 0


class ViewportInfo(Record):
    """A viewport's settings that change by discrete steps; `rect` is x, y, width, height in picture pixels.

    `kind` is stack, mpr or volume; `plane` axial, coronal or sagittal for mpr; `series` an index or -1 for empty.
    """

    rect: tuple[int, int, int, int]
    kind: str
    plane: str = ""
    series: int = -1
    preset: str = ""
    voi_source: str = ""
    interpolation: str = "linear"
    message: str = ""


class MarkInfo(Record):
    """A mark in patient space. `points` are world LPS mm; `text` is the value as measured from stored data.

    A mark of an image (`plane` empty) is seen on its image. Any mark is seen on planes parallel to its own (`normal`) that are
    not further than `reach` mm from all of its points, and nowhere else: there it is drawn, and there a hand takes hold of it.

    `since` is set where its value was measured on other images than those that are there now, and then there is no `text`:
    replaced (another file holds its image), changed (the series of its plane has other images) or unknown (it can't be told).
    """

    mark: str
    kind: str
    series: int
    sop: str
    frame: int
    image: int
    points: tuple[tuple[float, float, float], ...]
    text: str = ""
    draft: bool = False
    plane: str = ""
    normal: tuple[float, float, float] = (0.0, 0.0, 0.0)
    reach: float = 0.0
    since: str = ""


class IceServer(Record):
    """An RTCIceServer dictionary (W3C WebRTC)."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Rejection(Record):
    """Why something was refused."""

    code: str
    message: str


JsonObject = dict[str, Any]
