"""Which window a viewport has, and who set it.

What is shown          until the hand sets one                          after
images                 each image its own (PS3.3 C.11.2)                the hand's, for the whole series
CR, DX, MG and alike   each image its own                               the hand's stays with that image
PET, NM                one for the series, from 0                       the hand's, for the whole series
several at one place   the middle image's, for all of them              the hand's, for the whole series
planes, MIP            one for the whole                                the hand's, for the whole
An image without a window has percentiles of its series.
"""

from __future__ import annotations

import enum
from dataclasses import replace

from streamer.viewer.context import Context, Outcome
from streamer.viewer.presets import volume_voi
from streamer.viewer.stack import Stack, Voi
from streamer.viewer.state import ImageWindow, ViewportState, ViewState
from streamer.viewer.viewports import with_viewport, with_viewports
from streamer.viewer.voi import COLOR_VOI, Statistics, first_voi, series_voi

RADIOGRAPHS = frozenset({"CR", "DX", "MG", "DR", "RG", "IO", "PX"})
"""Single exposures: a window set by hand is of that exposure."""
ZERO_BASED = frozenset({"PT", "NM"})
"""Their windows begin at 0, and images are compared with each other."""
KEPT_WINDOWS = 12
"""Windows set by hand on single images that a view remembers; the oldest goes first."""
_BY_RULE = ("", "percentiles", "series")


class WindowSource(enum.IntEnum):
    """Where a window comes from; the numbers are the wire's."""

    NONE = 0
    FILE = 1
    SERIES = 2
    PERCENTILES = 3
    FULL_RANGE = 4
    TYPED = 5
    DRAG = 6
    PRESET = 7
    ONE_IMAGE = 8


_BY_HAND = {
    "full range": WindowSource.FULL_RANGE,
    "typed": WindowSource.TYPED,
    "drag": WindowSource.DRAG,
    "chosen percentiles": WindowSource.PERCENTILES,
}
CHOSEN = "chosen "
"""What the source of one of the file's windows begins with that the hand has chosen."""


def is_by_hand(voi: Voi) -> bool:
    """Whether the hand has set a window, told by its source: it then stays for the other images."""
    return voi.source in _BY_HAND or voi.source.startswith(("preset ", CHOSEN))


def window_source(viewport: ViewportState, stack: Stack) -> tuple[WindowSource, int]:
    """Where the window of what is shown comes from, and which of the image's own windows it is."""
    voi = viewport.voi
    if viewport.kind == "volume" and voi.source in ("", f"preset {viewport.preset}"):
        return WindowSource.NONE, 0  # the look is as its name says
    if voi.source in _BY_HAND:
        return _BY_HAND[voi.source], 0
    if voi.source.startswith("preset "):
        return WindowSource.PRESET, 0
    if voi == COLOR_VOI:
        return WindowSource.NONE, 0
    if viewport.kind == "volume":
        return WindowSource.ONE_IMAGE, 0
    of_image = viewport.kind == "stack"
    terms = stack.terms_at(_image(viewport, stack)) if of_image else stack.common
    plain = replace(voi, source=voi.source.removeprefix(CHOSEN))
    if plain in terms.windows:
        return WindowSource.FILE, terms.windows.index(plain)
    if voi.source in _BY_RULE:
        return (WindowSource.NONE, WindowSource.PERCENTILES, WindowSource.SERIES)[
            _BY_RULE.index(voi.source)
        ], 0
    return WindowSource.ONE_IMAGE, 0


def is_pending(viewport: ViewportState, stack: Stack) -> bool:
    """Whether it is drawn with a placeholder, until statistics of the pixels give it a window."""
    return viewport.kind in ("stack", "mpr") and stack.pixels.samples == 1 and not viewport.voi.source


def opening_voi(viewport: ViewportState, stack: Stack, statistics: Statistics | None) -> Voi:
    """The window a viewport has until the hand sets one, and returns to on reset."""
    if viewport.kind == "volume":
        return volume_voi(stack, viewport.preset, statistics)
    if stack.pixels.samples == 1 and stack.modality in ZERO_BASED:
        return series_voi(stack, statistics)
    image = len(stack.frames) // 2 if stack.repeated else _image(viewport, stack)
    return first_voi(stack, statistics, image)


def settled(context: Context, state: ViewState) -> ViewState:
    """The state with the window of each image shown: its own, or the hand's; placeholders wait for statistics."""

    def each(viewport: ViewportState) -> ViewportState:
        stack = context.stack_of(viewport)
        if stack is None:
            return viewport
        return _settled(viewport, stack, context.statistics.get(viewport.stack))

    return with_viewports(state, each)


def settled_outcome(context: Context, outcome: Outcome) -> Outcome:
    """What a tool or command leads to, with the windows of the images it leads to."""
    state = settled(context, outcome.state)
    return outcome if state is outcome.state else replace(outcome, state=state)


def _settled(viewport: ViewportState, stack: Stack, statistics: Statistics | None) -> ViewportState:
    if viewport.kind != "stack" or stack.pixels.samples == 3:
        return viewport
    if stack.modality in RADIOGRAPHS:
        kept = _kept(viewport)
        if kept is not None:
            return viewport if viewport.voi == kept else replace(viewport, voi=kept)
    elif is_by_hand(viewport.voi):
        return viewport
    if viewport.voi.source in _BY_RULE and not _own(viewport, stack):
        return viewport  # a rule's window does not move when more becomes known
    voi = opening_voi(viewport, stack, statistics)
    return viewport if viewport.voi == voi else replace(viewport, voi=voi)


def _own(viewport: ViewportState, stack: Stack) -> bool:
    """Whether an image brings a window that it is shown with."""
    return stack.modality not in ZERO_BASED and bool(stack.terms_at(_image(viewport, stack)).windows)


def _image(viewport: ViewportState, stack: Stack) -> int:
    return min(max(viewport.image, 0), len(stack.frames) - 1)


def _kept(viewport: ViewportState) -> Voi | None:
    return next((each.voi for each in viewport.kept if each.image == viewport.image), None)


def with_window(state: ViewState, index: int, stack: Stack, voi: Voi) -> ViewState:
    """The state with a window set by the hand: for the series, for one radiograph, or for all planes of a volume."""
    chosen = state.viewports[index]
    if chosen.kind == "mpr":
        return with_viewports(
            state,
            lambda each: (
                replace(each, voi=voi) if each.kind == "mpr" and each.stack == chosen.stack else each
            ),
        )
    kept = chosen.kept
    if chosen.kind == "stack" and stack.modality in RADIOGRAPHS:
        others = tuple(each for each in kept if each.image != chosen.image)
        kept = (*others, ImageWindow.of(chosen.image, voi))
    return _bounded(with_viewport(state, index, replace(chosen, voi=voi, kept=kept)))


def taken_up(viewport: ViewportState, stack: Stack) -> ViewportState:
    """A stored viewport over a stack as it is now: the hand's window stays, any other is the one that the file gives today.

    What an earlier version stored of a radiograph becomes that image's.
    """
    if viewport.kind == "stack" and stack.modality in RADIOGRAPHS and is_by_hand(viewport.voi):
        others = tuple(each for each in viewport.kept if each.image != viewport.image)
        viewport = replace(viewport, kept=(*others, ImageWindow.of(viewport.image, viewport.voi)))
    return _settled(viewport, stack, None)


def with_opening_window(
    state: ViewState, index: int, stack: Stack, statistics: Statistics | None
) -> ViewState:
    """The state with the window as if no hand had set one."""
    chosen = state.viewports[index]
    voi = opening_voi(chosen, stack, statistics)
    if chosen.kind == "mpr":
        return with_window(state, index, stack, voi)
    kept = tuple(each for each in chosen.kept if each.image != chosen.image)
    return with_viewport(state, index, replace(chosen, voi=voi, kept=kept))


def with_window_of(state: ViewState, index: int, stack: Stack, before: ViewportState) -> ViewState:
    """The state with the window that a viewport had before."""
    if before.kind == "mpr":
        return with_window(state, index, stack, before.voi)
    return with_viewport(state, index, replace(state.viewports[index], voi=before.voi, kept=before.kept))


def with_inversion(state: ViewState, index: int, inverted: bool) -> ViewState:
    """The state with a viewport turned to its negative or back, and the planes that belong to it."""
    chosen = state.viewports[index]
    if chosen.kind != "mpr":
        return with_viewport(state, index, replace(chosen, inverted=inverted))
    return with_viewports(
        state,
        lambda each: (
            replace(each, inverted=inverted) if each.kind == "mpr" and each.stack == chosen.stack else each
        ),
    )


def _bounded(state: ViewState) -> ViewState:
    """At most KEPT_WINDOWS of single images: a view stays small."""
    while sum(len(viewport.kept) for viewport in (*state.viewports, *state.shelf)) > KEPT_WINDOWS:
        places = (state.shelf, state.viewports)
        longest = max(
            ((len(viewport.kept), place, at) for place in (0, 1) for at, viewport in enumerate(places[place]))
        )
        _, place, at = longest
        shorter = tuple(
            replace(viewport, kept=viewport.kept[1:]) if n == at else viewport
            for n, viewport in enumerate(places[place])
        )
        state = replace(state, shelf=shorter) if place == 0 else replace(state, viewports=shorter)
    return state


def statistics_arrived(context: Context, state: ViewState, stack: int) -> ViewState:
    """The state once a stack's statistics are known: windows that were only placeholders become percentiles, no others move."""
    if not 0 <= stack < len(context.stacks):
        return state
    statistics = context.statistics.get(stack)

    def windowed(viewport: ViewportState) -> ViewportState:
        if viewport.kind == "empty" or viewport.stack != stack or viewport.voi.source:
            return viewport
        return replace(viewport, voi=opening_voi(viewport, context.stacks[stack], statistics))

    state = with_viewports(state, windowed)
    return replace(state, shelf=tuple(windowed(viewport) for viewport in state.shelf))
