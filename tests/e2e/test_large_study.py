"""A study of very many series opens: what is said of all of them comes in parts that the browser takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from streamer.demo.series_writer import DemoPatient
from tests.data.phantoms import write_image
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import Study
from tests.running.farview_process import running

SERIES = 450
LARGE = Study("large", DemoPatient("Large^Test", "E2E-0077", "19580317", "F"), SERIES)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    pixels = np.arange(256, dtype=np.int16).reshape(16, 16)
    for number in range(SERIES):
        write_image(
            tmp_path / "data" / f"{number}.dcm",
            pixels,
            StudyInstanceUID=LARGE.uid,
            SeriesInstanceUID=f"{LARGE.uid}.{number + 1}",
            SeriesNumber=number + 1,
            SeriesDescription=f"Reconstruction {number + 1}, a description as long as they come",
            PatientName=LARGE.patient.name,
            PatientID="E2E-0077",
        )
    return tmp_path / "data"


def test_a_study_of_hundreds_of_series_opens(browser: Browser, archive: Path, tmp_path: Path) -> None:
    with running([archive], tmp_path) as farview:
        cookie, name = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), name)
        reader.page.goto(reader.address(LARGE))
        reader.live()
        assert reader.see("() => glass.words('part').length") > 1, "more than a browser takes at once"
        reader.says(f"Reconstruction {SERIES},")
        context.close()
