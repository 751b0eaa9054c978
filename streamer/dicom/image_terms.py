"""What the image's corner text and banners say: units, lossy compression, cine rate, orientation of projections."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.dicom import transfer_syntax
from streamer.dicom.elements import Elements
from streamer.dicom.header_record import FrameFields

IMAGE_TERM_KEYWORDS = (
    "LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod", "CineRate", "FrameTime",
    "RecommendedDisplayFrameRate", "Units", "MultienergyCTAcquisition",
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
_UNSPECIFIED = ("", "US")
"""Rescale types that say no unit (C.11.1.1.2): none, and "unspecified"."""
_NO_HOUNSFIELD = frozenset({
    "LOCALIZER", "MAP", "PARAMETRIC", "PERFUSION", "CBF", "CBV", "RCBF", "RCBV", "MTT", "TTP", "TMAX", "TTD", "PBV", "PBF",
    "FLOW", "PERMEABILITY", "IODINE", "VMI_MAP", "MATERIAL", "EFF_Z", "EFF_ATOMIC_NUM", "ELECTRON_DENSITY",
})  # fmt: skip
"""Image types of CT whose values are none of attenuation: scouts, and maps of something else."""


def units(elements: Elements, modality: str, image_type: Sequence[str], frames: Sequence[FrameFields]) -> str:
    """The unit of modality values, where it is known; empty for what is only a number.

    HU only for CT whose Rescale Type is HU, or none as the standard allows it for HU alone (C.8.2.1.1.4), and neither for
    localizers nor for maps. Other units as the file names them.
    """
    stated = {frame.rescale_type.upper() for frame in frames} - {""}
    if elements.doubts("RescaleType") or len(stated) > 1 or any("\\" in type_ for type_ in stated):
        return ""
    kinds = {word for value in image_type for word in (value, *value.split("_"))}
    attenuation = modality == "CT" and not kinds & _NO_HOUNSFIELD
    if stated == {"HU"}:
        return "HU" if attenuation else ""
    if stated - set(_UNSPECIFIED):
        return next(frame.rescale_type for frame in frames if frame.rescale_type)
    if modality == "PT":
        return {"BQML": "Bq/ml", "CNTS": "counts"}.get(elements.text("Units", 16), "")
    rescaled = any(frame.rescale not in (None, (1.0, 0.0)) for frame in frames)
    several_energies = elements.text("MultienergyCTAcquisition", 8).upper() not in ("", "NO")
    return "HU" if attenuation and rescaled and not stated and not several_energies else ""


def lossy_text(elements: Elements, syntax: str) -> str:
    """Lossy compression in words (C.7.6.1.1.5), e.g. "lossy 10:1 (JPEG)"; empty where there is none."""
    said = elements.text("LossyImageCompression")
    if said != "01":
        if syntax in transfer_syntax.LOSSY:
            return f"lossy ({transfer_syntax.LOSSY[syntax]})"
        if syntax in transfer_syntax.MAYBE_LOSSY and said != "00":
            return f"possibly lossy ({transfer_syntax.MAYBE_LOSSY[syntax]})"
        # Only "00" says no, and only what is absent says nothing.
        return "" if said in ("", "00") and not elements.doubts("LossyImageCompression") else "possibly lossy"
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
