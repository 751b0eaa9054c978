"""Reading one frame into its place in the cache: straight from the file where the bytes fit, else through the decoder."""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from streamer.dicom import archive_path, transfer_syntax
from streamer.dicom.faults import BadFile, BadFrame, FrameNotReadNow, NotDicom, NotReadNow
from streamer.dicom.stored_values import fit, put_right, to_eight_bit
from streamer.ipc.messages import FrameSource, StackPlan

if TYPE_CHECKING:
    from streamer.dicom.frame_decoder import FrameDecoder

_CHANGED = "This image was changed since the study was opened. Open the study again."
_CHANGING = "This image's file is being written to. It is tried again."
_AWAY = "The file can't be found in the archive now. It is tried again."
_CUT_SHORT = "The file ends before this image."
READINGS = 3
"""Of a file that changed while it was read, and is yet as it was listed."""
_PIXEL_DATA = (0x7FE0, 0x0010)


class FrameReader:
    """Reads frames of one plan; keeps the last file open. One per thread."""

    def __init__(self, plan: StackPlan, root: Path) -> None:
        self._plan = plan
        self._root = root.resolve()
        self._order = ">" if plan.transfer_syntax == transfer_syntax.EXPLICIT_BE else "<"
        kind = "i" if plan.signed else "u"
        self._stored = np.dtype(f"{self._order}{kind}{plan.bits_allocated // 8}")
        wanted = np.dtype(plan.stack.pixels.dtype)
        self._in_place = (
            self._stored == wanted and not plan.rescale and not (plan.samples > 1 and plan.planar)
        )
        self._file: tuple[str, int] | None = None
        self._decoder: tuple[str, FrameDecoder] | None = None
        self._uids: dict[str, str] = {}

    def close(self) -> None:
        """Closes what is open."""
        if self._file is not None:
            os.close(self._file[1])
        if self._decoder is not None:
            self._decoder[1].close()
        self._file = self._decoder = None

    def read(self, frame: int, out: NDArray[Any], *, again: bool = False) -> tuple[str, ...]:
        """Frame `frame` of the stack into `out`; codes of what is said of its data (signaling.protocol.reservations).

        `again`: it could not be read before, so that its file may have been replaced: it must still say that it is this image.

        Raises:
            BadFrame: it can't be read, with why.
        """
        source = self._plan.sources[frame]
        try:
            for _ in range(READINGS):
                before = self._status(source)
                if again:
                    self._check_image(source, frame)
                notices = self._read_once(source, frame, out)
                after = self._status(source)
                _check_unchanged(source, after)
                if _stamp(before) == _stamp(after):
                    return notices
            raise FrameNotReadNow(_CHANGING)
        except NotReadNow as fault:
            raise FrameNotReadNow(f"{fault} It is tried again.") from None
        except (BadFile, NotDicom) as fault:
            self._refuse_changed(source)
            raise BadFrame(str(fault) or _CHANGED) from None
        except FrameNotReadNow:
            raise
        except BadFrame:
            self._refuse_changed(source)
            raise
        except FileNotFoundError:
            raise FrameNotReadNow(_AWAY) from None
        except OSError as error:
            raise FrameNotReadNow(
                f"The file can't be read now: {error.strerror}. It is tried again."
            ) from None
        except MemoryError:
            raise FrameNotReadNow(
                "There is not enough memory to decode this image. It is tried again."
            ) from None

    def _read_once(self, source: FrameSource, frame: int, out: NDArray[Any]) -> tuple[str, ...]:
        if source.offset >= 0:
            self._read_native(source, frame, out)
            return ()
        array, notices = self._decoder_of(source).decode_noticed(source.frame)
        self._store(array, frame, out)
        return notices

    def _status(self, source: FrameSource) -> os.stat_result:
        """Of the very file that is read; who is to read it anew finds it unchanged since it was listed, or hears that it was."""
        if source.offset >= 0:
            return os.fstat(self._open(source))
        return os.fstat(self._decoder_of(source).descriptor)

    def _check_image(self, source: FrameSource, frame: int) -> None:
        """Raises BadFrame where the file is of another image than was listed; it is read anew once for all of its frames."""
        # Only here: it brings pydicom in.
        from streamer.dicom.header import read_header

        if source.path not in self._uids:
            self._uids[source.path] = read_header(self._inside(source.path)).sop_instance_uid
        listed, _, _apart = self._plan.stack.frames[frame].sop_instance_uid.partition("~")
        if self._uids[source.path] != listed:
            raise BadFrame(_CHANGED)

    def _refuse_changed(self, source: FrameSource) -> None:
        """Bytes that make no sense may be those of a file that is being written: that is said, rather than that it is damaged."""
        held = self._decoder if source.offset < 0 else self._file
        known = held is not None and held[0] == source.path
        with suppress(OSError):
            _check_unchanged(source, self._status(source) if known else self._inside(source.path).stat())

    def _read_native(self, source: FrameSource, frame: int, out: NDArray[Any]) -> None:
        descriptor = self._open(source)
        if self._in_place:
            _read_exactly(descriptor, out.data.cast("B"), source.offset)
            if self._plan.samples == 1 and self._plan.bits_stored < self._plan.bits_allocated:
                out[...] = put_right(out, self._plan.bits_stored, signed=self._plan.signed)
            return
        raw = bytearray(source.length)
        _read_exactly(descriptor, memoryview(raw), source.offset)
        self._store(self._shaped(np.frombuffer(raw, self._stored)), frame, out)

    def _shaped(self, flat: NDArray[Any]) -> NDArray[Any]:
        stack, plan = self._plan.stack, self._plan
        array = flat.astype(flat.dtype.newbyteorder("="), copy=False)
        if plan.samples == 1:
            return put_right(array.reshape(stack.rows, stack.columns), plan.bits_stored, signed=plan.signed)
        if plan.planar:
            array = np.moveaxis(array.reshape(plan.samples, stack.rows, stack.columns), 0, -1)
        return to_eight_bit(array.reshape(stack.rows, stack.columns, plan.samples), plan.bits_stored)

    def _decoder_of(self, source: FrameSource) -> FrameDecoder:
        # Only here: it brings pydicom in, whose import takes longer than reading a hundred images that need it not.
        from streamer.dicom.frame_decoder import FrameDecoder

        if self._decoder is None or self._decoder[0] != source.path:
            if self._decoder is not None:
                self._decoder[1].close()
                self._decoder = None
            path = self._inside(source.path)
            _check_unchanged(source, path.stat())
            self._decoder = (source.path, FrameDecoder(path))
        return self._decoder[1]

    def _store(self, array: NDArray[Any], frame: int, out: NDArray[Any]) -> None:
        if array.shape != out.shape:
            raise BadFrame(_CHANGED)
        if self._plan.rescale:
            slope, intercept = self._plan.rescale[frame]
            array = array.astype(np.float64) * slope + intercept
        out[...] = fit(array, out.dtype.name)

    def _inside(self, path: str) -> Path:
        inside = Path(archive_path.from_text(path))
        if inside.is_absolute() or ".." in inside.parts:
            raise BadFrame("The file does not lie in the archive.")
        return self._root / inside

    def _open(self, source: FrameSource) -> int:
        """The file's descriptor, opened and checked to still hold pixels where the index says."""
        if self._file is not None:
            if self._file[0] == source.path:
                return self._file[1]
            os.close(self._file[1])
            self._file = None
        descriptor = os.open(self._inside(source.path), os.O_RDONLY | os.O_CLOEXEC)
        self._file = (source.path, descriptor)
        try:
            _check_unchanged(source, os.fstat(descriptor))
        except BadFrame:
            os.close(descriptor)
            self._file = None
            raise
        if not _holds_pixels(descriptor, source.offset - (source.frame - 1) * source.length, self._order):
            raise BadFrame(_CHANGED)
        return descriptor


def _check_unchanged(source: FrameSource, now: os.stat_result) -> None:
    """Raises BadFrame when the file is not the one that was listed."""
    if source.size >= 0 and (now.st_size, now.st_mtime_ns) != (source.size, source.mtime_ns):
        raise BadFrame(_CHANGED)


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    """What is another when a file was written to; its time of change can't be set back, as that of its content can."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _holds_pixels(descriptor: int, offset: int, order: str) -> bool:
    """Whether the PixelData element begins right before `offset`: 12 bytes with an explicit VR, 8 without."""
    for back in (12, 8):
        head = os.pread(descriptor, 4, offset - back) if offset >= back else b""
        if len(head) == 4 and struct.unpack(f"{order}HH", head) == _PIXEL_DATA:
            return True
    return False


def _read_exactly(descriptor: int, out: memoryview, offset: int) -> None:
    done = 0
    while done < len(out):
        count = os.preadv(descriptor, [out[done:]], offset + done)
        if count == 0:
            raise BadFrame(_CUT_SHORT)
        done += count


assert sys.byteorder == "little", "The cache is little-endian, and so must be the machine."
