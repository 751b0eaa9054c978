"""What the viewports of a drawn picture show, for the record that goes with it."""

from __future__ import annotations

from signaling.protocol.frames import ViewportRecord
from streamer.session import mapping
from streamer.session.opened_study import OpenedStudy
from streamer.session.scene import Drawn
from streamer.viewer.layout import rectangles
from streamer.viewer.records import viewport_record
from streamer.viewer.state import ViewState


def viewport_records(
    study: OpenedStudy, state: ViewState, size: tuple[int, int], drawn: Drawn
) -> list[ViewportRecord]:
    """One for each viewport of `state` in a picture of `size` (width, height), device pixels."""
    result = []
    rects = rectangles(state.layout, *size, state.active, state.maximized)
    for number, (viewport, rect) in enumerate(zip(state.viewports, rects, strict=True)):
        load = study.load_of(viewport.stack) if viewport.stack >= 0 else None
        record = viewport_record(
            number,
            drawn.revision,
            viewport,
            study.stacks[viewport.stack] if viewport.stack >= 0 else None,
            rect,
            state.cross_hair,
            present=load.present_count if load is not None else 0,
            missing=number in drawn.missing,
            incomplete=number in drawn.incomplete,
            scale=drawn.scale,
            reduced=load is not None and load.reduced is not None and viewport.kind == "volume",
        )
        result.append(mapping.viewport_record(record))
    return result
