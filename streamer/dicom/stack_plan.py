"""From a series' files to what can be shown: stacks and, for each of their frames, where its pixels are."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from streamer.dicom import transfer_syntax
from streamer.dicom.frame_terms import terms_of_frames
from streamer.dicom.gaps import gaps_of
from streamer.dicom.geometry_gate import Arrangement, arrange
from streamer.dicom.header_record import PixelFields
from streamer.dicom.image_frame import FileEntry, ImageFrame, frames_of
from streamer.dicom.limits import STACK_BYTES
from streamer.dicom.part_names import Name, part_names
from streamer.dicom.pixel_fields import GREY
from streamer.dicom.same_instance import told_apart
from streamer.dicom.series_parts import split_series
from streamer.viewer.image_terms import common_terms
from streamer.viewer.stack import CALIBRATIONS, FrameRef, PixelFormat, Stack, StackGeometry

_DECODING = "9"
"""Goes into each plan's version: to be raised when the same file would decode to other pixels."""
_FLOAT32 = float(np.finfo(np.float32).max)
_ITEM_BYTES = {"uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "float32": 4, "float64": 8}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a frame's pixels are; `offset` −1 means that the decoder must be asked."""

    path: str
    frame: int
    offset: int
    length: int
    size: int = -1
    mtime_ns: int = -1


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """A stack, its frames' sources and the pixel attributes that the sources with an offset share."""

    stack: Stack
    sources: tuple[Source, ...]
    pixels: PixelFields
    rescale: tuple[tuple[float, float], ...]
    version: str


def plan_series(
    entries: Iterable[FileEntry], person_of: Callable[[FileEntry], int] = lambda _entry: 0
) -> list[PlannedStack]:
    """The stacks of one series; copies count once, and different images of one UID all count.

    `person_of` tells whose a file is (patient.people): images of two people are never in one stack.
    """
    frames: dict[int, list[ImageFrame]] = defaultdict(list)
    for entry in told_apart(entries):
        frames[person_of(entry)].extend(frames_of(entry))
    parts = []
    for person in sorted(frames):
        split = split_series(frames[person])
        parts += [(person, part, name) for part, name in zip(split, part_names(split), strict=True)]
    return [plan_stack(part, number, person, name) for number, (person, part, name) in enumerate(parts, 1)]


def plan_stack(part: Sequence[ImageFrame], number: int, person: int = 0, name: Name = ()) -> PlannedStack:
    """One part of a series as a stack; `person` as in Stack.patient, `name` as in Stack.part."""
    arranged = arrange(part)
    frames = arranged.frames
    header, pixels = frames[0].file.header, frames[0].pixels
    rescales = tuple(frame.rescale for frame in frames)
    grey = pixels.photometric in GREY
    differing = grey and not pixels.lookup and len(set(rescales)) > 1
    form = _format(frames, differing)
    refs = tuple(FrameRef(f.file.instance, f.number, f.file.header.instance_number) for f in frames)
    terms, terms_of = terms_of_frames(arranged, rescaled=form.dtype if differing else "")
    shared = common_terms(terms)
    stack = Stack(
        key=f"{header.series.uid}#{number}",
        series_instance_uid=header.series.uid,
        rows=pixels.rows,
        columns=pixels.columns,
        frames=refs,
        geometry=_geometry(arranged, shared.slice_thickness),
        pixels=form,
        terms=terms,
        terms_of=terms_of,
        shared=shared,
        modality=header.series.modality,
        series_number=header.series.number,
        series_description=header.series.description,
        projection=header.projection,
        repeated=arranged.repeated,
        fault=_fault(frames, form),
        photometric=pixels.photometric.replace("PALETTE_COLOR", "PALETTE COLOR"),
        declared_images=len(frames),
        patient=person,
        part=name,
        gaps=gaps_of(frames),
    )
    sources = tuple(_source(frame, pixels) for frame in frames)
    version = _version(frames, form)
    return PlannedStack(stack, sources, pixels, rescales if differing else (), version)


def _format(frames: Sequence[ImageFrame], differing: bool) -> PixelFormat:
    first = frames[0].pixels
    if first.photometric not in GREY:
        return PixelFormat("uint8", samples=3)
    slope, intercept = (1.0, 0.0) if differing or first.lookup else frames[0].rescale
    return PixelFormat(
        dtype=_modality_dtype(frames) if differing else _dtype([frame.pixels for frame in frames]),
        slope=slope,
        intercept=intercept,
        inverted=first.photometric == "MONOCHROME1",
    )


def _modality_dtype(frames: Sequence[ImageFrame]) -> str:
    """The smaller of the cache's types in which modality values keep the steps of the stored ones."""
    for bits, (slope, intercept) in {(frame.pixels.bits_stored, frame.rescale) for frame in frames}:
        highest = abs(slope) * (1 << bits) + abs(intercept)
        if slope and not (highest < _FLOAT32 and np.spacing(np.float32(highest)) <= abs(slope)):
            return "float64"
    return "float32"


def _dtype(pixels: Iterable[PixelFields]) -> str:
    """The smallest of the cache's types that holds every file's stored values."""
    kinds = {
        (16 if p.lookup_bits > 8 else 8, False) if p.lookup else (p.bits_stored, p.signed) for p in pixels
    }
    bits = max(kind[0] for kind in kinds)
    signed = any(kind[1] for kind in kinds)
    if not signed:
        return "uint8" if bits <= 8 else "uint16" if bits <= 16 else "int32"
    unsigned_bits = max((kind[0] for kind in kinds if not kind[1]), default=0)
    return "int16" if bits <= 16 and unsigned_bits <= 15 else "int32"


def _geometry(arranged: Arrangement, thickness: float) -> StackGeometry:
    frames = arranged.frames
    first = frames[0]
    spacing, kind = first.fields.spacing, first.fields.spacing_kind
    flags = {
        "calibrated": bool(kind),
        "at_detector": kind == "detector",
        "calibration": kind if kind in CALIBRATIONS else "",
        "not_volumetric": arranged.reason,
    }
    if not arranged.positioned:
        positions = tuple((0.0, 0.0, float(n)) for n in range(len(frames)))
        return StackGeometry((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), positions, spacing, **flags)  # type: ignore[arg-type]
    return StackGeometry(
        row=first.row,
        column=first.column,
        positions=tuple(frame.fields.position or (0.0, 0.0, 0.0) for frame in frames),
        pixel_spacing=spacing,
        slice_thickness=thickness,
        frame_of_reference_uid=first.file.header.series.frame_of_reference_uid,
        positioned=True,
        volumetric=not arranged.reason,
        **flags,  # type: ignore[arg-type]
    )


def _fault(frames: Sequence[ImageFrame], form: PixelFormat) -> str:
    first = frames[0].pixels
    if first.refusal:
        return first.refusal
    size = len(frames) * first.rows * first.columns * form.samples * _ITEM_BYTES[form.dtype]
    if size > STACK_BYTES:
        return f"These images need {size / 1e9:.0f} GB, which is over what can be shown."
    return ""


def _source(frame: ImageFrame, shared: PixelFields) -> Source:
    """Native frames that are stored as their stack's are read in place, all others through the decoder."""
    pixels = frame.pixels
    alike = _encoding(pixels) == _encoding(shared)
    plain = pixels.transfer_syntax in transfer_syntax.NATIVE and pixels.offset >= 0 and not pixels.lookup
    if not (alike and plain and pixels.photometric in (*GREY, "RGB")):
        return Source(frame.file.path, frame.number, -1, 0, frame.file.size, frame.file.mtime_ns)
    size = pixels.rows * pixels.columns * pixels.samples * pixels.bits_allocated // 8
    offset = pixels.offset + (frame.number - 1) * size
    return Source(frame.file.path, frame.number, offset, size, frame.file.size, frame.file.mtime_ns)


def _encoding(pixels: PixelFields) -> tuple[object, ...]:
    """What must be equal for two files' pixels to be read alike."""
    return (
        pixels.samples, pixels.planar if pixels.samples > 1 else 0, pixels.bits_allocated, pixels.bits_stored,
        pixels.signed, pixels.photometric, pixels.transfer_syntax, pixels.lookup,
    )  # fmt: skip


def _version(frames: Sequence[ImageFrame], form: PixelFormat) -> str:
    digest = hashlib.sha256(f"{_DECODING}\0{form.dtype}\0{form.samples}".encode())
    for frame in frames:
        digest.update(
            f"\0{frame.file.path}\0{frame.number}\0{frame.file.size}\0{frame.file.mtime_ns}".encode()
        )
        digest.update(repr(frame.fields.rescale).encode())
    return digest.hexdigest()[:32]
