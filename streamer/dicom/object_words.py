"""What an object that has no image is, in words (PS3.3 A.1; PS3.4 B.5)."""

from __future__ import annotations

from streamer.dicom.header_record import HeaderRecord

_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.104.1": "PDF document",
    "1.2.840.10008.5.1.4.1.1.104.2": "CDA document",
    "1.2.840.10008.5.1.4.1.1.104.3": "3D model",
    "1.2.840.10008.5.1.4.1.1.104.4": "3D model",
    "1.2.840.10008.5.1.4.1.1.104.5": "3D model",
}
_MODALITIES = {
    "SR": "structured report",
    "PR": "presentation state",
    "KO": "key object selection",
    "RTSTRUCT": "set of radiotherapy structures",
    "RTPLAN": "radiotherapy plan",
    "DOC": "document",
    "ECG": "electrocardiogram",
}


def object_noun(header: HeaderRecord) -> str:
    """What it is, in the singular."""
    modality = header.series.modality
    return _CLASSES.get(header.sop_class_uid) or _MODALITIES.get(modality) or f"{modality} object".strip()
