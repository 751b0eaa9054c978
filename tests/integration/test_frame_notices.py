"""What the loader found odd in an image's data is said of that image, for as long as its pixels are kept."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from streamer.session.reports import NOTED_SENT, _noted
from streamer.session.series_store import SeriesStore
from tests.data.phantoms import write_placed
from tests.integration.test_loader import files_of, plan_of
from tests.integration.test_series_store import acquire, ended

ODD = {1: (-2, b""), 2: (None, b"\0" * 9), 3: (-40, b"")}
"""By file: where its codestream is cut, and what is put behind it."""


def write_series(root: Path, odd: dict[int, tuple[int | None, bytes]]) -> None:
    """Five images as JPEG-LS."""
    write_placed(root, 5)
    for number, file in enumerate(files_of(root)):
        dataset = pydicom.dcmread(file)
        noise = (
            np.random.default_rng(7 + number).integers(0, 4000, dataset.pixel_array.shape).astype(np.uint16)
        )
        cut, behind = odd.get(number, (None, b""))
        dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.80")
        dataset.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(noise))[:cut] + behind])
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(file)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


@pytest.mark.parametrize("one_fails", [True, False])
async def test_what_is_odd_in_a_frame_is_said_of_it_alone_and_outlives_the_host(
    root: Path, tmp_path: Path, one_fails: bool
) -> None:
    write_series(root, ODD if one_fails else {number: ODD[number] for number in (1, 2)})
    plan = plan_of(root)
    files = [int(Path(source.path).stem) for source in plan.sources]
    said = {files.index(1): ("end_mark",), files.index(2): ("trailing_bytes",)}
    failed = {files.index(3): "The compressed image is damaged and can't be decoded."} if one_fails else {}
    for _ in range(2):  # The second time the frames are in the cache, and are not decoded again.
        store = SeriesStore(tmp_path / "cache", 1 << 30, 0)
        load = acquire(store, root, plan)
        await ended(store, load)
        assert load.complete
        assert load.noticed == said
        assert load.failures == failed
        await store.close()


def test_what_is_said_of_frames_is_sent_as_runs() -> None:
    assert _noted({}, 5) == ()
    noticed = {4: ("b", "a"), 2: ("a",), 3: ("a",), 9: ("a",)}
    assert _noted(noticed, 20) == (("a", 2, 5), ("a", 9, 10), ("b", 4, 5))


def test_too_many_runs_are_said_of_all_images_rather_than_of_some() -> None:
    count = 2 * NOTED_SENT + 2
    assert _noted(dict.fromkeys(range(0, count, 2), ("a",)), count) == (("a", 0, count),)
