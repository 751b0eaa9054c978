"""The state with some of its viewports changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer.state import ViewportState, ViewState


def with_viewport(state: ViewState, index: int, viewport: ViewportState) -> ViewState:
    """The state with viewport `index` replaced."""
    if state.viewports[index] == viewport:
        return state
    return replace(state, viewports=(*state.viewports[:index], viewport, *state.viewports[index + 1 :]))


def with_viewports(state: ViewState, change: Callable[[ViewportState], ViewportState]) -> ViewState:
    """The state with every viewport changed."""
    changed = tuple(change(viewport) for viewport in state.viewports)
    return state if changed == state.viewports else replace(state, viewports=changed)


def same_content(a: ViewState, b: ViewState, index: int) -> bool:
    """Whether viewport `index` exists in both states and shows the same series in the same way."""
    if index >= len(a.viewports) or index >= len(b.viewports):
        return False
    left, right = a.viewports[index], b.viewports[index]
    return (left.kind, left.stack, left.plane) == (right.kind, right.stack, right.plane)
