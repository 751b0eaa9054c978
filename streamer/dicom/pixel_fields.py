"""How a file's pixels are stored (Image Pixel, PS3.3 C.7.6.3), and in words which can't be read."""

from __future__ import annotations

from streamer.dicom import transfer_syntax
from streamer.dicom.dataset_file import PIXEL_DATA, OpenDataset
from streamer.dicom.elements import Elements
from streamer.dicom.faults import BadFile
from streamer.dicom.header_record import PixelFields
from streamer.dicom.limits import FRAME_PIXELS, FRAMES, NATIVE_EXCESS, STACK_BYTES
from streamer.dicom.native_length import OTHER_LAYOUT, is_another_layout, length_doubt

PIXEL_KEYWORDS = (
    "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelPaddingValue", "PixelPaddingRangeLimit",
    "RedPaletteColorLookupTableDescriptor", "ModalityLUTSequence", "LUTDescriptor",
)  # fmt: skip
GREY = ("MONOCHROME1", "MONOCHROME2")
COLOR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_REFUSED_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.481.2": "Radiotherapy dose grids can't be shown.",
    "1.2.840.10008.5.1.4.1.1.66.4": "Segmentations can't be shown.",
    "1.2.840.10008.5.1.4.1.1.66.7": "Segmentations can't be shown.",
    "1.2.840.10008.5.1.4.1.1.77.1.6": "Whole-slide images can't be shown.",
}
_NEEDED = {
    "NumberOfFrames": "The number of images in a file",
    "SamplesPerPixel": "The number of samples of these images' pixels",
    "BitsStored": "How many bits the pixels of these images have",
    "HighBit": "Where the bits of these images' pixels lie",
    "PixelRepresentation": "Whether the pixels of these images have a sign",
    "PlanarConfiguration": "How the colours of these images are stored",
}
"""What has a default where it is absent and none where it is there and not understood: other pixels would be drawn."""


def read_pixels(elements: Elements, opened: OpenDataset) -> PixelFields | None:
    """The pixel fields; None for an object that has no pixels.

    Raises:
        BadFile: the sizes are absurd.
    """
    if not opened.pixel_tag:
        return None
    rows, columns = elements.integer("Rows", high=65535), elements.integer("Columns", high=65535)
    frames = elements.integer("NumberOfFrames", 1, 1)
    samples = elements.integer("SamplesPerPixel", 1, 1, 4)
    allocated = elements.integer("BitsAllocated", 0, 1, 64)
    stored = elements.integer("BitsStored", allocated, 1, 64)
    photometric = elements.text("PhotometricInterpretation", 16).upper().replace(" ", "_")
    signed = elements.integer("PixelRepresentation", 0, 0, 1) == 1
    native = opened.pixel_length >= 0
    if elements.doubts("Rows", "Columns", "BitsAllocated"):
        raise BadFile("An image whose size can't be read was left out.")
    planar = elements.integer("PlanarConfiguration", 0, 0, 1)
    frame_bytes = _native_frame_bytes(rows, columns, samples, allocated, photometric, native)
    _check_size(rows, columns, samples, frames, frame_bytes, opened)
    palette = photometric == "PALETTE_COLOR"
    table = elements.item("ModalityLUTSequence") if photometric in GREY else None
    descriptor = table.numbers("LUTDescriptor", 3) if table else ()
    high_bit = elements.integer("HighBit", stored - 1, 0, 63)
    refusal = (
        _REFUSED_CLASSES.get(elements.uid("SOPClassUID"), "")
        or ("Images of floating-point pixels can't be shown." if opened.pixel_tag != PIXEL_DATA else "")
        or transfer_syntax.refusal(opened.syntax)
        or next(
            (f"{what} can't be read." for keyword, what in _NEEDED.items() if elements.doubts(keyword)), ""
        )
        or _refusal(allocated, stored, high_bit, samples, photometric)
    )
    if (table is not None and not descriptor) or elements.doubts("ModalityLUTSequence"):
        refusal = refusal or "The Modality LUT of these images is damaged."
    plane_bytes = rows * columns * allocated // 8
    if native and samples == 3 and is_another_layout(opened.pixel_length, frame_bytes, frames, plane_bytes):
        refusal = refusal or OTHER_LAYOUT
    # Bytes in big-endian words lie in turned pairs (PS3.5 annex A.3): the decoder puts them right.
    turned = not opened.little_endian and opened.in_words and allocated == 8
    direct = native and not opened.deflated and not turned and allocated in (8, 16, 32)
    return PixelFields(
        rows=rows,
        columns=columns,
        frames=frames,
        samples=samples,
        photometric=photometric,
        planar=planar,
        bits_allocated=allocated,
        bits_stored=stored,
        signed=signed,
        transfer_syntax=str(opened.syntax),
        offset=opened.pixel_offset if direct else -1,
        length=max(0, min(opened.pixel_length, opened.stream_size - opened.pixel_offset)) if native else -1,
        lookup=palette or table is not None,
        lookup_bits=int(descriptor[2]) if descriptor else 0,
        padding=_padding(elements, stored, signed),
        refusal=refusal,
        length_doubt=length_doubt(opened, frame_bytes, frames) if native and not refusal else "",
    )


def _native_frame_bytes(
    rows: int, columns: int, samples: int, allocated: int, photometric: str, native: bool
) -> int:
    """Size of a frame as a native value holds it; YBR_FULL_422 keeps two samples per pixel (C.7.6.3.1.2)."""
    if native and photometric == "YBR_FULL_422" and samples == 3:
        samples = 2
    return (rows * columns * samples * allocated + 7) // 8


def _check_size(
    rows: int, columns: int, samples: int, frames: int, frame_bytes: int, opened: OpenDataset
) -> None:
    size = f"{frames} images of {columns} × {rows} pixels"
    if not rows or not columns or not frame_bytes:
        raise BadFile("An image without rows and columns was left out.")
    if rows * columns > FRAME_PIXELS or frames > FRAMES or rows * columns * samples * frames > STACK_BYTES:
        raise BadFile(f"A file claims {size}, which is over what can be shown.")
    held = opened.stream_size - opened.pixel_offset
    if opened.pixel_length < 0:
        if frames * 8 > held:
            raise BadFile(f"A file claims {size} but holds only {held} bytes of pixels: it is damaged.")
    elif frames * frame_bytes > NATIVE_EXCESS * max(held, 0):
        raise BadFile(f"A file claims {size} but holds only {max(held, 0)} bytes of pixels: it is damaged.")


def _refusal(allocated: int, stored: int, high_bit: int, samples: int, photometric: str) -> str:
    if allocated not in (8, 16, 32):
        return f"Images of {allocated} bit per pixel can't be shown."
    if stored > allocated or high_bit != stored - 1:
        return "The images say of their pixels' bits what can't be (Bits Stored, High Bit)."
    if samples == 1 and photometric in (*GREY, "PALETTE_COLOR"):
        return ""
    if samples == 3 and photometric in COLOR:
        return ""
    return f"Images of {samples} samples in {photometric or 'no'} photometric interpretation can't be shown."


def _padding(elements: Elements, stored: int, signed: bool) -> tuple[float, float] | None:
    """Padding in stored values, lowest first (C.7.5.1.1.2). What was read with the wrong sign is put right.

    None also where an end can't be read, or is no value that a pixel can have: some pixel's own must not be taken for it.
    """
    low = elements.number("PixelPaddingValue")
    high = elements.number("PixelPaddingRangeLimit")
    if low is None and high is not None:
        elements.doubt("PixelPaddingValue")
    if low is None or elements.doubts("PixelPaddingValue", "PixelPaddingRangeLimit"):
        return None
    ends = [_with_sign(end, signed) for end in (low, low if high is None else high)]
    least, most = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    if not all(least <= end <= most for end in ends):
        elements.doubt("PixelPaddingValue")
        return None
    return min(ends), max(ends)


def _with_sign(value: float, signed: bool) -> float:
    """A value of 16 bits (US or SS, whichever the file took) as the pixels' representation has it."""
    if signed:
        return value - 65536.0 if 32768.0 <= value < 65536.0 else value
    return value + 65536.0 if -32768.0 <= value < 0.0 else value
