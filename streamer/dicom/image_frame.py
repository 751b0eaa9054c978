"""One frame of one file on its way into a stack."""

from __future__ import annotations

from dataclasses import dataclass

from streamer.dicom.header_record import FrameFields, HeaderRecord, PixelFields
from streamer.dicom.pixel_fields import GREY
from streamer.viewer.vector import Vec3, cross, dot


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as the index knows it: path (archive_path) relative to the archive's root, and its header.

    `digest` is of the pixels (pixel_digest), known only where another file says the same of itself. `apart` is a part of the key
    of a file whose SOP Instance UID is that of another image, too (same_instance).
    """

    path: str
    size: int
    mtime_ns: int
    header: HeaderRecord
    digest: str = ""
    apart: str = ""

    @property
    def instance(self) -> str:
        """The SOP Instance UID, and where several images have it, what tells this one from them."""
        uid = self.header.sop_instance_uid
        return f"{uid}~{self.apart}" if self.apart else uid


@dataclass(frozen=True, slots=True)
class ImageFrame:
    """A frame of a file; `number` is 1-based."""

    file: FileEntry
    pixels: PixelFields
    number: int
    fields: FrameFields

    @property
    def order(self) -> tuple[int, str, int]:
        """The order where geometry says nothing: instance number, then the UID so that it is the same each time."""
        return self.file.header.instance_number, self.file.instance, self.number

    @property
    def values_known(self) -> bool:
        """Whether it can be told what the values mean. Colours are none."""
        return self.fields.rescale is not None or self.pixels.photometric not in GREY

    @property
    def rescale(self) -> tuple[float, float]:
        """Slope and intercept; where they are not known, those that leave stored values as they are."""
        return self.fields.rescale or (1.0, 0.0)

    @property
    def placed(self) -> bool:
        """Whether the file says where the frame lies."""
        return self.fields.position is not None and len(self.fields.orientation) == 6

    @property
    def row(self) -> Vec3:
        """Direction of increasing column index."""
        o = self.fields.orientation
        return (o[0], o[1], o[2])

    @property
    def column(self) -> Vec3:
        """Direction of increasing row index."""
        o = self.fields.orientation
        return (o[3], o[4], o[5])

    def depth(self, normal: Vec3) -> float:
        """Where the frame lies along a normal, mm."""
        return 0.0 if self.fields.position is None else dot(self.fields.position, normal)


def frames_of(entry: FileEntry) -> list[ImageFrame]:
    """All frames of a file that has pixels."""
    pixels = entry.header.pixels
    if pixels is None:
        return []
    return [ImageFrame(entry, pixels, n, entry.header.frame(n)) for n in range(1, pixels.frames + 1)]


def display_normal(row: Vec3, column: Vec3) -> Vec3:
    """The plane's normal in the direction in which images follow each other.

    Head to feet (axial), front to back (coronal), right to left (sagittal), by the normal's largest component in LPS.
    """
    normal = cross(row, column)
    sizes = [abs(component) for component in normal]
    axis = max(range(3), key=lambda index: (round(sizes[index], 6), index))
    # +x is to the left, +y to the back, +z to the head.
    wanted = -1.0 if axis == 2 else 1.0
    return normal if normal[axis] * wanted > 0 else (-normal[0], -normal[1], -normal[2])
