"""Composes the picture of all viewports and draws only those that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import structlog

from signaling.protocol import errors
from streamer.errors import FarviewError
from streamer.render.hatch import hatch
from streamer.render.mapped_stack import MappedStack
from streamer.render.picture import Picture
from streamer.render.touched_frames import touched_frames
from streamer.render.viewport_renderer import Interrupted, Target, ViewportJob, ViewportRenderer
from streamer.viewer.layout import Rect, rectangles
from streamer.viewer.mpr import STANDARD_PLANES
from streamer.viewer.planar import image_shown, is_minified
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.vector import Vec3, dot, scale

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Key:
    """What a target was drawn from: equal keys give equal bytes."""

    job: ViewportJob
    stack: MappedStack | None
    presence: int


class Composer:
    """Keeps one target per viewport. Owns the attached stacks; used by one thread."""

    def __init__(
        self,
        renderers: Mapping[str, ViewportRenderer],
        *,
        reduced_volumes: bool = True,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        """`renderers` by kind of viewport; `reduced_volumes`: volume viewports draw the reduced copy where there is one.

        `interrupted` is asked while voxels are compared with their checksums: True gives the picture up.
        """
        self._renderers = renderers
        self._interrupted = interrupted
        self._reduced_volumes = reduced_volumes
        self._stacks: dict[int, MappedStack] = {}
        self._reduced: dict[int, MappedStack] = {}
        self._targets: dict[int, tuple[_Key, Target]] = {}
        self._told: dict[MappedStack, frozenset[int]] = {}

    def attach(self, number: int, stack: MappedStack, *, reduced: bool = False) -> None:
        """Stack `number` of the open study, from now on; `reduced`: the copy of it that volume viewports draw."""
        (self._reduced if reduced else self._stacks)[number] = stack

    def detach(self, number: int) -> None:
        """Forgets stack `number` and every picture of it, so that nothing maps its file any more."""
        for stacks in (self._stacks, self._reduced):
            gone = stacks.pop(number, None)
            if gone is not None:
                self._told.pop(gone, None)
                self._targets = {n: known for n, known in self._targets.items() if known[0].stack is not gone}
        for renderer in self._renderers.values():
            renderer.forget()

    def detach_all(self) -> None:
        """Forgets every stack and every picture of one."""
        self._stacks.clear()
        self._reduced.clear()
        self._told.clear()
        self._targets.clear()
        for renderer in self._renderers.values():
            renderer.forget()

    def damaged(self) -> list[tuple[int, tuple[int, ...], bool]]:
        """Frames found damaged since the last time: stack number, frames, whether of its reduced copy."""
        found = []
        for stacks, reduced in ((self._stacks, False), (self._reduced, True)):
            for number, stack in stacks.items():
                news = stack.damaged - self._told.get(stack, frozenset())
                self._told[stack] = frozenset(stack.damaged)
                if news:
                    found.append((number, tuple(sorted(news)), reduced))
        return found

    def compose(
        self, state: ViewState, width: int, height: int, *, moving: bool = False, proven: bool = False
    ) -> Picture:
        """The picture of `state`; a viewport that can't be drawn is hatched and its reason is in `faults`.

        `proven`: the host will vouch for it, so that what it is made of is compared with its checksums once more.

        Raises:
            Interrupted: a newer picture is wanted; viewports drawn until then are kept.
        """
        rects = rectangles(state.layout, width, height, state.active, state.maximized)
        drawn: list[int] = []
        faults: list[str] = []
        for number, (viewport, rect) in enumerate(zip(state.viewports, rects, strict=False)):
            if rect.width <= 0 or rect.height <= 0:
                continue
            if proven:
                self._compare_again(state, viewport, rect)
            key = self._key(state, viewport, rect, moving)
            known = self._targets.get(number)
            if known is not None and known[0] == key:
                continue
            target = self._draw(key)
            self._targets[number] = (key, target)
            drawn.append(number)
            if target.fault and (known is None or known[1].fault != target.fault):
                faults.append(target.fault)
        for number in [n for n in self._targets if n >= len(state.viewports)]:
            del self._targets[number]
        visible = [
            n for n, rect in enumerate(rects) if n in self._targets and rect.width > 0 and rect.height > 0
        ]
        return Picture(
            self._canvas(visible, rects, width, height),
            drawn=tuple(drawn),
            missing=tuple(n for n in visible if self._targets[n][1].missing),
            incomplete=tuple(n for n in visible if self._targets[n][1].incomplete),
            faults=tuple(faults),
        )

    def _stack_of(self, viewport: ViewportState) -> MappedStack | None:
        stack = self._stacks.get(viewport.stack) if viewport.kind != "empty" else None
        if viewport.kind == "volume" and self._reduced_volumes:
            return self._reduced.get(viewport.stack, stack)
        return stack

    def _compare_again(self, state: ViewState, viewport: ViewportState, rect: Rect) -> None:
        stack = self._stack_of(viewport)
        if stack is None or stack.description.fault:
            return
        frames = touched_frames(viewport, stack.description, rect, state.cross_hair, state.interpolation)
        stack.compare_again(frames, self._go_on)

    def _go_on(self) -> None:
        if self._interrupted():
            raise Interrupted

    def _key(self, state: ViewState, viewport: ViewportState, rect: Rect, moving: bool) -> _Key:
        volume = viewport.kind == "volume"
        stack = self._stack_of(viewport)
        job = ViewportJob(
            viewport=viewport,
            rect=rect,
            interpolation="" if volume else state.interpolation,
            cross_hair=_depth_only(viewport, state.cross_hair),
            # Only what is drawn coarser while it moves is drawn anew when it rests.
            moving=moving and (volume or _is_reduced_plane(viewport, stack, rect)),
        )
        if stack is None:
            return _Key(replace(job, moving=False), None, 0)
        frame = image_shown(viewport, stack.description, None) if viewport.kind == "stack" else None
        return _Key(job, stack, stack.presence(frame))

    def _draw(self, key: _Key) -> Target:
        job, stack = key.job, key.stack
        rows, columns = job.rect.height, job.rect.width
        if job.viewport.kind == "empty":
            return Target(np.zeros((rows, columns), np.uint8))
        if stack is None:
            return Target(hatch(rows, columns), missing=True)
        try:
            if stack.description.fault:
                return Target(hatch(rows, columns), missing=True, fault=stack.description.fault)
            return self._renderers[job.viewport.kind].draw(job, stack)
        except Interrupted:
            raise
        except FarviewError as error:
            return Target(hatch(rows, columns), missing=True, fault=error.message)
        except Exception as error:
            log.exception(
                "viewport_failed", kind=job.viewport.kind, error=type(error).__name__, code=errors.INTERNAL
            )
            sentence = "This viewport could not be drawn because of an error in the renderer. Reset it or open the study again."
            return Target(hatch(rows, columns), missing=True, fault=sentence)

    def _canvas(
        self, visible: list[int], rects: tuple[Rect, ...], width: int, height: int
    ) -> np.ndarray[Any, Any]:
        targets = {n: self._targets[n][1].pixels for n in visible}
        if len(visible) == 1 and rects[visible[0]] == Rect(0, 0, width, height):
            return targets[visible[0]]
        coloured = any(pixels.ndim == 3 for pixels in targets.values())
        canvas = np.zeros((height, width, 3) if coloured else (height, width), np.uint8)
        for number, pixels in targets.items():
            rect = rects[number]
            place = canvas[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
            place[...] = pixels[..., None] if coloured and pixels.ndim == 2 else pixels
        return canvas


def _is_reduced_plane(viewport: ViewportState, stack: MappedStack | None, rect: Rect) -> bool:
    if viewport.kind != "mpr" or stack is None or not stack.description.geometry.volumetric:
        return False
    return is_minified(viewport, stack.description, rect)


def _depth_only(viewport: ViewportState, cross_hair: Vec3 | None) -> Vec3 | None:
    """The part of the cross-hair that a plane's picture depends on: moving it within the plane draws nothing anew."""
    if viewport.kind != "mpr" or cross_hair is None:
        return None
    normal = STANDARD_PLANES[viewport.plane].normal
    return scale(normal, dot(cross_hair, normal))
