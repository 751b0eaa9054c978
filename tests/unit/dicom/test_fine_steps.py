"""Where images of one series have rescales of their own, the cache holds modality values: in a type that keeps every step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.dicom.stored_values import fit
from tests.data.phantoms import write_image


@pytest.mark.parametrize(
    ("rescales", "bits", "dtype"),
    [
        ((("1", "0"), ("2", "0")), 16, "float32"),
        ((("0.013", "0"), ("0.11", "0")), 16, "float32"),
        ((("1", "-1024"), ("1", "-1000")), 12, "float32"),
        ((("1", "1e9"), ("1", "2e9")), 16, "float64"),
        ((("1", "0"), ("1", "-1e9")), 8, "float64"),
        ((("1e-4", "1e5"), ("1e-4", "0")), 12, "float64"),
    ],
)
def test_steps_stay_apart(
    tmp_path: Path, rescales: tuple[tuple[str, str], ...], bits: int, dtype: str
) -> None:
    kind = np.uint8 if bits == 8 else np.uint16
    stored = np.arange(256).reshape(16, 16).astype(kind)
    stored[-1, -1] = (1 << bits) - 1
    entries = []
    for number, (slope, intercept) in enumerate(rescales):
        path = write_image(
            tmp_path / f"{number}.dcm", stored, SOPInstanceUID=f"1.2.{number}", RescaleSlope=slope, InstanceNumber=number + 1,
            RescaleIntercept=intercept, BitsStored=bits, HighBit=bits - 1, PixelPaddingValue=3,
            Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4",
        )  # fmt: skip
        entries.append(FileEntry(path.name, 0, 0, read_header(path)))
    (plan,) = plan_series(entries)
    assert plan.stack.pixels.dtype == dtype
    assert not plan.stack.fault
    for number, (factor, offset) in enumerate(plan.rescale):
        values = fit(stored.astype(np.float64) * factor + offset, dtype)
        assert len(np.unique(values)) == stored.size
        assert plan.stack.terms_at(number).padding == (float(values[0, 3]), float(values[0, 3]))
