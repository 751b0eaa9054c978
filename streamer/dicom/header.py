"""One file's header, read once and stopped before the pixels, as a checked record."""

from __future__ import annotations

import warnings
from pathlib import Path

from streamer.dicom.dataset_file import OpenDataset, open_dataset
from streamer.dicom.display_pipeline import PIPELINE_KEYWORDS, PIPELINE_TAGS, reservations
from streamer.dicom.elements import Elements, tag_of
from streamer.dicom.faults import BadFile, NotDicom
from streamer.dicom.frame_fields import FRAME_KEYWORDS, plane_orientation, read_frames
from streamer.dicom.header_record import HeaderRecord, PatientFields, SeriesFields, StudyFields
from streamer.dicom.image_terms import (
    IMAGE_TERM_KEYWORDS,
    frame_rate,
    lossy_text,
    units,
)
from streamer.dicom.pixel_fields import PIXEL_KEYWORDS, read_pixels
from streamer.dicom.pixel_spacing import is_projection
from streamer.dicom.sides import SIDE_KEYWORDS, image_side
from streamer.dicom.stated_directions import (
    DIRECTION_KEYWORDS,
    anatomy_doubt,
    directions_doubt,
    stated_directions,
)
from streamer.dicom.ultrasound_regions import regions_of

_KEYWORDS = (
    "SpecificCharacterSet", "SOPClassUID", "SOPInstanceUID", "InstanceNumber", "ImageType",
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge",
    "StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "StudyDescription",
    "SeriesInstanceUID", "SeriesNumber", "Modality", "SeriesDescription", "SeriesDate", "BodyPartExamined",
    "FrameOfReferenceUID", "ViewPosition", *SIDE_KEYWORDS, *DIRECTION_KEYWORDS,
)  # fmt: skip
READ_TAGS = tuple(
    sorted(
        {
            *(tag_of(keyword) for keyword in (*_KEYWORDS, *FRAME_KEYWORDS, *IMAGE_TERM_KEYWORDS)),
            *(tag_of(keyword) for keyword in (*PIXEL_KEYWORDS, *PIPELINE_KEYWORDS)),
            *PIPELINE_TAGS,
        }
    )
)
_DIRECTORY = "1.2.840.10008.1.3.10"
_SEXES = ("M", "F", "O")


def read_header(path: Path) -> HeaderRecord:
    """The record of a file.

    Raises:
        NotDicom: the file is something else.
        BadFile: it is damaged or says not what it belongs to.
    """
    opened = open_dataset(path, READ_TAGS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pydicom's may quote what is in the file.
            return header_record(opened)
    finally:
        opened.close()


def header_record(opened: OpenDataset) -> HeaderRecord:
    """The record of an opened dataset.

    Raises:
        NotDicom: it is a directory of other files.
        BadFile: it lacks what an instance must have.
    """
    if Elements(opened.dataset.file_meta).text("MediaStorageSOPClassUID") == _DIRECTORY:
        raise NotDicom
    elements = Elements(opened.dataset)
    uids = [elements.uid(keyword) for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")]
    if len(opened.dataset) == 0:
        raise BadFile("A file's header is empty or damaged.")
    if not all(uids):
        raise BadFile("A file does not say which study, series and instance it is, and was left out.")
    pixels = read_pixels(elements, opened)
    modality = elements.text("Modality", 16).upper()
    image_type = tuple(value.upper() for value in elements.texts("ImageType", 16)[:8])
    frames = read_frames(elements, pixels.frames if pixels else 1, modality)
    stated = stated_directions(elements)
    return HeaderRecord(
        sop_class_uid=elements.uid("SOPClassUID"),
        sop_instance_uid=uids[0],
        instance_number=elements.integer("InstanceNumber", 0, -(2**31)),
        patient=_patient(elements),
        study=_study(elements, uids[1]),
        series=_series(elements, uids[2], modality),
        pixels=pixels,
        frames=frames,
        image_type=image_type,
        view_position=elements.text("ViewPosition", 16),
        laterality=image_side(elements),
        patient_orientation=stated,
        units=units(elements, modality, image_type, frames),
        frame_rate=frame_rate(elements),
        lossy=lossy_text(elements, opened.syntax),
        notices=reservations(elements, pixels),
        enhanced=elements.has("PerFrameFunctionalGroupsSequence"),
        projection=is_projection(elements, modality),
        regions=regions_of(elements) or (),
        orientation_doubt=anatomy_doubt(elements)
        or directions_doubt([stated], [plane_orientation(elements)]),
    )


def _patient(elements: Elements) -> PatientFields:
    name, search = elements.person("PatientName")
    sex = elements.text("PatientSex", 16).upper()
    return PatientFields(
        name=name,
        search=search,
        patient_id=elements.text("PatientID", 64),
        issuer=elements.text("IssuerOfPatientID", 64),
        birth_date=elements.date("PatientBirthDate"),
        sex=sex if sex in _SEXES else "",
    )


def _study(elements: Elements, uid: str) -> StudyFields:
    return StudyFields(
        uid=uid,
        date=elements.date("StudyDate"),
        time=elements.time("StudyTime"),
        accession_number=elements.text("AccessionNumber", 64),
        description=elements.text("StudyDescription"),
        age=elements.age("PatientAge"),
    )


def _series(elements: Elements, uid: str, modality: str) -> SeriesFields:
    number = elements.number("SeriesNumber")
    return SeriesFields(
        uid=uid,
        number=None if number is None or abs(number) > 2**31 else int(number),
        modality=modality,
        description=elements.text("SeriesDescription"),
        date=elements.date("SeriesDate") or elements.date("StudyDate"),
        body_part=elements.text("BodyPartExamined", 32).upper(),
        laterality=elements.text("Laterality", 16).upper(),
        frame_of_reference_uid=elements.uid("FrameOfReferenceUID"),
    )
