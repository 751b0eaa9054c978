"""The worklist's columns give way in order: who, of which birth and when is read whole in every width, by mouse and by finger."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.test_narrow import CUT_OFF

TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
WHO_AND_WHEN = ", ".join(
    f"fv-worklist tbody .{name}" for name in ("patient_name", "patient_id", "birth_date", "study_date")
)
HEADS = "fv-worklist thead .sort"


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_no_name_date_or_time_is_cut(readers: Readers, touch: bool) -> None:
    reader = readers(viewport={"width": 1280, "height": 800}, **(TOUCH if touch else {}))
    reader.worklist()
    for width in (480, 641, 700, 770, 861, 901, 1024, 1101, 1180, 1281, 1366):
        reader.page.set_viewport_size({"width": width, "height": 800})
        reader.until("(width) => innerWidth === width", width)
        assert reader.see(CUT_OFF, WHO_AND_WHEN) == [], width
        assert reader.see(CUT_OFF, HEADS) == [], width
