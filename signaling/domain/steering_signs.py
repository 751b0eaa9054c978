"""Signs that are no letters but steer what stands around them: controls, line ends, and those that turn the direction of text."""

from __future__ import annotations

import re

_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Hosts take these out of what files say; marks within letters (joiners) stay."""


def steers(text: str) -> bool:
    """Whether one of them is in it."""
    return _STEERING.search(text) is not None


def plain(text: str, most: int) -> str:
    """The text with a blank in their place, its first `most` characters."""
    return _STEERING.sub(" ", text)[:most]
