"""Which troubles happen: by the length of a run, and by what the machine allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.soaking.disks import Share, SmallDisk
from scripts.soaking.front import Proxy
from scripts.soaking.place import Ground
from scripts.soaking.shifted_clock import ShiftedClock
from scripts.soaking.troubles import TROUBLES, troubles_for


def whole(folder: Path) -> Ground:
    """All that there can be."""
    disk = SmallDisk(folder, 1)
    return Ground(
        (Share(folder, folder / "share", mounts=False),), disk, disk, ShiftedClock(folder), Proxy(folder)
    )


def test_on_whole_ground_all_happen_in_a_long_run(tmp_path: Path) -> None:
    kinds, lacking = troubles_for(60, whole(tmp_path).parts)
    assert kinds == TROUBLES
    assert lacking == []


def test_short_runs_leave_out_the_long_ones(tmp_path: Path) -> None:
    kinds, lacking = troubles_for(3, whole(tmp_path).parts)
    assert not any(kind.is_long for kind in kinds.values())
    assert lacking == []


@pytest.mark.parametrize("name", [name for name, kind in TROUBLES.items() if kind.needs])
def test_what_lacks_its_ground_is_left_out_and_named(name: str) -> None:
    kinds, lacking = troubles_for(60, Ground().parts)
    assert name not in kinds
    assert name in lacking


def test_every_need_is_a_part_of_the_ground(tmp_path: Path) -> None:
    assert {kind.needs for kind in TROUBLES.values() if kind.needs} == whole(tmp_path).parts


def test_those_that_are_asked_for_happen_however_short_the_run(tmp_path: Path) -> None:
    kinds, _ = troubles_for(1, whole(tmp_path).parts, ("host killed", "share away"))
    assert set(kinds) == {"host killed", "share away"}


def test_a_share_without_mounts_goes_and_comes_back_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "files/inner").mkdir(parents=True)
    (tmp_path / "files/inner/a").write_text("image")
    share = Share(tmp_path / "files", tmp_path / "share", mounts=False)
    for _ in range(2):
        share.come_back()
        assert (share.folder / "inner/a").read_text() == "image"
        share.go()
        assert not share.folder.exists()
    assert (tmp_path / "files/inner/a").read_text() == "image"
