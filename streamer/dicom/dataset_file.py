"""Opening a DICOM file: recognised by what it holds, read up to the pixels, deflated ones inflated within bounds."""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydicom import config, filereader
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.uid import UID

from streamer.dicom import transfer_syntax
from streamer.dicom.faults import BadFile, NotDicom, NotReadNow
from streamer.dicom.inflated_stream import InflatedStream

# Values are checked where they are used, and nothing of a file may reach a log.
config.settings.reading_validation_mode = config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

PIXEL_DATA = 0x7FE00010
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})
_LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_UNDEFINED = 0xFFFFFFFF
_FIRST_GROUPS = (2, 8)
_META_BYTES = 16384
_MOST_COMMANDS = 64
"""The command elements of PS3.7 E.1 are fewer; they have no place in a file, but some have them."""
_MOST_PADDING = 4096
"""So many zeros behind a dataset are padding; more of them are what was never written."""
# What pydicom raises on broken bytes; it promises no list.
READ_FAILURES = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, NotImplementedError, struct.error,
    EOFError, BytesLengthException, AssertionError, RecursionError, MemoryError, zlib.error,
)  # fmt: skip


@dataclass(slots=True)
class OpenDataset:
    """A dataset without its pixels. `stream` is where `pixel_offset` counts: the file, or the inflated bytes.

    `pixel_tag` is 0 where there are no pixels; `pixel_length` −1 when they are encapsulated.
    """

    dataset: Dataset
    stream: BinaryIO
    syntax: str
    little_endian: bool
    pixel_tag: int
    pixel_offset: int
    pixel_length: int
    stream_size: int
    in_words: bool
    """The pixels are in 16-bit words (OW), also those of 8 bit."""
    file: BinaryIO
    """The file itself, open also where the stream is not it."""

    @property
    def deflated(self) -> bool:
        """The stream is not the file itself."""
        return self.syntax == transfer_syntax.DEFLATED_LE

    def close(self) -> None:
        """Closes the file."""
        self.stream.close()
        self.file.close()


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that begins like this is DICOM: by its prefix, else by a plausible first element (PS3.10 7.1)."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 16:
        return False
    for order in ("<", ">"):
        group, element = struct.unpack_from(f"{order}HH", head)
        if group not in _FIRST_GROUPS or element > 0x0070:
            continue
        if head[4:6].isalpha() and head[4:6].isupper():
            return True
        if order == "<" and struct.unpack_from("<I", head, 4)[0] <= 1024:
            return True
    return False


def open_dataset(path: Path, tags: Sequence[int] | None = None, *, whole: bool = False) -> OpenDataset:
    """Reads a file's header up to its pixels; the caller closes what it gets.

    Who reads a deflated file's frames in any order asks for the `whole` of it, inflated in memory.

    Raises:
        NotDicom: it is something else.
        NotReadNow: the disk or the system did not give it.
        BadFile: what it holds is damaged, with why.
    """
    try:
        stream: BinaryIO = path.open("rb")
    except OSError as error:
        raise NotReadNow(f"A file can't be opened now: {error.strerror}.") from None
    try:
        return _read(stream, tags, whole=whole)
    except MemoryError:
        stream.close()
        raise NotReadNow("There was not enough memory to read a file now.") from None
    except READ_FAILURES:
        stream.close()
        raise BadFile("A file's header is damaged.") from None
    except OSError as error:
        stream.close()
        if error.errno is None:  # pydicom's own, about the bytes
            raise BadFile("A file's header is damaged.") from None
        raise NotReadNow(f"A file can't be read now: {error.strerror}.") from None
    except BaseException:
        stream.close()
        raise


def _read(file: BinaryIO, tags: Sequence[int] | None, *, whole: bool) -> OpenDataset:
    stream, head = file, file.read(132)
    if not looks_like_dicom(head):
        raise NotDicom
    stream.seek(0)
    found: list[tuple[int, str | None, int]] = []

    def stop(tag: int, vr: str | None, length: int) -> bool:
        if int(tag) == 0:
            _check_padding(stream)
            return True
        if int(tag) in _PIXELS:
            found.append((int(tag), vr, length))
        return bool(found)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if head[128:132] == b"DICM":
            _check_commands(stream)
            stream, inflated_syntax = _inflate(stream, whole=whole)
        else:
            inflated_syntax = ""
        dataset = filereader.read_partial(
            stream,
            stop,
            force=True,
            specific_tags=None if tags is None else list(tags),
        )
    implicit, little = dataset.original_encoding
    syntax = inflated_syntax or str(dataset.file_meta.get("TransferSyntaxUID", "") or "")
    if not syntax:
        syntax = transfer_syntax.IMPLICIT_LE if implicit else transfer_syntax.EXPLICIT_LE
        syntax = syntax if little else transfer_syntax.EXPLICIT_BE
    tag, vr, length = found[0] if found else (0, None, 0)
    offset = stream.tell() + (12 if vr in _LONG_VRS and not implicit else 8)
    size = stream.seek(0, io.SEEK_END)
    length = -1 if length == _UNDEFINED else length
    return OpenDataset(
        dataset, stream, UID(syntax), bool(little), tag, offset, length, size, vr == "OW", file
    )


def _check_padding(stream: BinaryIO) -> None:
    """A dataset goes on with zeros: that is its padding, or an upload has not filled its place on the disk yet.

    Element by element they would be read for half an hour a gigabyte.

    Raises:
        BadFile: there are too many.
    """
    at = stream.tell()
    size = stream.seek(0, io.SEEK_END) if stream.seekable() else at
    if size - at > _MOST_PADDING:
        raise BadFile("A file ends in zeros, as if it had not been written whole.")


def _check_commands(stream: BinaryIO) -> None:
    """What follows the meta information is no endless row of command elements (group 0000, PS3.7 6.3.1).

    Raises:
        BadFile: there are too many, or their tags do not increase.
    """
    head = stream.read(_META_BYTES)
    at, before = _meta_syntax(head)[1], -1
    for _ in range(_MOST_COMMANDS):
        stream.seek(at)
        header = stream.read(8)
        if len(header) < 8 or header[:2] != b"\0\0":
            break
        element, length = struct.unpack("<HI", header[2:])
        if element <= before:
            raise BadFile("A file's header is damaged.")
        at, before = at + 8 + length, element
    else:
        raise BadFile("A file's header is damaged.")
    stream.seek(0)


def _inflate(stream: BinaryIO, *, whole: bool) -> tuple[BinaryIO, str]:
    """A deflated file (PS3.5 A.5) as a stream of its dataset, inflated at once or as it is read; others as they are."""
    head = stream.read(_META_BYTES)
    stream.seek(0)
    if transfer_syntax.DEFLATED_LE.encode() not in head:
        return stream, ""
    syntax, end = _meta_syntax(head)
    if syntax != transfer_syntax.DEFLATED_LE:
        return stream, ""
    # Without its meta information it reads as a bare dataset, explicit VR, little-endian.
    inflated = InflatedStream(stream, end)
    if not whole:
        return io.BufferedReader(inflated), syntax
    return io.BytesIO(inflated.readall()), syntax


def _meta_syntax(head: bytes) -> tuple[str, int]:
    """The transfer syntax in a file's meta information (always explicit VR, little-endian), and where it ends."""
    at, syntax = 132, ""
    while at + 12 <= len(head):
        group, element, vr, length = struct.unpack_from("<HH2sH", head, at)
        if group != 2:
            break
        at += 8
        if vr.decode("ascii", "replace") in _LONG_VRS:
            length = struct.unpack_from("<I", head, at)[0]
            at += 4
        if element == 0x0010:
            syntax = head[at : at + length].rstrip(b"\0 ").decode("ascii", "replace")
        at += length
    return syntax, at
