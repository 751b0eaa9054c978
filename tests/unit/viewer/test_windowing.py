"""Whose window an image has: a table of modality, view and hand, and what must hold after any of it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from streamer.session.checkpoint import restore_view, store_view
from streamer.viewer import core, gesture
from streamer.viewer.context import Context
from streamer.viewer.hand import Hand
from streamer.viewer.marks import Marks
from streamer.viewer.stack import ImageTerms, Stack, Voi
from streamer.viewer.state import ViewState
from streamer.viewer.windowing import KEPT_WINDOWS, WindowSource, window_source
from tests.unit.viewer import stacks

OWN = tuple(Voi(100.0 * n, 200.0 + n, source="file" if n % 2 else f"PART {n}") for n in range(1, 6))
NONE = WindowSource.NONE


def series(modality: str, **changes: object) -> Stack:
    """Five images, each with a window of its own."""
    base = stacks.axial(count=5)
    terms = tuple(ImageTerms(windows=(voi, Voi(0.0, 10.0, source="second")), units="HU") for voi in OWN)
    return replace(base, modality=modality, terms=terms, terms_of=(0, 1, 2, 3, 4), **changes)  # type: ignore[arg-type]


class Reader:
    """One reader with one series."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.context: Context = stacks.context((stack,))
        self.state: ViewState = core.opened(
            (stack,), width=1000, height=800, statistics=self.context.statistics
        )

    def run(self, name: str, value: object = None, viewport: int = -1) -> None:
        self.state = core.apply_command(self.context, self.state, Marks(), name, viewport, value).state

    def go(self, image: int) -> Voi:
        self.run("image.go", image + 1)
        return self.voi

    @property
    def voi(self) -> Voi:
        return self.state.viewports[0].voi

    @property
    def source(self) -> WindowSource:
        return window_source(self.state.viewports[0], self.stack)[0]


@pytest.mark.parametrize("modality", ["MR", "CT", "CR", "DX", "MG", "XA", "US", "NONE"])
def test_each_image_opens_with_its_own_window(modality: str) -> None:
    reader = Reader(series(modality))
    for image in (0, 3, 1, 4, 2):
        assert reader.go(image) == OWN[image]
        assert reader.source is WindowSource.FILE


@pytest.mark.parametrize("modality", ["PT", "NM"])
def test_pet_and_nm_have_one_for_the_series_from_zero(modality: str) -> None:
    reader = Reader(series(modality))
    opening = reader.voi
    assert opening.center - 0.5 - (opening.width - 1.0) / 2.0 == pytest.approx(0.0)
    highest = max(voi.center - 0.5 + (voi.width - 1.0) / 2.0 for voi in OWN)
    assert opening.center - 0.5 + (opening.width - 1.0) / 2.0 == pytest.approx(highest)
    assert {reader.go(image) for image in range(5)} == {opening}
    assert reader.source is WindowSource.SERIES


def test_images_at_one_place_share_the_middle_ones_window_and_that_is_said() -> None:
    reader = Reader(series("MR", repeated=True))
    assert {reader.go(image) for image in range(5)} == {OWN[2]}
    reader.go(0)
    assert reader.source is WindowSource.ONE_IMAGE
    reader.go(2)
    assert reader.source is WindowSource.FILE


HANDS = {
    "typed": ("voi.set", [50, 350], WindowSource.TYPED),
    "preset": ("preset.apply", "Lung", WindowSource.PRESET),
    "percentiles": ("voi.percentiles", None, WindowSource.PERCENTILES),
    "full range": ("voi.full", None, WindowSource.FULL_RANGE),
}


def drag(reader: Reader) -> None:
    reader.run("tool.set", "window")
    hand = Hand(400.0, 400.0)
    held, outcome = gesture.begin(reader.context, reader.state, Marks(), reader.state, hand, 0)
    assert held is not None
    reader.state = gesture.end(reader.context, held, outcome.state, Marks(), Hand(460.0, 430.0)).state


def by_hand(reader: Reader, how: str) -> WindowSource:
    if how == "drag":
        drag(reader)
        return WindowSource.DRAG
    name, value, source = HANDS[how]
    reader.run(name, value)
    return source


@pytest.mark.parametrize("how", [*HANDS, "drag"])
@pytest.mark.parametrize("modality", ["CT", "PT", "MR"])
def test_the_hands_window_is_the_series(modality: str, how: str) -> None:
    if how == "preset" and modality != "CT":
        how = "typed"
    reader = Reader(series(modality))
    reader.go(1)
    source = by_hand(reader, how)
    chosen = reader.voi
    for image in (2, 0, 4):
        assert reader.go(image) == chosen
        assert reader.source is source
    reader.run("voi.file")
    assert reader.source in (WindowSource.FILE, WindowSource.SERIES)
    if modality != "PT":
        assert [reader.go(image) for image in range(5)] == list(OWN)


@pytest.mark.parametrize("how", ["typed", "percentiles", "full range", "drag"])
@pytest.mark.parametrize("modality", ["CR", "DX", "MG"])
def test_on_radiographs_the_hands_window_stays_with_its_image(modality: str, how: str) -> None:
    reader = Reader(series(modality))
    reader.go(1)
    source = by_hand(reader, how)
    chosen = reader.voi
    assert chosen != OWN[1]
    assert reader.go(2) == OWN[2]
    assert reader.source is WindowSource.FILE
    assert reader.go(1) == chosen
    assert reader.source is source
    reader.run("reset")
    assert reader.voi == OWN[1]
    reader.go(0)
    assert reader.go(1) == OWN[1]


def test_a_cancelled_drag_leaves_each_image_its_window() -> None:
    for modality in ("MR", "MG"):
        reader = Reader(series(modality))
        reader.run("tool.set", "window")
        before = reader.state
        held, outcome = gesture.begin(reader.context, before, Marks(), before, Hand(400.0, 400.0), 0)
        assert held is not None
        moved = gesture.move(reader.context, held, outcome.state, Marks(), Hand(460.0, 430.0)).state
        assert moved.viewports[0].voi != before.viewports[0].voi
        assert gesture.cancel(reader.context, held, moved, Marks()).state == before


def test_planes_have_one_window_for_the_whole_and_say_that_it_is_one_images() -> None:
    reader = Reader(series("MR"))
    reader.go(3)
    reader.run("layout.set", "mpr")
    assert {viewport.voi for viewport in reader.state.viewports} == {OWN[3]}
    assert reader.source is WindowSource.ONE_IMAGE
    reader.run("image.step", 1, 0)
    reader.run("image.step", 2, 1)
    assert {viewport.voi for viewport in reader.state.viewports} == {OWN[3]}
    shared = Reader(stacks.axial())
    shared.run("layout.set", "mpr")
    assert shared.source is WindowSource.FILE


def test_the_files_windows_come_one_after_the_other_and_are_the_images_own() -> None:
    reader = Reader(series("MR"))
    reader.go(1)
    reader.run("voi.file")
    assert (reader.voi.center, reader.voi.width) == (0.0, 10.0)
    assert window_source(reader.state.viewports[0], reader.stack) == (WindowSource.FILE, 1)
    reader.run("voi.file")
    assert reader.voi == OWN[1]
    assert reader.go(4) == OWN[4]


def test_an_image_without_a_window_has_percentiles_that_do_not_move() -> None:
    stack = series("MR")
    stack = replace(stack, terms=(*stack.terms[:4], ImageTerms()))
    reader = Reader(stack)
    reader.go(3)
    first = reader.go(4)
    assert reader.source is WindowSource.PERCENTILES
    more = replace(stacks.CT_STATISTICS, high=9000.0)
    reader.context = stacks.context((stack,), statistics={0: more})
    reader.run("zoom.by", 2)
    assert reader.voi == first


def test_windows_of_many_radiographs_keep_a_view_small() -> None:
    count = 40
    base = series("DX")
    wide = stacks.axial(count=count)
    stack = replace(
        base, frames=wide.frames, geometry=wide.geometry, terms_of=tuple(n % 5 for n in range(count))
    )
    reader = Reader(stack)
    reader.run("layout.set", "3x3")
    for image in range(count):
        reader.run("image.go", image + 1, 0)
        reader.run("voi.set", [image + 0.5, 300.25], 0)
    assert len(reader.state.viewports[0].kept) == KEPT_WINDOWS
    assert reader.go(count - KEPT_WINDOWS).center == count - KEPT_WINDOWS + 0.5
    assert reader.go(0) == OWN[0]
    assert len(msgspec.msgpack.encode(reader.state)) <= 4096


@pytest.mark.parametrize("modality", ["MR", "MG"])
def test_windows_outlast_the_store_and_follow_their_images(modality: str) -> None:
    reader = Reader(series(modality))
    reader.go(1)
    reader.run("voi.set", [50, 350])
    reader.go(3)
    reader.run("voi.set", [60, 360])
    stored = store_view(reader.state, (reader.stack,))
    assert restore_view(stored, (reader.stack,)) == reader.state
    # An image has come between them: the windows stay with theirs.
    extra, had = stacks.frames(1, "later"), reader.stack
    positions = ((0.0, 0.0, 200.0), *had.geometry.positions)
    grown = replace(
        had,
        frames=(*had.frames[:2], *extra, *had.frames[2:]),
        terms_of=(0, *had.terms_of),
        geometry=replace(had.geometry, positions=positions),
    )
    restored = restore_view(stored, (grown,))
    assert restored is not None
    assert [(each.image, each.center) for each in restored.viewports[0].kept] == (
        [(1, 50.0), (4, 60.0)] if modality == "MG" else []
    )


def test_a_stored_view_takes_the_window_that_the_file_gives_today() -> None:
    """Else the first touch of another kind would window the picture anew."""
    reader = Reader(series("MR"))
    stored = store_view(reader.state, (reader.stack,))
    new = Voi(7.0, 77.0)
    stack = replace(reader.stack, terms=tuple(ImageTerms(windows=(new,)) for _ in range(1)), terms_of=())
    restored = restore_view(stored, (stack,))
    assert restored is not None
    assert restored.viewports[0].voi == new


def test_a_view_that_an_earlier_version_stored_keeps_the_hands_window() -> None:
    for modality in ("MR", "MG"):
        reader = Reader(series(modality))
        stored = store_view(reader.state, (reader.stack,))
        (viewport,) = stored["state"]["viewports"]
        del viewport["kept"]
        viewport["voi"] = {"center": 55.0, "width": 222.0, "function": "LINEAR", "source": "drag"}
        restored = restore_view(stored, (reader.stack,))
        assert restored is not None
        reader.state = restored
        reader.run("zoom.by", 2)
        assert reader.voi == Voi(55.0, 222.0, "LINEAR", "drag")
