"""Transfer syntaxes (PS3.5 section 10, PS3.6 annex A): how pixels are encoded, and in words what can't be read."""

from __future__ import annotations

IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
DEFLATED_LE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BE = "1.2.840.10008.1.2.2"
RLE = "1.2.840.10008.1.2.5"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
HTJ2K = "1.2.840.10008.1.2.4.203"

NATIVE = frozenset({IMPLICIT_LE, EXPLICIT_LE, DEFLATED_LE, EXPLICIT_BE})
JPEG = frozenset({JPEG_BASELINE, JPEG_EXTENDED})
JPEG_LOSSLESS = frozenset({"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"})
JPEG_LS = frozenset({"1.2.840.10008.1.2.4.80", JPEG_LS_NEAR})
JPEG_2000_ALL = frozenset({"1.2.840.10008.1.2.4.90", JPEG_2000})
HTJ2K_ALL = frozenset({"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", HTJ2K})
SUPPORTED = NATIVE | {RLE} | JPEG | JPEG_LOSSLESS | JPEG_LS | JPEG_2000_ALL | HTJ2K_ALL

LOSSY = {JPEG_BASELINE: "JPEG", JPEG_EXTENDED: "JPEG"}
MAYBE_LOSSY = {JPEG_LS_NEAR: "JPEG-LS near-lossless", JPEG_2000: "JPEG 2000", HTJ2K: "HTJ2K"}

_MPEG = "1.2.840.10008.1.2.4.10"


def refusal(uid: str) -> str:
    """Why this transfer syntax can't be read, as a sentence; empty where it can."""
    if uid in SUPPORTED:
        return ""
    if uid.startswith(_MPEG) and len(uid) > len(_MPEG):
        return "Video (MPEG) can't be shown."
    return f"Images in transfer syntax {uid or 'unknown'} can't be read."
