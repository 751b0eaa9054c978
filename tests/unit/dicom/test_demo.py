"""The demonstration: its phantom holds what it says, its studies are valid, its steps can be run again."""

from __future__ import annotations

import io
import plistlib
import tarfile
from pathlib import Path

import numpy as np
import pydicom
import pytest

from streamer.demo import head_ct, sample_files
from streamer.demo.debian_package import Unavailable, file_of_package
from streamer.demo.phantom import KNOWN_POINTS, NOISE_SD, axial_grid, image
from streamer.demo.phantom_studies import chest_grid, oblique_grid
from streamer.demo.series_writer import stable_uid
from streamer.demo.steps import Step, make_demo
from streamer.dicom.header import read_header
from streamer.viewer.vector import dot, subtract
from tests.data.phantoms import write_tiny


def test_the_phantom_is_noisy_but_for_its_cubes() -> None:
    grid = axial_grid(128, 128, 61, 3.0, 6.0)
    for point in KNOWN_POINTS:
        frame = round(dot(subtract(point.world, grid.origin), (0.0, 0.0, 1.0)) / 6.0)
        pixels = image(grid, frame)
        i = round((point.world[0] - grid.origin[0]) / 3.0)
        j = round((point.world[1] - grid.origin[1]) / 3.0)
        assert (pixels[j - 2 : j + 3, i - 2 : i + 3] == point.hounsfield).all()
    liver = image(grid, 7)[54:70, 30:42].astype(float)
    assert abs(liver.std() - NOISE_SD) < 2.0
    assert np.array_equal(image(grid, 7), image(grid, 7))
    assert not np.array_equal(image(grid, 7)[:20], image(grid, 8)[:20])


def test_left_and_right_front_and_back_differ() -> None:
    middle = image(axial_grid(128, 128, 3, 3.0, 150.0, noise=0.0), 0)
    assert middle[64, 44] == 60, "the liver is on the patient's right, which is on the left"
    assert middle[64 + 24, 64] > 100, "the spine is at the back, which is below"


def test_the_studies_have_the_size_that_is_said() -> None:
    grid = chest_grid()
    assert (grid.frames, grid.rows, grid.columns) == (300, 512, 512)
    assert oblique_grid().frames == 60


def test_written_images_are_valid_and_say_that_they_are_a_demonstration(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    dataset = pydicom.dcmread(tmp_path / "0001.dcm")
    assert dataset.PatientName == "Demo^Phantom"
    assert dataset.PatientID.startswith("DEMO-")
    assert "demonstration" in dataset.StudyDescription
    assert dataset.pixel_array.shape == (64, 64)
    assert all(len(value) <= 16 for value in map(str, dataset.ImagePositionPatient))
    assert stable_uid("a", "b") == stable_uid("a", "b") != stable_uid("a", "c")
    assert len(dataset.SOPInstanceUID) <= 64
    assert len({read_header(path).sop_instance_uid for path in tmp_path.iterdir()}) == 32


def inv3(path: Path, volume: np.ndarray) -> Path:
    """A project file of InVesalius with this matrix."""
    facts = {"matrix": {"shape": list(volume.shape), "dtype": "int16"}, "spacing": [0.5, 0.75, 2.0]}
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (
            ("main.plist", plistlib.dumps(facts)),
            ("matrix.dat", volume.astype("<i2").tobytes()),
        ):
            member = tarfile.TarInfo(f"project/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_the_head_is_turned_from_back_first_to_front_first(tmp_path: Path) -> None:
    volume = np.arange(4 * 6 * 8).reshape(4, 6, 8)
    assert head_ct.write_head(inv3(tmp_path / "x.inv3", volume), tmp_path / "head") == 4
    first, last = (pydicom.dcmread(tmp_path / "head" / f"{n:04d}.dcm") for n in (1, 4))
    assert np.array_equal(first.pixel_array, volume[0, ::-1])
    assert last.ImagePositionPatient[2] - first.ImagePositionPatient[2] == 6.0
    assert list(first.ImagePositionPatient) == [-0.5 * 7 / 2, -0.75 * 5 / 2, -3.0]
    assert list(first.PixelSpacing) == [0.75, 0.5]
    assert list(first.WindowWidth) == [80, 2000]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b" + bytes(50)])
def test_an_unknown_head_is_a_reason_to_skip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.inv3").write_bytes(content)
    with pytest.raises(Unavailable, match="is of a form that is not known"):
        head_ct.write_head(tmp_path / "x.inv3", tmp_path / "head")


def test_a_package_that_can_not_be_had_is_a_reason_to_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(Unavailable, match="apt-get is not here"),
        file_of_package("no-such-package", "usr/share/no-such-file"),
    ):
        pass


def test_bundled_samples_get_a_patient_who_does_not_exist(tmp_path: Path) -> None:
    count = sample_files.write_samples(sample_files.bundled_folder(), sample_files.BUNDLED, tmp_path)
    assert count == len(sample_files.BUNDLED)
    for sample in sample_files.BUNDLED:
        path = tmp_path / sample.name / "0001.dcm"
        record = read_header(path)
        assert record.patient.name == sample.patient.name
        assert record.patient.issuer == "FARVIEW-DEMO"
        assert record.pixels is not None
        assert record.pixels.refusal == ""
        before = pydicom.dcmread(sample_files.bundled_folder() / sample.file)
        after = pydicom.dcmread(path)
        assert after.PixelData == before.PixelData
        assert not [element for element in after if element.tag.is_private]
        names = [str(element.value) for element in after.iterall() if element.VR == "PN" and element.value]
        assert names == [sample.patient.name]


def test_steps_are_made_once_and_skipped_with_a_reason(tmp_path: Path) -> None:
    def unavailable(folder: Path) -> int:
        raise Unavailable("There is no network.")

    def broken(folder: Path) -> int:
        raise ZeroDivisionError

    good = Step("tiny", "tiny phantom", lambda folder: write_tiny(folder))
    steps = (good, Step("none", "nothing", unavailable))
    assert list(make_demo(tmp_path / "out", steps)) == [
        "[1/2] tiny phantom: 32 files",
        "[2/2] nothing: skipped. There is no network.",
    ]
    assert next(make_demo(tmp_path / "out", steps)) == "[1/2] tiny phantom: already there"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["tiny"]
    with pytest.raises(ZeroDivisionError):
        list(make_demo(tmp_path / "out", (Step("broken", "broken", broken),)))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["tiny"]
