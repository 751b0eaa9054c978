"""What a child gets of its starter's environment, and what it never gets."""

from __future__ import annotations

import pytest

from streamer.confinement.environment import closed

PASSED = (
    "PATH", "HOME", "TZ", "LANG", "LC_ALL", "LC_NUMERIC", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH",
    "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONHOME", "FARVIEW_PROGRAM", "FARVIEW_LOG_LEVEL", "FARVIEW_CHILD_BYTES",
    "MESA_LOADER_DRIVER_OVERRIDE", "LP_NUM_THREADS", "GALLIUM_DRIVER", "EGL_PLATFORM", "LIBGL_ALWAYS_SOFTWARE",
    "VTK_SMP_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "__EGL_VENDOR_LIBRARY_FILENAMES",
)  # fmt: skip
KEPT_BACK = (
    "FARVIEW_HOST_KEY", "FARVIEW_CHANNEL", "FARVIEW_TOKEN", "FARVIEW_LOG_LEVEL_KEY", "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN", "PGPASSWORD", "DATABASE_URL", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY",
    "WAYLAND_DISPLAY", "XAUTHORITY", "LD_PRELOAD", "LD_AUDIT", "PYTHONSTARTUP", "PYTHONINSPECT", "MY_PATH", "PATH_KEY",
    "HOME_TOKEN", "TMPDIR", "CREDENTIALS_DIRECTORY", "http_proxy", "lc_all", "XLC_ALL", "LC_", "MESA_", "", "PATH\n",
)  # fmt: skip


@pytest.mark.parametrize("name", PASSED)
def test_what_a_child_needs_comes_through_unchanged(name: str) -> None:
    assert closed({name: "a value"}) == {name: "a value"}


@pytest.mark.parametrize("name", KEPT_BACK)
def test_anything_else_is_kept_back(name: str) -> None:
    assert closed({name: "a secret", "PATH": "/bin"}) == {"PATH": "/bin"}
