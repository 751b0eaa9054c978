"""The view and the marks as JSON for the store: what a fresh worker, a restarted host or another device takes up again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import msgspec

from signaling.protocol.records import ContentChange, JsonObject
from signaling.protocol.stored_format import NewerFormatError, StoredFormat, StoredFormatError, unchanged
from streamer.session.content import Content
from streamer.session.mark_origin import with_origins
from streamer.viewer import core
from streamer.viewer.image_marks import located
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.stack import Stack
from streamer.viewer.state import ImageWindow, ViewportState, ViewState
from streamer.viewer.windowing import taken_up

_VIEW = StoredFormat("Your last view", {1: unchanged})
_MARKS = StoredFormat("The stored marks", {1: unchanged})
"""Marks of format 1 know the world points of an image's mark and not its pixels, which are found once the stacks are known."""


class ViewCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A stored view: stacks are named by key and images by SOP instance and frame, since numbers change when a study grows."""

    format: int
    stacks: tuple[str, ...]
    images: tuple[tuple[str, int] | None, ...]
    """Per viewport of kind stack: SOPInstanceUID and frame number. Those shown, then the shelf's, which older documents lack."""
    state: ViewState
    kept: tuple[tuple[tuple[str, int], ...], ...] = ()
    """Per viewport the images, likewise, of its `kept` windows."""
    content: Content | None = None
    """What the view was made on; None in format 1."""
    unnoted: tuple[ContentChange, ...] = ()
    """What had changed before the view was made, and had not been noted when it was kept."""


class MarksCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Stored marks (without the undo journal)."""

    format: int
    version: int
    items: tuple[Mark, ...]
    content: Content | None = None
    """What the marks were made on, as far as they do not say it themselves; None in format 1."""
    changed: tuple[tuple[str, float], ...] = ()
    """As Marks.changed; documents of before lack it."""


def store_view(
    state: ViewState,
    stacks: tuple[Stack, ...],
    content: Content | None = None,
    unnoted: tuple[ContentChange, ...] = (),
) -> dict[str, Any]:
    """The view as a JSON object, with what it was made on and what the reader has not noted."""
    everything = (*state.viewports, *state.shelf)
    images = tuple(_shown_image(viewport, stacks) for viewport in everything)
    kept = tuple(_kept_images(viewport, stacks) for viewport in everything)
    checkpoint = ViewCheckpoint(
        format=_VIEW.number,
        stacks=tuple(s.key for s in stacks),
        images=images,
        state=state,
        kept=kept if any(kept) else (),
        content=content,
        unnoted=unnoted,
    )
    return cast(dict[str, Any], msgspec.to_builtins(checkpoint))


def store_shown(state: ViewState, stacks: tuple[Stack, ...]) -> dict[str, Any]:
    """What a picture of the view hangs on, as a JSON object: only stacks that a viewport shows, and nothing shelved."""
    used = sorted({viewport.stack for viewport in state.viewports if 0 <= viewport.stack < len(stacks)})
    number = {stack: index for index, stack in enumerate(used)}
    viewports = tuple(replace(viewport, stack=number.get(viewport.stack, -1)) for viewport in state.viewports)
    return store_view(replace(state, viewports=viewports, shelf=()), tuple(stacks[index] for index in used))


def view_checkpoint(data: dict[str, Any]) -> ViewCheckpoint:
    """A stored view of whatever format, as today's.

    Raises:
        StoredFormatError: it can't be read; the text says why.
    """
    try:
        return msgspec.convert(_off_pixels(_VIEW.upgraded(data)), ViewCheckpoint, strict=False)
    except msgspec.ValidationError as error:
        raise StoredFormatError(f"Your last view can't be read: {error}.") from None


def _off_pixels(document: JsonObject) -> JsonObject:
    """The stored view as it was drawn then: what does not say that images lay on whole pixels was drawn before they did."""
    state = document.get("state")
    if not isinstance(state, dict):
        return document
    said = {
        name: [
            {"on_pixels": False, **viewport} if isinstance(viewport, dict) else viewport
            for viewport in state[name]
        ]
        for name in ("viewports", "shelf")
        if isinstance(state.get(name), list | tuple)
    }
    return {**document, "state": {**state, **said}}


def restore_view(
    data: dict[str, Any], stacks: tuple[Stack, ...], *, as_drawn: bool = False
) -> ViewState | None:
    """The stored view over today's stacks; None when it does not fit them (a stack or a shown image is gone).

    `as_drawn`: the windows of then, as a record vouches for them, and each image where it lay to a fraction of a pixel; else the
    windows that the hand has not set are the files' of today, and images lie on whole pixels as everywhere.

    Raises:
        NewerFormatError: a newer program stored it; it must be kept.
    """
    try:
        checkpoint = view_checkpoint(data)
    except NewerFormatError:
        raise
    except ValueError:
        return None
    if not checkpoint.state.viewports:
        return None
    shown = len(checkpoint.state.viewports)
    everything = (*checkpoint.state.viewports, *checkpoint.state.shelf)
    of_windows = checkpoint.kept or ((),) * len(everything)
    found = [
        _restored(viewport, image, windows, checkpoint.stacks, stacks, as_drawn=as_drawn)
        for viewport, image, windows in zip(everything, checkpoint.images, of_windows, strict=False)
    ]
    viewports = [viewport for viewport in found[:shown] if viewport is not None]
    if len(viewports) < shown:
        return None
    # What lay behind comes back as far as it is there; where it is gone a layout opens as at first.
    shelf = tuple(viewport for viewport in found[shown:] if viewport is not None)
    state = replace(checkpoint.state, viewports=tuple(viewports), shelf=shelf)
    if not core.fits(stacks, state):
        state = replace(state, shelf=())
    return state if core.fits(stacks, state) else None


def _restored(
    viewport: ViewportState,
    image: tuple[str, int] | None,
    windows: tuple[tuple[str, int], ...],
    keys: tuple[str, ...],
    stacks: tuple[Stack, ...],
    *,
    as_drawn: bool,
) -> ViewportState | None:
    """A stored viewport over today's stacks; None where its stack or its image is gone."""
    if not as_drawn:
        viewport = replace(viewport, on_pixels=True)
    if viewport.stack < 0:
        return viewport
    key = keys[viewport.stack] if viewport.stack < len(keys) else None
    index = next((at for at, stack in enumerate(stacks) if stack.key == key), None)
    if index is None or stacks[index].fault:
        return None
    place = viewport.image if image is None else _place_of(image, stacks[index])
    if place is None:
        return None
    moved = replace(viewport, stack=index, image=place, kept=_kept_windows(viewport, windows, stacks[index]))
    return moved if as_drawn else taken_up(moved, stacks[index])


def _shown_image(viewport: ViewportState, stacks: tuple[Stack, ...]) -> tuple[str, int] | None:
    if viewport.kind != "stack" or not 0 <= viewport.stack < len(stacks):
        return None
    frames = stacks[viewport.stack].frames
    frame = frames[min(max(viewport.image, 0), len(frames) - 1)]
    return frame.sop_instance_uid, frame.frame_number


def _kept_images(viewport: ViewportState, stacks: tuple[Stack, ...]) -> tuple[tuple[str, int], ...]:
    if viewport.kind != "stack" or not 0 <= viewport.stack < len(stacks):
        return ()
    frames = stacks[viewport.stack].frames
    return tuple(
        (frames[each.image].sop_instance_uid, frames[each.image].frame_number)
        for each in viewport.kept
        if each.image < len(frames)
    )


def _kept_windows(
    viewport: ViewportState, images: tuple[tuple[str, int], ...], stack: Stack
) -> tuple[ImageWindow, ...]:
    """Windows of single images, where these are now; those of images that are gone go with them."""
    places = [(_place_of(image, stack), window) for image, window in zip(images, viewport.kept, strict=False)]
    return tuple(window._replace(image=place) for place, window in places if place is not None)


def _place_of(image: tuple[str, int], stack: Stack) -> int | None:
    return next(
        (i for i, f in enumerate(stack.frames) if (f.sop_instance_uid, f.frame_number) == image), None
    )


def store_marks(marks: Marks, content: Content | None = None) -> dict[str, Any]:
    """The marks as a JSON object."""
    checkpoint = MarksCheckpoint(
        format=_MARKS.number, version=marks.version, items=marks.items, content=content, changed=marks.changed
    )
    return cast(dict[str, Any], msgspec.to_builtins(checkpoint))


def marks_checkpoint(data: dict[str, Any]) -> MarksCheckpoint:
    """Stored marks of whatever format, as today's.

    Raises:
        StoredFormatError: they can't be read; the stored document must then be kept, not overwritten.
    """
    try:
        return msgspec.convert(_MARKS.upgraded(data), MarksCheckpoint, strict=False)
    except msgspec.ValidationError as error:
        raise StoredFormatError(f"The stored marks can't be read: {error}.") from None


def restore_marks(data: dict[str, Any], stacks: tuple[Stack, ...]) -> Marks:
    """The stored marks of whatever format, placed on today's stacks.

    Raises:
        StoredFormatError: they can't be read; the stored document must then be kept, not overwritten.
    """
    checkpoint = marks_checkpoint(data)
    items = with_origins(checkpoint.items, checkpoint.content)
    return located(Marks(version=checkpoint.version, items=items, changed=checkpoint.changed), stacks)
