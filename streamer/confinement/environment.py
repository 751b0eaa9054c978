"""Which variables of the starter's environment a child gets: a closed list, so that no key or token is ever among them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PASSED = re.compile(
    r"""
    PATH | HOME | TZ | LANG | LC_\w+ | XDG_\w+
    | LD_LIBRARY_PATH                                      # where an interpreter or a driver of the user's own lies
    | PYTHONPATH | PYTHONSAFEPATH | PYTHONHOME
    | FARVIEW_PROGRAM | FARVIEW_LOG_LEVEL | FARVIEW_CHILD_BYTES
    | (?:MESA|LP|GALLIUM|EGL|LIBGL|VTK|OMP|OPENBLAS)_\w+
    | __(?:EGL|GL|GLX)_\w+                                 # which vendor's driver draws (libglvnd)
    """,
    re.VERBOSE,
)


def closed(environment: Mapping[str, str]) -> dict[str, str]:
    """What of `environment` a child may know."""
    return {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}
