"""Which window viewports have: planes of one volume share theirs."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.context import Context
from streamer.viewer.presets import volume_voi
from streamer.viewer.stack import Stack, Voi
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.viewports import with_viewport, with_viewports
from streamer.viewer.voi import Statistics, first_voi


def opening_voi(viewport: ViewportState, stack: Stack, statistics: Statistics | None) -> Voi:
    """The window a viewport opens with, and returns to on reset."""
    if viewport.kind == "volume":
        return volume_voi(stack, viewport.preset, statistics)
    return first_voi(stack, statistics)


def with_window(state: ViewState, index: int, voi: Voi, inverted: bool | None = None) -> ViewState:
    """The state with another window (and inversion) in a viewport, and in the planes that belong to it."""
    chosen = state.viewports[index]

    def changed(viewport: ViewportState) -> ViewportState:
        return replace(viewport, voi=voi, inverted=viewport.inverted if inverted is None else inverted)

    if chosen.kind != "mpr":
        return with_viewport(state, index, changed(chosen))
    return with_viewports(
        state, lambda each: changed(each) if each.kind == "mpr" and each.stack == chosen.stack else each
    )


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
