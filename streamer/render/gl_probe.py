"""Which OpenGL draws here, asked of EGL or OSMesa directly: ten times quicker than opening a VTK window for it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_PLATFORM_DEVICE = 0x313F  # EGL_EXT_platform_device: a GPU or Mesa without any display
_OPENGL_API = 0x30A2
_SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT, _NONE = 0x3033, 0x0001, 0x3040, 0x0008, 0x3038
_GL_RENDERER, _GL_RGBA, _GL_UNSIGNED_BYTE = 0x1F01, 0x1908, 0x1401
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swr")
KINDS = ("egl", "osmesa")


@dataclass(frozen=True, slots=True)
class GlFacts:
    """`kind` is "egl", "osmesa" or "none"; `renderer` is GL_RENDERER, or why there is none."""

    kind: str
    renderer: str

    @property
    def software(self) -> bool:
        """Whether the CPU does the drawing."""
        return any(name in self.renderer.lower() for name in _SOFTWARE)


def probe_gl(wanted: str = "auto") -> GlFacts:
    """The first that works of EGL and OSMesa, or only the one that is wanted."""
    problems = []
    for kind in KINDS if wanted == "auto" else (wanted,):
        try:
            return GlFacts(kind, _egl_renderer() if kind == "egl" else _osmesa_renderer())
        except OSError as error:
            problems.append(f"{kind}: {error}")
    return GlFacts("none", "; ".join(problems))


def _egl_renderer() -> str:
    egl = ctypes.CDLL("libEGL.so.1")
    egl.eglGetProcAddress.restype = ctypes.c_void_p
    egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    devices, count = (pointer * 16)(), integer()
    query = _function(egl, b"eglQueryDevicesEXT", ctypes.c_uint, integer, pointer, pointer)
    if not query(16, devices, ctypes.byref(count)) or count.value == 0:
        raise OSError("it knows no device")
    get_display = _function(egl, b"eglGetPlatformDisplayEXT", pointer, ctypes.c_uint, pointer, pointer)
    display = pointer(get_display(_PLATFORM_DEVICE, devices[0], None))
    if not display.value or not egl.eglInitialize(display, None, None):
        raise OSError("its first device can't be opened")
    try:
        return _renderer_of(egl, display)
    finally:
        egl.eglTerminate(display)


def _renderer_of(egl: ctypes.CDLL, display: ctypes.c_void_p) -> str:
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    egl.eglCreateContext.restype = pointer
    egl.eglBindAPI(_OPENGL_API)
    wishes = (integer * 5)(_SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT, _NONE)
    config, count = pointer(), integer()
    if (
        not egl.eglChooseConfig(display, wishes, ctypes.byref(config), 1, ctypes.byref(count))
        or not count.value
    ):
        raise OSError("its first device has no OpenGL")
    context = pointer(egl.eglCreateContext(display, config, None, None))
    if not context.value or not egl.eglMakeCurrent(display, None, None, context):
        raise OSError("it gives no OpenGL context without a window")
    try:
        return _get_renderer(_function(egl, b"glGetString", ctypes.c_char_p, ctypes.c_uint))
    finally:
        egl.eglMakeCurrent(display, None, None, None)
        egl.eglDestroyContext(display, context)


def _osmesa_renderer() -> str:
    try:
        mesa = ctypes.CDLL("libOSMesa.so.8")
    except OSError:
        mesa = ctypes.CDLL("libOSMesa.so.6")
    mesa.OSMesaCreateContextExt.restype = ctypes.c_void_p
    context = ctypes.c_void_p(mesa.OSMesaCreateContextExt(_GL_RGBA, 24, 0, 0, None))
    if not context.value:
        raise OSError("it gives no context")
    try:
        pixels = (ctypes.c_ubyte * (4 * 16 * 16))()
        if not mesa.OSMesaMakeCurrent(context, pixels, _GL_UNSIGNED_BYTE, 16, 16):
            raise OSError("its context can't be used")
        mesa.glGetString.restype, mesa.glGetString.argtypes = ctypes.c_char_p, [ctypes.c_uint]
        return _get_renderer(mesa.glGetString)
    finally:
        mesa.OSMesaDestroyContext(context)


def _function(egl: ctypes.CDLL, name: bytes, result: type, *arguments: type) -> Callable[..., Any]:
    address = egl.eglGetProcAddress(name)
    if not address:
        raise OSError(f"it lacks {name.decode()}")
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def _get_renderer(get_string: Callable[[int], bytes | None]) -> str:
    value = get_string(_GL_RENDERER)
    if not value:
        raise OSError("it does not name its renderer")
    return value.decode(errors="replace")
