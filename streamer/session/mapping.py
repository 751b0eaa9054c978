"""Between the core's values and the wire's records. Pure."""

from __future__ import annotations

import math

from signaling.protocol import control, frames, records
from streamer.viewer import mark_sight, presets
from streamer.viewer.layout import Rect
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.records import ViewportRecord
from streamer.viewer.stack import ImageTerms, Stack
from streamer.viewer.state import ViewportState, ViewState


def image_terms(terms: ImageTerms) -> records.ImageTerms:
    """What a file says of an image, as far as the page shows it."""
    return records.ImageTerms(
        windows=tuple(
            records.WindowPreset(name=voi.source, center=voi.center, width=voi.width) for voi in terms.windows
        ),
        units=terms.units,
        laterality=terms.laterality,
        view_position=terms.view_position,
        body_part=terms.body_part,
        dates=terms.dates,
        study_dates=terms.study_dates,
        frame_rate=terms.frame_rate,
        lossy=terms.lossy,
        notices=terms.notices,
    )


def series_info(index: int, stack: Stack) -> records.SeriesInfo:
    """A stack as the page lists it: what is said of an image stands here only where it holds for all."""
    common = stack.common
    return records.SeriesInfo(
        index=index,
        series=stack.series_instance_uid,
        number=stack.series_number,
        modality=stack.modality,
        description=stack.series_description,
        body_part=common.body_part,
        laterality=common.laterality,
        view_position=common.view_position,
        date=common.dates[0] if len(common.dates) == 1 else "",
        dates=common.dates,
        study_dates=common.study_dates,
        images=len(stack.frames),
        rows=stack.rows,
        columns=stack.columns,
        color=stack.pixels.samples == 3,
        units=common.units,
        projection=stack.projection,
        volumetric=stack.geometry.volumetric,
        not_volumetric=stack.geometry.not_volumetric,
        calibration=stack.geometry.calibration,
        frame_rate=common.frame_rate,
        presets=tuple(
            records.WindowPreset(name=name, center=center, width=width)
            for name, center, width in presets.presets_for(stack)
        ),
        notices=common.notices,
        lossy=common.lossy,
        fault=stack.fault,
        patient=stack.patient,
        part=stack.part,
        declared_images=stack.declared_images,
        gaps=tuple(
            records.GapInfo(
                kind=gap.kind,
                after=gap.after,
                until=gap.until,
                count=gap.count,
                millimetres=_float32(gap.millimetres),
                usual=_float32(gap.usual),
            )
            for gap in stack.gaps
        ),
    )


def viewport_info(
    viewport: ViewportState, rect: Rect, message: str, interpolation: str
) -> records.ViewportInfo:
    """A viewport's discrete settings."""
    return records.ViewportInfo(
        rect=(rect.x, rect.y, rect.width, rect.height),
        kind=viewport.kind,
        plane=viewport.plane,
        series=viewport.stack,
        preset=viewport.preset,
        voi_source=viewport.voi.source,
        interpolation=interpolation,
        message=message,
    )


def state_snapshot(
    epoch: int,
    revision: int,
    state: ViewState,
    rects: tuple[Rect, ...],
    marks: Marks,
    messages: tuple[str, ...],
) -> control.StateSnapshot:
    """The discrete part of a state, in full."""
    return control.StateSnapshot(
        epoch=epoch,
        revision=revision,
        layout=state.layout,
        viewports=tuple(
            viewport_info(viewport, rect, message, state.interpolation)
            for viewport, rect, message in zip(state.viewports, rects, messages, strict=True)
        ),
        active=state.active,
        maximized=state.maximized,
        tool=state.tool,
        can_undo=bool(marks.done),
        can_redo=bool(marks.undone),
        interpolation=state.interpolation,
    )


def mark_info(
    mark: Mark, stack: Stack, series: int, image: int, *, draft: bool = False, since: str = ""
) -> records.MarkInfo:
    """A mark for the page, on image number `image` of `stack`, which is number `series`.

    `since` says why its value is not one of the images that are there now; then the page does not get the value.
    """
    return records.MarkInfo(
        mark=mark.mark,
        kind=mark.kind,
        series=series,
        sop=mark.sop_instance_uid,
        frame=mark.frame_number,
        image=image,
        points=mark.points,
        text="" if since else mark.text,
        draft=draft,
        plane=mark.plane,
        normal=mark.normal,
        reach=mark_sight.reach(mark, stack),
        since=since,
    )


def viewport_record(record: ViewportRecord) -> frames.ViewportRecord:
    """A core record as it goes on the wire; numbers that float32 can't hold become 0."""
    return frames.ViewportRecord(
        viewport=record.viewport,
        kind=frames.ViewportKind(record.kind),
        flags=record.flags,
        revision=record.revision,
        series=record.series,
        image=record.image,
        images=record.images,
        instance_number=_int32(record.instance_number),
        center=_float32(record.center),
        width=_float32(record.width),
        zoom=_float32(record.zoom),
        position=_float32(record.position),
        thickness=_float32(record.thickness),
        rect=record.rect,
        canvas_from_world=tuple(_float32(value) for value in record.canvas_from_world),
        letters=record.letters,
        present=record.present,
        terms=record.terms,
        voi_source=frames.WindowSource(record.voi_source),
        voi_number=min(record.voi_number, 255),
    )


def _float32(value: float) -> float:
    return value if math.isfinite(value) and abs(value) < 3e38 else 0.0


def _int32(value: int) -> int:
    return value if -(2**31) <= value < 2**31 else 0
