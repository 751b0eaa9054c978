"""Several viewports: grids, MPR with its cross-hair, and the volume."""

from __future__ import annotations

import re

import pytest

from streamer.demo.phantom import KNOWN_POINTS
from streamer.viewer.vector import Vec3
from tests.e2e.reader import Reader
from tests.e2e.studies import GAP_MM, HANDS, PLANES, SPACING_MM

LIVER: Vec3 = KNOWN_POINTS[3].world
AXIAL, CORONAL, SAGITTAL, VOLUME = range(4)


def viewports(reader: Reader, *kinds: str) -> None:
    """Until the viewports show pictures of these kinds."""
    for viewport, kind in enumerate(kinds):
        reader.shows(viewport, kind=kind)


@pytest.fixture
def mpr(reader: Reader) -> Reader:
    """Three planes through the whole stack."""
    reader.open_afresh(PLANES)
    reader.keys("m")
    viewports(reader, "mpr", "mpr", "mpr")
    reader.until("() => [0, 1, 2].every((v) => (glass.record(v)?.flags & 16) === 0)", what="all loaded")
    return reader


def cross_hair_distance(reader: Reader, viewport: int, world: Vec3) -> list[float]:
    """How far the drawn lines of the cross-hair pass a point of the patient by, CSS pixels."""
    x, y = reader.on_page(world, viewport)
    box = reader.page.locator(f"[data-viewport='{viewport}']").bounding_box()
    assert box
    found = []
    for path in reader.page.locator(f"[data-viewport='{viewport}'] path.cross-hair").all():
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", path.get_attribute("d") or "")]
        ax, ay, bx, by = *numbers[:2], *numbers[-2:]
        px, py = x - box["x"] - ax, y - box["y"] - ay
        dx, dy = bx - ax, by - ay
        found.append(abs(px * dy - py * dx) / (dx * dx + dy * dy) ** 0.5)
    return found


def test_the_planes_are_oriented_as_readers_expect(mpr: Reader) -> None:
    letters = ["".join(mpr.record(viewport)["letters"]) for viewport in (AXIAL, CORONAL, SAGITTAL)]
    assert letters == ["RLAP", "RLHF", "APHF"]


def test_a_click_with_the_cross_hair_moves_the_other_planes_to_the_same_point(mpr: Reader) -> None:
    mpr.keys("j", "Digit5")
    mpr.until("() => document.querySelector('[data-session]').dataset.tool === 'crosshair'")
    mpr.page.mouse.click(*mpr.on_page(LIVER, AXIAL))
    mpr.until("(w) => Math.abs(glass.project(w, 2).depth) < 3.1", LIVER, what="the sagittal plane has moved")
    mpr.page.mouse.click(*mpr.on_page(LIVER, CORONAL))
    mpr.until("(w) => Math.abs(glass.project(w, 0).depth) < 9.1", LIVER, what="the axial plane has moved")
    mpr.settle()
    for viewport, step in ((AXIAL, GAP_MM), (CORONAL, SPACING_MM), (SAGITTAL, SPACING_MM)):
        assert abs(mpr.see("(w, v) => glass.project(w, v)", LIVER, viewport)["depth"]) <= step / 2 + 0.5
        distances = cross_hair_distance(mpr, viewport, LIVER)
        assert len(distances) == 2
        assert max(distances) < 2.0


def test_known_voxels_have_their_grey_in_all_planes(mpr: Reader) -> None:
    mpr.keys("j")
    mpr.until("() => document.querySelector('[data-session]').dataset.tool === 'crosshair'")
    mpr.page.mouse.click(*mpr.on_page(LIVER, AXIAL))
    mpr.until("(w) => Math.abs(glass.project(w, 2).depth) < 3.1", LIVER)
    mpr.page.mouse.click(*mpr.on_page(LIVER, CORONAL))
    mpr.until("(w) => Math.abs(glass.project(w, 0).depth) < 9.1", LIVER)
    mpr.settle()
    for viewport in (AXIAL, CORONAL, SAGITTAL):
        record = mpr.record(viewport)
        shown = ((300 - (record["center"] - 0.5)) / (record["width"] - 1) + 0.5) * 255
        mpr.grey(LIVER, min(max(shown, 0), 255), viewport=viewport)


def test_the_wheel_moves_the_plane_under_it_and_the_others_stay(mpr: Reader) -> None:
    before = [mpr.record(viewport)["image"] for viewport in range(3)]
    mpr.wheel(3 if before[CORONAL] < 60 else -3, mpr.middle(CORONAL))
    mpr.until("(n) => Math.abs(glass.record(1).image - n) === 3", before[CORONAL])
    mpr.settle()
    assert [mpr.record(viewport)["image"] for viewport in (AXIAL, SAGITTAL)] == [
        before[AXIAL],
        before[SAGITTAL],
    ]


def test_the_volume_is_drawn_and_turns_under_the_hand(reader: Reader) -> None:
    reader.open_afresh(PLANES)
    reader.keys("Shift+m")
    viewports(reader, "mpr", "mpr", "mpr", "volume")
    reader.until("() => (glass.record(3).flags & 16) === 0", what="the whole volume")
    reader.settle()
    rect = reader.record(VOLUME)["rect"]
    bright = reader.see(
        "(...rect) => { glass.front = glass.greys(...rect);"
        " return glass.front.filter((grey) => grey > 60).length / glass.front.length }",
        *rect,
    )
    assert bright > 0.02
    matrix = reader.record(VOLUME)["matrix"]
    reader.drag(reader.middle(VOLUME), (140, 0), steps=4)
    reader.until("(m) => Math.abs(glass.record(3).matrix[0] - m[0]) > 0.05 * Math.abs(m[0])", matrix)
    reader.settle()
    changed = reader.see(
        "(...rect) => glass.greys(...rect).filter((grey, at) => Math.abs(grey - glass.front[at]) > 20).length"
        " / glass.front.length",
        *rect,
    )
    assert changed > 0.01
    others = [reader.record(viewport)["kind"] for viewport in (AXIAL, CORONAL, SAGITTAL)]
    assert others == ["mpr", "mpr", "mpr"]


def test_four_viewports_hold_series_of_their_own(reader: Reader) -> None:
    reader.open_afresh(HANDS)
    reader.keys("Shift+Digit4")
    reader.until("() => document.querySelector('[data-session]').dataset.layout === '2x2'")
    reader.until("() => [0, 1, 2, 3].every((v) => glass.record(v))")
    second = reader.page.locator("[data-viewport='1']")
    reader.page.mouse.click(*reader.middle(1))
    reader.until("() => document.querySelector('[data-viewport=\"1\"]').classList.contains('active')")
    reader.page.locator(".strip-card", has_text="Upper half").click()
    reader.shows(1, series=1, images=20)
    assert "Upper half" in second.inner_text()
    reader.shows(0, series=0)
    box = reader.page.locator(".strip-card", has_text="Upper half").bounding_box()
    assert box
    start = box["x"] + box["width"] / 2, box["y"] + 40
    target = reader.middle(2)
    reader.drag(start, (target[0] - start[0], target[1] - start[1]))
    reader.shows(2, series=1)
    reader.wheel(2, reader.middle(2))
    reader.until("() => glass.record(2).image !== glass.record(1).image")


@pytest.mark.parametrize("way", ["double click", "enter"])
def test_a_viewport_is_maximised_and_put_back(reader: Reader, way: str) -> None:
    reader.open_afresh(HANDS)
    reader.keys("Shift+Digit2")
    reader.until("() => glass.record(0)?.rect[2] < 700")
    whole = reader.see("() => document.querySelector('canvas[data-picture]').width")

    def toggle() -> None:
        if way == "enter":
            reader.keys("Enter")
        else:
            reader.page.mouse.dblclick(*reader.middle(0))

    toggle()
    reader.until("(w) => glass.record(0)?.rect[2] === w", whole)
    reader.page.locator("[data-viewport='1']").wait_for(state="hidden")
    toggle()
    reader.until("() => glass.record(0)?.rect[2] < 700")
    reader.page.locator("[data-viewport='1']").wait_for(state="visible")


def test_a_thumbnail_changes_the_series(reader: Reader) -> None:
    reader.open_afresh(HANDS)
    reader.page.locator(".strip-card", has_text="Upper half").click()
    reader.shows(series=1, images=20)
    reader.keys("PageUp")
    reader.shows(series=0, images=40)
    reader.keys("PageDown")
    reader.shows(series=1)
