"""Commands that are the streamer's: the program is replaced by it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from signaling.errors import CannotStart

KEY_VARIABLE = "FARVIEW_HOST_KEY"


def without_key(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The arguments without `--key KEY`, and the key: what a program is started with, everybody on the machine can read."""
    kept: list[str] = []
    key = ""
    rest = iter(arguments)
    for argument in rest:
        if argument == "--key":
            key = next(rest, "")
        elif argument.startswith("--key="):
            key = argument.removeprefix("--key=")
        else:
            kept.append(argument)
    return kept, key


def pass_on(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Become `python -m streamer …`.

    Raises:
        CannotStart: the streamer is not installed.
    """
    if importlib.util.find_spec("streamer") is None:
        raise CannotStart("The render host is not installed here. Install farview with the extra streamer.")
    kept, key = without_key(arguments)
    changed = {**environment, KEY_VARIABLE: key} if key else dict(environment)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "streamer", *kept], changed)
