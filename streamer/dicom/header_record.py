"""What the index keeps of a file: one compact record per instance, every number checked."""

from __future__ import annotations

import hashlib

import msgspec

from streamer.viewer.ultrasound_region import UltrasoundRegion
from streamer.viewer.vector import Vec3


class PatientFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Patient module (PS3.3 C.7.1.1). `search` holds every way the name is written."""

    name: str = ""
    search: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""


class StudyFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """General Study (C.7.2.1) and Patient Study (C.7.2.2)."""

    uid: str
    date: str = ""
    time: str = ""
    accession_number: str = ""
    description: str = ""
    age: str = ""


class SeriesFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """General Series (C.7.3.1) and Frame of Reference (C.7.4.1)."""

    uid: str
    number: int | None = None
    modality: str = ""
    description: str = ""
    date: str = ""
    body_part: str = ""
    laterality: str = ""
    frame_of_reference_uid: str = ""


class PixelFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Image Pixel (C.7.6.3) and where the value is. `offset` −1: encapsulated, deflated or not whole bytes.

    `refusal` is a sentence when these pixels can't be read.
    """

    rows: int
    columns: int
    frames: int
    samples: int
    photometric: str
    planar: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    transfer_syntax: str
    offset: int
    length: int
    lookup: bool = False
    """Values go through a palette or a Modality LUT: the decoder does it."""
    lookup_bits: int = 0
    padding: tuple[float, float] | None = None
    refusal: str = ""
    length_doubt: str = ""
    """The code of what is said of how long an uncompressed value is (native_length)."""


class WindowFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One VOI window (C.11.2)."""

    center: float
    width: float
    function: str = "LINEAR"
    explanation: str = ""


class FrameFields(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What may differ between frames. `spacing_kind` is as in pixel_spacing.plane_spacing: patient, detector, fiducial, geometry,
    calibrated, region or empty (only the pixel's aspect).

    `keys` tell apart frames at the same place: acquisition, echo, temporal position, trigger, b-value, content time, kind.
    """

    position: Vec3 | None = None
    orientation: tuple[float, ...] = ()
    spacing: tuple[float, float] = (1.0, 1.0)
    spacing_kind: str = ""
    thickness: float = 0.0
    rescale: tuple[float, float] | None = (1.0, 0.0)
    """Slope and intercept; None where they are there and can't be read: then nobody knows what the values mean."""
    rescale_type: str = ""
    windows: tuple[WindowFields, ...] = ()
    keys: tuple[str, ...] = ()
    laterality: str = ""
    """Of Frame Anatomy (C.7.6.16.2.8), as HeaderRecord.laterality; empty where only the file says one."""
    patient_orientation: tuple[str, str] | None = None
    """Of Patient Orientation in Frame (C.7.6.16.2.15)."""
    unplaced: str = ""
    """Why the frame has no place, where it has none: unreadable, elsewhere (told in a way that is not read), else not told."""


class HeaderRecord(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One instance. `frames` holds one entry for all frames alike, or one per frame."""

    sop_class_uid: str
    sop_instance_uid: str
    instance_number: int
    patient: PatientFields
    study: StudyFields
    series: SeriesFields
    pixels: PixelFields | None = None
    frames: tuple[FrameFields, ...] = (FrameFields(),)
    image_type: tuple[str, ...] = ()
    view_position: str = ""
    laterality: str = ""
    """R, L, B, U, or several that contradict each other (sides.image_side)."""
    patient_orientation: tuple[str, str] | None = None
    units: str = ""
    frame_rate: float = 0.0
    lossy: str = ""
    notices: tuple[str, ...] = ()
    enhanced: bool = False
    projection: bool = False
    regions: tuple[UltrasoundRegion, ...] = ()
    orientation_doubt: str = ""
    """Why directions are not believed, of the file as a whole (viewer/orientation.py)."""

    def frame(self, number: int) -> FrameFields:
        """What is known of frame `number` (1-based)."""
        return self.frames[number - 1] if len(self.frames) > 1 else self.frames[0]


def fingerprint(record: HeaderRecord) -> str:
    """Equal for files that say the same of themselves, wherever their pixels begin; 32 hex digits of SHA-256."""
    pixels = record.pixels
    if pixels is not None:
        record = msgspec.structs.replace(record, pixels=msgspec.structs.replace(pixels, offset=0))
    return hashlib.sha256(pack(record)).hexdigest()[:32]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(HeaderRecord)
_PATIENT_DECODER = msgspec.msgpack.Decoder(PatientFields)


def pack(record: HeaderRecord) -> bytes:
    """The record as bytes, for the index."""
    return _ENCODER.encode(record)


def unpack(data: bytes) -> HeaderRecord:
    """The record from its bytes."""
    return _DECODER.decode(data)


def pack_patient(record: HeaderRecord) -> bytes:
    """What the record says of the patient, as bytes: equal where two records say the same."""
    return _ENCODER.encode(record.patient)


def unpack_patient(data: bytes) -> PatientFields:
    """The patient from those bytes."""
    return _PATIENT_DECODER.decode(data)
