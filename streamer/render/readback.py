"""Reading the drawn pixels: OpenGL pixel buffers, two in turn so that no transfer waits for the last one's map; else VTK."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import structlog
from OpenGL import GL
from OpenGL.error import Error as GlError
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLRenderWindow

log = structlog.get_logger()


class Readback:
    """Belongs to one GL context."""

    def __init__(self) -> None:
        self._buffers: list[int] = []
        self._bytes = 0
        self._turn = 0
        self._usable = True

    def read(self, window: vtkOpenGLRenderWindow, rows: int, columns: int) -> np.ndarray[Any, Any]:
        """RGB uint8 [rows, columns, 3] of what was rendered last, top row first."""
        if self._usable:
            try:
                return self._by_buffer(window, rows, columns)
            except (GlError, ValueError, AttributeError, TypeError) as error:
                self._usable = False
                log.warning("pixel_buffers_not_used", error=type(error).__name__, reason=str(error)[:200])
        return _by_vtk(window, rows, columns)

    def _by_buffer(self, window: vtkOpenGLRenderWindow, rows: int, columns: int) -> np.ndarray[Any, Any]:
        window.MakeCurrent()
        size = rows * columns * 4  # four bytes a pixel: rows stay aligned and no driver converts
        self._allocate(size)
        framebuffer = window.GetRenderFramebuffer().GetFBOIndex()
        bound = GL.glGetIntegerv(GL.GL_READ_FRAMEBUFFER_BINDING)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, framebuffer)
        GL.glReadBuffer(GL.GL_COLOR_ATTACHMENT0)
        GL.glBindBuffer(GL.GL_PIXEL_PACK_BUFFER, self._buffers[self._turn])
        self._turn = 1 - self._turn
        try:
            GL.glReadPixels(0, 0, columns, rows, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, ctypes.c_void_p(0))
            address = GL.glMapBufferRange(GL.GL_PIXEL_PACK_BUFFER, 0, size, GL.GL_MAP_READ_BIT)
            mapped = np.ctypeslib.as_array((ctypes.c_ubyte * size).from_address(int(address)))
            pixels = np.ascontiguousarray(mapped.reshape(rows, columns, 4)[::-1, :, :3])
            GL.glUnmapBuffer(GL.GL_PIXEL_PACK_BUFFER)
        finally:
            GL.glBindBuffer(GL.GL_PIXEL_PACK_BUFFER, 0)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, bound)
        return pixels

    def _allocate(self, size: int) -> None:
        if not self._buffers:
            self._buffers = [int(name) for name in GL.glGenBuffers(2)]
        if size <= self._bytes:
            return
        for name in self._buffers:
            GL.glBindBuffer(GL.GL_PIXEL_PACK_BUFFER, name)
            GL.glBufferData(GL.GL_PIXEL_PACK_BUFFER, size, None, GL.GL_STREAM_READ)
        GL.glBindBuffer(GL.GL_PIXEL_PACK_BUFFER, 0)
        self._bytes = size


def _by_vtk(window: vtkOpenGLRenderWindow, rows: int, columns: int) -> np.ndarray[Any, Any]:
    values = vtkUnsignedCharArray()
    window.GetPixelData(0, 0, columns - 1, rows - 1, 0, values, 0)
    return np.ascontiguousarray(vtk_to_numpy(values).reshape(rows, columns, 3)[::-1])
