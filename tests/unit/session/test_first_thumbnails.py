"""Thumbnails wait until the page shows a picture of the study, or none comes: on a thin link they would take its place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from signaling.protocol import control
from streamer.session import reports
from streamer.session.reports import Reports
from streamer.session.session import Session

EPOCH = 7


class Shown:
    """A study of two series, and the thumbnails that the page was told."""

    def __init__(self) -> None:
        self.said: list[int] = []
        loads = [SimpleNamespace(thumbnail=b"png", complete=False, problem="") for _ in range(2)]
        study = SimpleNamespace(
            stacks=loads, load_of=lambda number: loads[number], look_at_files=lambda: None
        )
        self.session: Any = SimpleNamespace(
            study=study, pictures=SimpleNamespace(epoch=EPOCH), outlet=SimpleNamespace(say=self._say)
        )
        self.session.reports = self.reports = Reports(self.session)
        self.reports._new_page_at = float("inf")  # no time passes by itself
        for number, load in enumerate(loads):
            self.reports.thumbnail(number, load)  # type: ignore[arg-type]

    def _say(self, message: control.ToPage) -> None:
        assert isinstance(message, control.Thumbnail)
        self.said.append(message.series)


@pytest.mark.parametrize("epochs", [(EPOCH,), (EPOCH, EPOCH), (EPOCH - 1, EPOCH), (EPOCH, EPOCH - 1)])
def test_they_come_once_with_the_first_picture_that_is_shown(epochs: tuple[int, ...]) -> None:
    shown = Shown()
    seen = []
    for epoch in epochs:
        assert shown.said == ([0, 1] if EPOCH in seen else [])
        Session.page_shows(shown.session, epoch)
        seen.append(epoch)
    assert shown.said == [0, 1]


def test_they_come_without_a_picture_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown()
    shown.reports.tend()
    assert shown.said == []
    shown.reports._new_page_at = 0.0
    monkeypatch.setattr(reports.time, "monotonic", lambda: reports.THUMBNAIL_SECONDS + 1.0)
    shown.reports.tend()
    assert shown.said == [0, 1]
