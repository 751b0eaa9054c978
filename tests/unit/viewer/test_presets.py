"""Named windows and looks of volumes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from streamer.viewer import presets
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState
from streamer.viewer.voi import window_bounds
from streamer.viewer.windowing import WindowSource, window_source
from tests.unit.viewer import stacks


def test_ct_windows_come_first_and_the_files_own_after_them() -> None:
    found = presets.presets_for(stacks.axial())
    assert found[:9] == presets.CT_WINDOWS
    assert found[9:] == (("File 1", 40.0, 400.0), ("Bone (file 2)", 500.0, 2000.0))


def test_names_are_unique_even_when_the_file_repeats_itself() -> None:
    stack = stacks.with_windows(stacks.axial(), *(Voi(1.0, 2.0 + n, source="BONE") for n in range(3)))
    names = [name for name, _, _ in presets.presets_for(stack)]
    assert len(names) == len(set(names))


def test_colour_has_none() -> None:
    assert presets.presets_for(stacks.ultrasound()) == ()


def test_a_preset_is_named_as_the_source_and_keeps_the_files_function() -> None:
    assert presets.preset_voi(stacks.axial(), "Brain") == Voi(40.0, 80.0, "LINEAR", "preset Brain")
    stack = stacks.with_windows(replace(stacks.axial(), modality="MR"), Voi(300.0, 600.0, "SIGMOID"))
    assert presets.preset_voi(stack, "File 1") == Voi(300.0, 600.0, "SIGMOID", "preset File 1")
    assert presets.preset_voi(stack, "Brain") is None


@pytest.mark.parametrize("name", presets.VOLUME_PRESETS)
def test_volume_presets_are_functions(name: str) -> None:
    preset = presets.VOLUME_PRESETS[name]
    for points in (preset.opacity, preset.color):
        values = [point[0] for point in points]
        assert values == sorted(set(values))
        assert all(0.0 <= part <= 1.0 for point in points for part in point[1:])
    assert preset.opacity[0][1] == 0.0


def test_points_hold_as_written_at_the_presets_own_window() -> None:
    stack = stacks.axial()
    voi = presets.volume_voi(stack, "CT bone", None)
    opacity, color = presets.volume_points("CT bone", voi)
    assert opacity == presets.VOLUME_PRESETS["CT bone"].opacity
    assert color == presets.VOLUME_PRESETS["CT bone"].color


def test_a_wider_window_stretches_them_and_its_centre_shifts_them() -> None:
    preset = presets.VOLUME_PRESETS["CT angio"]
    opacity, _ = presets.volume_points("CT angio", Voi(preset.center + 100.0, preset.width * 2.0))
    for (value, _), (before, _) in zip(opacity, preset.opacity, strict=True):
        assert value == pytest.approx(preset.center + 100.0 + 2.0 * (before - preset.center))


def test_relative_presets_follow_the_data() -> None:
    stack = stacks.with_windows(replace(stacks.axial(), modality="MR"))
    assert presets.default_volume_preset(stack) == "MR"
    assert presets.volume_voi(stack, "MR", None).source == ""
    voi = presets.volume_voi(stack, "MR", stacks.CT_STATISTICS)
    opacity, _ = presets.volume_points("MR", voi)
    assert (opacity[0][0], opacity[-1][0]) == pytest.approx((-1000.0, 1500.0), abs=2.0)


@pytest.mark.parametrize("name", presets.VOLUME_PRESETS)
@pytest.mark.parametrize("how", ["as it opens", "drag", "typed", "full range", "preset Brain", "chosen file"])
def test_a_look_is_called_by_its_name_alone_only_at_its_own_window(name: str, how: str) -> None:
    stack = stacks.axial()
    voi = presets.volume_voi(stack, name, stacks.CT_STATISTICS)
    changed = voi if how == "as it opens" else Voi(voi.center + 50.0, voi.width, "LINEAR_EXACT", how)
    viewport = ViewportState(kind="volume", stack=0, preset=name, voi=changed)
    source, _ = window_source(viewport, stack)
    assert (source is WindowSource.NONE) is (how == "as it opens")


@pytest.mark.parametrize("maximum", [200.0, 1500.0, 3071.0, 30000.0])
def test_a_maximum_projection_opens_without_a_white_blot(maximum: float) -> None:
    stack = stacks.axial()
    assert presets.volume_voi(stack, "MIP", None).source == "", (
        "it waits for statistics, whatever the file says"
    )
    voi = presets.volume_voi(stack, "MIP", replace(stacks.CT_STATISTICS, maximum=maximum, high=150.0))
    assert window_bounds(voi)[1] == pytest.approx(maximum, abs=1.0)
