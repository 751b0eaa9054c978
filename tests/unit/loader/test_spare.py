"""A loader that waits as a spare brings in what compressed images need; one that is needed at once brings in nothing before."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

import pytest

from streamer.confinement.child import Confinement
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.messages import Shutdown, ToLoader
from streamer.loader import program

STEPS = len(program.NEEDED_TO_DECODE)


class Channel:
    """Has a message after so many waits in vain."""

    def __init__(self, waits: int) -> None:
        self.waits = waits

    def receive(self, timeout: float | None = None) -> tuple[ToLoader, bytes] | None:
        if self.waits and timeout is not None:
            self.waits -= 1
            return None
        return Shutdown(), b""


@pytest.mark.parametrize("waits", range(STEPS + 2))
def test_it_goes_on_with_what_is_needed_until_somebody_waits(
    monkeypatch: pytest.MonkeyPatch, waits: int
) -> None:
    brought: list[str] = []
    monkeypatch.setattr(program, "import_module", brought.append)
    channel: Any = Channel(waits)
    program.serve(cast(ChildChannel[ToLoader], channel), cast(Confinement, None))
    assert brought == list(program.NEEDED_TO_DECODE[:waits])


def test_all_of_it_is_there_and_the_decoder_is_the_last_of_it() -> None:
    for module in program.NEEDED_TO_DECODE:
        assert import_module(module).__name__ == module
    assert program.NEEDED_TO_DECODE[-1] == "streamer.dicom.frame_decoder"
