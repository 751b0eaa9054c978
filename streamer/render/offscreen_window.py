"""A render window without a display: EGL's or OSMesa's class made directly, so that nobody asks for X."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer
from vtkmodules.vtkRenderingOpenGL2 import vtkEGLRenderWindow, vtkOSOpenGLRenderWindow

from streamer.render.drawing_error import DrawingError
from streamer.render.gl_probe import GlFacts
from streamer.render.viewport_renderer import Interrupted

_CLASSES = {"egl": vtkEGLRenderWindow, "osmesa": vtkOSOpenGLRenderWindow}


class OffscreenWindow:
    """One GL context; made, used and dropped in one thread.

    Raises:
        DrawingError: there is no OpenGL here.
    """

    def __init__(self, gl: GlFacts, interrupted: Callable[[], bool]) -> None:
        if gl.kind not in _CLASSES:
            raise DrawingError(
                f"Volumes can't be drawn on this host: it has no OpenGL ({gl.renderer}). Install libegl1 and libgl1-mesa-dri."
            )
        os.environ.setdefault("PYOPENGL_PLATFORM", gl.kind)  # before PyOpenGL is first imported
        from streamer.render.readback import Readback

        self._window = _CLASSES[gl.kind]()
        self._window.SetShowWindow(False)
        self._window.SetUseOffScreenBuffers(True)
        self._window.SetMultiSamples(0)
        self._window.SetSwapBuffers(False)
        self._readback = Readback()
        self._given_up = False

        def check(_caller: object, _event: str) -> None:  # VTK asks five times a second during a long picture
            if interrupted():
                self._given_up = True
                self._window.SetAbortRender(1)

        self._window.AddObserver("AbortCheckEvent", check)  # type: ignore[arg-type]  # names are taken, too

    def draw(self, renderer: vtkRenderer, rows: int, columns: int) -> np.ndarray[Any, Any]:
        """Renders one renderer's scene alone: RGB uint8 [rows, columns, 3], top row first.

        Raises:
            Interrupted: `interrupted` said so during the drawing.
        """
        self._given_up = False
        self._window.SetSize(columns, rows)
        self._window.AddRenderer(renderer)
        try:
            self._window.Render()
            if self._given_up:
                raise Interrupted
            return self._readback.read(self._window, rows, columns)
        finally:
            self._window.RemoveRenderer(renderer)

    def release(self, renderer: vtkRenderer) -> None:
        """Frees what a renderer's props hold on the GPU."""
        self._window.MakeCurrent()
        renderer.ReleaseGraphicsResources(self._window)
