"""Whether root's children must keep the right to other users' files to read their own program."""

from __future__ import annotations

import os

import pytest

from streamer.confinement.places import is_closed

US, ANOTHER = 1000, 1001


@pytest.mark.parametrize(
    ("mode", "owner", "closed"),
    [
        (0o755, ANOTHER, False),
        (0o711, ANOTHER, False),
        (0o750, ANOTHER, True),
        (0o700, ANOTHER, True),
        (0o700, US, False),
    ],
)
def test_a_closed_folder_of_another_user_is_seen(mode: int, owner: int, closed: bool) -> None:
    assert is_closed(os.stat_result((mode, 0, 0, 0, owner, 0, 0, 0, 0, 0)), US) is closed
