"""One study of a few small images, scanned and opened as the indexer does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from streamer.dicom.index import Index
from streamer.indexer.presence import Presence
from streamer.indexer.scanner import Scanner
from streamer.indexer.study_description import describe_study
from streamer.ipc.messages import StudyDescribed
from tests.data.phantoms import write_image

STUDY = "1.2.3"
_PIXELS = np.zeros((8, 8), np.int16)


def scanned(folder: Path, *images: dict[str, Any]) -> tuple[Index, StudyDescribed]:
    """The index, and the study of these images' elements, one file each, named by their order."""
    root = folder / "archive"
    root.mkdir()
    for number, elements in enumerate(images, 1):
        common = {
            "StudyInstanceUID": STUDY, "SOPInstanceUID": f"{STUDY}.{number}", "InstanceNumber": number,
        }  # fmt: skip
        write_image(root / f"{number}.dcm", _PIXELS, **common, **elements)
    index = Index(folder / "index.sqlite")
    Scanner(root, folder / "index.sqlite", lambda status: None)._look(index, Presence(index), full=True)
    opened = describe_study(index, root, 1, STUDY)
    assert opened is not None
    return index, opened
