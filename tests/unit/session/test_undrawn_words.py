"""What could not be drawn is said, and taken back once it is drawn: never before, and not twice."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streamer.session.reports import NOT_DRAWN, Reports

ONE, OTHER = ("This volume is too large.",), ("This volume is too large.", "There is no OpenGL.")


@pytest.mark.parametrize("pictures", list(product([(), ONE, OTHER], repeat=3)))
def test_what_stands_last_is_what_is_true_of_the_newest_picture(
    pictures: tuple[tuple[str, ...], ...],
) -> None:
    said: list[Any] = []
    outlet = SimpleNamespace(say=said.append)
    reports = Reports(cast(Any, SimpleNamespace(outlet=outlet)))
    was = False
    for faults in pictures:
        before = len(said)
        reports._notices.clear()  # as if time had passed
        reports.undrawn(faults)
        words = [(notice.code, notice.message) for notice in said[before:]]
        assert words == [(NOT_DRAWN, sentence) for sentence in faults or ([""] if was else [])]
        was = bool(faults)
