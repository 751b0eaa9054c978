"""What the image's corner text and banners say: units, lossy compression, cine rate, orientation of projections."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.dicom import transfer_syntax
from streamer.dicom.elements import Elements
from streamer.dicom.header_record import FrameFields

IMAGE_TERM_KEYWORDS = (
    "LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod", "CineRate", "FrameTime",
    "RecommendedDisplayFrameRate", "PatientOrientation", "Units",
)  # fmt: skip
_METHODS = {
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS near-lossless",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "H.264",
    "ISO_23008_2": "H.265",
}
_RESCALE_UNSPECIFIED = ("", "US")


def units(elements: Elements, modality: str, image_type: Sequence[str], frames: Sequence[FrameFields]) -> str:
    """The unit of modality values: what the file says; HU for a CT that is no localizer; else nothing (stored units)."""
    stated = {frame.rescale_type for frame in frames} - set(_RESCALE_UNSPECIFIED)
    if len(stated) == 1:
        return stated.pop()
    if modality == "PT":
        return {"BQML": "Bq/ml", "CNTS": "counts"}.get(elements.text("Units", 16), "")
    rescaled = any(frame.rescale != (1.0, 0.0) for frame in frames)
    return "HU" if modality == "CT" and rescaled and not stated and "LOCALIZER" not in image_type else ""


def lossy_text(elements: Elements, syntax: str) -> str:
    """Lossy compression in words (C.7.6.1.1.5), e.g. "lossy 10:1 (JPEG)"; empty where there is none."""
    if elements.text("LossyImageCompression") != "01":
        if syntax in transfer_syntax.LOSSY:
            return f"lossy ({transfer_syntax.LOSSY[syntax]})"
        if syntax in transfer_syntax.MAYBE_LOSSY and elements.text("LossyImageCompression") != "00":
            return f"possibly lossy ({transfer_syntax.MAYBE_LOSSY[syntax]})"
        return ""
    ratios = [value for value in elements.numbers("LossyImageCompressionRatio") if value > 0]
    ratio = " then ".join(f"{value:.0f}:1" if value >= 100 else f"{value:.3g}:1" for value in ratios)
    methods = [
        _METHODS.get(value, value) for value in elements.texts("LossyImageCompressionMethod", 24) if value
    ]
    method = ", ".join(methods) or transfer_syntax.LOSSY.get(syntax, "")
    return "lossy" + (f" {ratio}" if ratio else "") + (f" ({method})" if method else "")


def frame_rate(elements: Elements) -> float:
    """Frames per second for cine (C.7.6.5), 0 where the file does not say."""
    for rate in (elements.number("RecommendedDisplayFrameRate"), elements.number("CineRate")):
        if rate is not None and 0.1 <= rate <= 400.0:
            return rate
    time = elements.number("FrameTime")
    return 1000.0 / time if time is not None and 2.5 <= time <= 10_000.0 else 0.0
