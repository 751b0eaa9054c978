"""HU is said of CT attenuation only, and units are the file's own word or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.viewer.presets import default_volume_preset, presets_for
from tests.data.phantoms import write_image

RESCALE = {"RescaleSlope": "1", "RescaleIntercept": "-1024"}


@pytest.mark.parametrize(
    ("elements", "units"),
    [
        ({}, "HU"),
        ({"RescaleType": "HU"}, "HU"),
        ({"ImageType": ["DERIVED", "SECONDARY", "REFORMATTED"]}, "HU"),
        ({"MultienergyCTAcquisition": "NO"}, "HU"),
        ({"RescaleSlope": None, "RescaleIntercept": None}, ""),
        ({"RescaleType": "US"}, ""),
        ({"RescaleType": "HU", "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, ""),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, ""),
        ({"ImageType": ["DERIVED", "SECONDARY", "PERFUSION", "CBF"]}, ""),
        ({"ImageType": ["DERIVED", "PRIMARY", "AXIAL", "EFF_Z_MAP"]}, ""),
        ({"RescaleType": "HU", "ImageType": ["DERIVED", "SECONDARY", "CBV_MAP"]}, ""),
        ({"MultienergyCTAcquisition": "YES"}, ""),
        ({"MultienergyCTAcquisition": "YES", "RescaleType": "HU"}, "HU"),
        ({"RescaleType": "Z_EFF"}, "Z_EFF"),
        ({"Modality": "MR"}, ""),
        ({"Modality": "MR", "RescaleType": "HU"}, ""),
        ({"Modality": "PT", "RescaleType": "HU"}, ""),
        ({"Modality": "PT", "Units": "BQML"}, "Bq/ml"),
        ({"Modality": "PT", "Units": "elephants"}, ""),
    ],
    ids=str,
)
def test_a_unit_is_said_where_it_is_meant_and_its_presets_with_it(
    tmp_path: Path, elements: dict[str, Any], units: str
) -> None:
    path = write_image(tmp_path / "1.dcm", **{**RESCALE, **elements})
    (plan,) = plan_series([FileEntry("1.dcm", 0, 0, read_header(path))])
    assert plan.stack.common.units == units
    assert bool(presets_for(plan.stack)) == (units == "HU")
    assert (default_volume_preset(plan.stack) == "CT bone") == (units == "HU")
