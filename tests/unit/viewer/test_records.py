"""What is said about a viewport with each picture."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from signaling.protocol import frames
from streamer.viewer import mpr, records
from streamer.viewer.layout import Rect
from streamer.viewer.records import RecordFlag, ViewportRecord
from streamer.viewer.stack import Stack, Voi
from streamer.viewer.state import KINDS, ViewportState
from streamer.viewer.voi import Statistics, first_voi
from streamer.viewer.volume_camera import dolly, fitted_camera
from tests.unit.viewer import stacks

RECT = Rect(3, 5, 640, 480)


def record(viewport: ViewportState, stack: Stack | None, **changes: object) -> ViewportRecord:
    said: dict[str, object] = {"present": 20, "missing": False, "incomplete": False, "scale": 1.0, **changes}
    return records.viewport_record(2, 77, viewport, stack, RECT, None, **said)  # type: ignore[arg-type]


def test_it_has_the_fields_flags_and_kinds_of_the_wire() -> None:
    assert [field.name for field in fields(ViewportRecord)] == list(frames.ViewportRecord.__struct_fields__)
    assert {flag.name: flag.value for flag in RecordFlag} == {
        flag.name: flag.value for flag in frames.RecordFlag
    }
    assert [kind.upper() for kind in KINDS] == [kind.name for kind in sorted(frames.ViewportKind)]


@pytest.mark.parametrize("name", ["empty", "stack", "mpr", "volume", "x-ray"])
def test_it_survives_the_wire(name: str) -> None:
    stack = stacks.xray() if name == "x-ray" else stacks.oblique()
    kind = "stack" if name == "x-ray" else name
    viewport = ViewportState(kind=kind, stack=0, plane="coronal" if kind == "mpr" else "")
    ours = record(viewport, None if kind == "empty" else stack)
    said = {field.name: getattr(ours, field.name) for field in fields(ViewportRecord)}
    said["kind"] = frames.ViewportKind(ours.kind)
    packet = frames.FramesPacket(
        epoch=1, event_acknowledged=0, frames=(), records=(frames.ViewportRecord(**said),)
    )
    decoded = frames.decode(frames.encode_frames(packet))
    assert isinstance(decoded, frames.FramesPacket)
    got = decoded.records[0]
    assert (got.viewport, got.revision, got.image, got.images) == (2, 77, ours.image, ours.images)
    assert got.letters == ours.letters
    assert got.canvas_from_world == pytest.approx(ours.canvas_from_world, rel=1e-6, abs=1e-3)


def test_a_stack() -> None:
    stack = stacks.axial()
    said = record(ViewportState(kind="stack", stack=4, image=6, voi=Voi(50.0, 350.0)), stack)
    assert (said.series, said.image, said.images, said.instance_number) == (4, 6, 20, 106)
    assert (said.center, said.width, said.thickness) == (50.0, 350.0, 3.0)
    assert said.position == pytest.approx(100.0 - 6 * 2.5)
    assert said.rect == (3, 5, 640, 480)
    assert said.letters == ("R", "L", "A", "P")
    assert said.flags == RecordFlag.MILLIMETRES | RecordFlag.ORIENTED | RecordFlag.POSITIONED


def test_positions_count_towards_left_posterior_and_head() -> None:
    for stack, expected in (
        (stacks.axial(), 97.5),
        (stacks.coronal(), -28.0),
        (stacks.sagittal(), -18.5),
    ):
        assert record(ViewportState(kind="stack", stack=0, image=1), stack).position == pytest.approx(
            expected
        )


def test_a_plane() -> None:
    stack = stacks.axial()
    said = record(ViewportState(kind="mpr", stack=0, plane="sagittal"), stack)
    assert (said.image, said.images, said.instance_number) == (16, 32, 0)
    assert said.position == pytest.approx(mpr.default_cross_hair(stack)[0])
    assert said.thickness == pytest.approx(0.7)


def test_a_volume() -> None:
    stack = stacks.axial()
    camera = dolly(fitted_camera(stack, aspect=640 / 480), 2.0)
    said = record(ViewportState(kind="volume", stack=0, camera=camera), stack, reduced=True)
    assert said.zoom == pytest.approx(2.0)
    assert (said.image, said.images) == (0, 1)
    assert said.letters == ("R", "L", "H", "F")
    assert said.flags & RecordFlag.REDUCED


def test_a_volume_is_in_colour_unless_it_is_a_maximum() -> None:
    for preset, is_color in [("CT bone", True), ("MR", True), ("MIP", False), ("no such", False)]:
        said = record(ViewportState(kind="volume", stack=1, preset=preset), stacks.axial())
        assert bool(said.flags & RecordFlag.COLOR) is is_color, preset


def test_what_a_projection_says() -> None:
    viewport = ViewportState(kind="stack", stack=0, flipped=True, quarter_turns=3, inverted=True)
    said = record(viewport, stacks.xray())
    expected = (
        RecordFlag.FLIPPED | RecordFlag.ROTATED_90 | RecordFlag.ROTATED_180 | RecordFlag.INVERTED
        | RecordFlag.MILLIMETRES | RecordFlag.AT_DETECTOR | RecordFlag.ORIENTED
    )  # fmt: skip
    assert said.flags == expected
    assert said.position == 0.0


def test_monochrome1_is_not_said_to_be_inverted() -> None:
    assert not record(ViewportState(kind="stack", stack=0), stacks.xray()).flags & RecordFlag.INVERTED


def test_unknown_orientation_is_said_by_absence() -> None:
    said = record(ViewportState(kind="stack", stack=0), stacks.xray(orientation=None))
    assert said.letters == ("", "", "", "")
    assert not said.flags & RecordFlag.ORIENTED


def test_colour_without_geometry() -> None:
    said = record(ViewportState(kind="stack", stack=0), stacks.ultrasound())
    assert said.flags == RecordFlag.COLOR


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"missing": True}, RecordFlag.MISSING),
        ({"incomplete": True}, RecordFlag.INCOMPLETE),
        ({"scale": 0.5}, RecordFlag.COARSE),
        ({"reduced": True}, RecordFlag.REDUCED),
    ],
)
def test_what_the_picture_lacks(change: dict[str, object], flag: RecordFlag) -> None:
    viewport = ViewportState(kind="stack", stack=0)
    assert not record(viewport, stacks.axial()).flags & flag
    assert record(viewport, stacks.axial(), **change).flags & flag


@pytest.mark.parametrize("kind", ["stack", "mpr", "volume"])
@pytest.mark.parametrize("stack", [stacks.axial(), stacks.ultrasound()])
def test_a_window_that_stands_for_none_is_said(kind: str, stack: Stack) -> None:
    plane = "coronal" if kind == "mpr" else ""
    without = replace(stack, terms=(replace(stack.terms[0], windows=()),))
    pending = ViewportState(kind=kind, stack=0, plane=plane, voi=first_voi(without, None))
    known = replace(pending, voi=first_voi(without, Statistics(0.0, 1.0, 0.0, 1.0, complete=False)))
    is_grey_image = kind != "volume" and stack.pixels.samples == 1
    assert bool(record(pending, without).flags & RecordFlag.WINDOW_PENDING) == is_grey_image
    assert not record(known, without).flags & RecordFlag.WINDOW_PENDING


def test_zoom_is_pixels_per_pixel() -> None:
    stack = stacks.axial(spacing=(1.0, 1.0), rows=48, columns=64)
    assert record(ViewportState(kind="stack", stack=0), stack).zoom == pytest.approx(10.0)
    assert record(replace(ViewportState(kind="stack", stack=0), zoom=0.1), stack).zoom == pytest.approx(1.0)


def test_an_empty_viewport() -> None:
    said = record(ViewportState(), None)
    assert (said.kind, said.series, said.present) == (0, -1, 0)
    assert len(said.canvas_from_world) == 12


@pytest.mark.parametrize("kind", ["stack", "mpr", "volume"])
@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize("zoom", [0.2, 0.9, 1.0, 1.1, 5.0])
@pytest.mark.parametrize("tall", [0.5, 1.0, 2.0])
def test_fewer_pixels_than_the_image_has_are_said_in_either_direction(
    kind: str, turns: int, zoom: float, tall: float
) -> None:
    plain = stacks.oblique()
    down, across = plain.geometry.pixel_spacing
    geometry = replace(plain.geometry, pixel_spacing=(down * tall, across))
    stack = replace(plain, geometry=geometry)
    viewport = ViewportState(kind=kind, stack=0, plane="axial" if kind == "mpr" else "")
    if kind == "stack":
        viewport = replace(viewport, quarter_turns=turns)
    if kind == "volume":
        assert not record(viewport, stack).flags & RecordFlag.MINIFIED
        return
    # So that `zoom` output pixels show one image pixel along its shorter side.
    viewport = replace(viewport, zoom=zoom * viewport.zoom / record(viewport, stack).zoom)
    seen = record(viewport, stack)
    assert seen.zoom == pytest.approx(zoom)
    assert bool(seen.flags & RecordFlag.MINIFIED) is (zoom < 1.0 - 1e-6)
