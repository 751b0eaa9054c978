"""Volume viewports: a scene of VTK's on OpenGL. GL and VTK's drawing modules load with the first one drawn."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from streamer.render.drawing_error import DrawingError
from streamer.render.gl_probe import GlFacts
from streamer.render.hatch import hatch
from streamer.render.mapped_stack import FAILED, MappedStack
from streamer.render.moving_sampling import MovingSampling
from streamer.render.viewport_renderer import Target, ViewportJob
from streamer.viewer.presets import VOLUME_PRESETS
from streamer.viewer.volume_camera import fitted_camera

if TYPE_CHECKING:
    from streamer.render.offscreen_window import OffscreenWindow
    from streamer.render.volume_scene import VolumeScene

log = structlog.get_logger()
CPU_VOXELS = 16_000_000
_SCENES_KEPT = 2


class VolumeRenderer:
    """Draws viewports of kind "volume"; one GL context, the scenes of the last stacks."""

    def __init__(self, gl: GlFacts, threads: int, interrupted: Callable[[], bool] = lambda: False) -> None:
        """`interrupted` is asked during a long picture: True gives it up."""
        self._gl = gl
        self._interrupted = interrupted
        self._sampling = MovingSampling()
        self._threads = threads
        self._window: OffscreenWindow | None = None
        self._scenes: OrderedDict[tuple[MappedStack, int], VolumeScene] = OrderedDict()

    def draw(self, job: ViewportJob, stack: MappedStack) -> Target:
        """The volume from its camera, grey for a MIP, else RGB. Before all of it is loaded it is hatched, never drawn in part.

        Raises:
            DrawingError: no OpenGL, not a volume, too large for a CPU, unknown preset, or images that could not be read.
            Interrupted: a newer picture is wanted.
        """
        description, rect = stack.description, job.rect
        preset = VOLUME_PRESETS.get(job.viewport.preset)
        if preset is None:
            raise DrawingError(f"There is no volume preset named “{job.viewport.preset}”. Choose another.")
        _refuse(stack)
        if stack.absent.any():
            return Target(hatch(rect.height, rect.width), missing=True, incomplete=True)
        if self._gl.software and stack.voxels.size > CPU_VOXELS:
            raise DrawingError(
                f"This volume has {stack.voxels.size / 1e6:.0f} million voxels, and this host has no GPU: it draws up to "
                f"{CPU_VOXELS / 1e6:.0f} million. A reduced copy is drawn as soon as it is ready."
            )
        window = self._window
        if window is None:
            from streamer.render.offscreen_window import OffscreenWindow

            window = self._window = OffscreenWindow(self._gl, self._interrupted)
        scene = self._scene(stack)
        scene.look(preset, job.viewport.voi)
        scene.aim(job.viewport.camera or fitted_camera(description, aspect=rect.width / rect.height))
        scene.sample(self._sampling.between_rays if job.moving else None)
        scene.prepare(lambda renderer: window.draw(renderer, rect.height, rect.width))
        started = time.perf_counter()
        pixels = window.draw(scene.renderer, rect.height, rect.width)
        if job.moving:
            self._sampling.took(time.perf_counter() - started)
        if job.viewport.inverted:
            pixels = 255 - pixels
        return Target(pixels[..., 0].copy() if preset.mip else pixels)

    def forget(self) -> None:
        """Lets go of every scene; the GL context stays warm."""
        while self._scenes:
            self._drop()

    def _scene(self, stack: MappedStack) -> VolumeScene:
        from streamer.render.volume_scene import VolumeScene

        # Textures and gradients of voxels that were damaged and written anew are another scene's.
        key = (stack, stack.renewals)
        scene = self._scenes.get(key)
        if scene is None:
            while len(self._scenes) >= _SCENES_KEPT:
                self._drop()
            scene = self._scenes[key] = VolumeScene(stack, software=self._gl.software, threads=self._threads)
        self._scenes.move_to_end(key)
        return scene

    def _drop(self) -> None:
        _, scene = self._scenes.popitem(last=False)
        if self._window is not None:
            self._window.release(scene.renderer)


def _refuse(stack: MappedStack) -> None:
    description = stack.description
    if description.pixels.samples != 1:
        raise DrawingError("Colour images can't be shown as a volume.")
    if not description.geometry.volumetric:
        reason = description.geometry.not_volumetric or "Its images are not evenly spaced."
        raise DrawingError(f"This series can't be shown as a volume. {reason}")
    failed = int((stack.states == FAILED).sum())
    if failed:
        raise DrawingError(
            f"{failed} of {len(stack.states)} images could not be read, so the volume is not shown. "
            "Look at the images themselves."
        )
