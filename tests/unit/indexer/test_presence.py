"""What happens to an archive's folder × how much of it → what is listed, said and opened. "Not seen" is not "gone"."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.dicom.index import Index
from streamer.dicom.sources.folder import FolderSource, FolderState, SourceFault
from streamer.indexer import presence as presence_module
from streamer.indexer.presence import AWAY, EMPTY, Presence
from streamer.indexer.scanner import Scanner, ScanStatus
from streamer.indexer.study_description import describe_study
from tests.data.phantoms import write_image

STUDIES = ("1.2.1", "1.2.2", "1.2.3", "1.2.4")


class Archive:
    """A folder of four studies of four images, each in its folder; looked at when told, with a clock and disks of its own."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = tmp_path / "archive"
        self.aside = tmp_path / "aside"
        for study in STUDIES:
            for number in range(4):
                write_image(
                    self.root / study / f"{number}.dcm",
                    StudyInstanceUID=study,
                    SeriesInstanceUID=f"{study}.1",
                    SOPInstanceUID=f"{study}.1.{number}",
                )
        self.index = Index(tmp_path / "index.sqlite")
        self.told: list[ScanStatus] = []
        self.scanner = Scanner(self.root, tmp_path / "index.sqlite", self.told.append)
        self.presence = Presence(self.index)
        self.now = 1000.0
        self.devices: dict[str, int] = {}
        was_state, was_list = FolderSource.state, FolderSource._list
        monkeypatch.setattr(
            FolderSource, "state", lambda source, prefix: self._moved(prefix, was_state(source, prefix))
        )

        def listed(
            source: FolderSource, prefix: str, seen: object, remembered: object, found: object
        ) -> object:
            names = was_list(source, prefix, seen, remembered, found)  # type: ignore[arg-type]
            found.folders[prefix] = self._moved(prefix, found.folders[prefix])  # type: ignore[attr-defined]
            return names

        monkeypatch.setattr(FolderSource, "_list", listed)
        monkeypatch.setattr("streamer.indexer.scanner.time.monotonic", lambda: self.now)
        self.look()

    def _moved(self, prefix: str, state: FolderState | None) -> FolderState | None:
        device = self.devices.get(prefix)
        return state if state is None or device is None else FolderState(device, 1, state.empty)

    def look(self, times: int = 1, seconds: float = 3.0) -> ScanStatus:
        for _ in range(times):
            self.now += seconds
            self.scanner._look(self.index, self.presence, full=True)
        return self.told[-1]

    def restart(self) -> None:
        self.presence = Presence(self.index)

    def listed(self) -> int:
        return self.index.study_count()

    def opens(self, study: str) -> str:
        """How many images open, "gone", or why it can't be said."""
        try:
            described = describe_study(self.index, self.root, 1, study)
        except SourceFault as fault:
            return str(fault)
        return "gone" if described is None else str(sum(len(plan.sources) for plan in described.plans))

    def empty(self, *studies: str) -> None:
        """Everything in the folders of these studies, or in the archive's, is away for now."""
        for folder in [self.root / study for study in studies] or [self.root]:
            self.aside.mkdir(exist_ok=True)
            for entry in list(folder.iterdir()):
                shutil.move(entry, self.aside / f"{folder.name}-{entry.name}")


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    made = Archive(tmp_path, monkeypatch)
    assert made.listed() == 4
    assert not made.told[-1].problem
    return made


def unmount(archive: Archive) -> None:
    archive.empty()
    archive.devices[""] = 77


def unmount_part(archive: Archive) -> None:
    """A share in the archive's folder goes; it was seen as one before."""
    archive.devices[STUDIES[0] + "/"] = 55
    archive.look()
    archive.empty(STUDIES[0])
    archive.devices[STUDIES[0] + "/"] = 66


def empty_a_disk(archive: Archive) -> None:
    """A share is there and empty, as one whose server has lost its own disk."""
    archive.devices[STUDIES[0] + "/"] = 55
    archive.look()
    archive.empty(STUDIES[0])


def unmount_part_with_its_folder(archive: Archive) -> None:
    unmount_part(archive)
    (archive.root / STUDIES[0]).rmdir()


def move(archive: Archive) -> None:
    archive.root.rename(archive.aside)


def a_file_instead(archive: Archive) -> None:
    move(archive)
    archive.root.write_text("no folder")


def delete_one(archive: Archive) -> None:
    shutil.rmtree(archive.root / STUDIES[0])


def delete_most(archive: Archive) -> None:
    for study in STUDIES[:3]:
        shutil.rmtree(archive.root / study)


def delete_all(archive: Archive) -> None:
    for study in STUDIES:
        shutil.rmtree(archive.root / study)


def delete_all_but_a_note(archive: Archive) -> None:
    delete_all(archive)
    (archive.root / "note.txt").write_text("empty on purpose")


def rename_all(archive: Archive) -> None:
    (archive.root / "moved").mkdir()
    for study in STUDIES:
        (archive.root / study).rename(archive.root / "moved" / study)


def another_disk_with_the_same(archive: Archive) -> None:
    archive.devices[""] = 88


def swap_for_a_broken_link(archive: Archive) -> None:
    """A study behind a link, whose other end goes."""
    shutil.move(archive.root / STUDIES[0], archive.aside)
    (archive.root / STUDIES[0]).symlink_to(archive.aside)
    archive.look()
    archive.aside.rename(archive.aside.with_name("elsewhere"))


Event = Callable[[Archive], None]
TABLE: list[tuple[Event, int, int, str, str]] = [
    # event, studies after a look, after 20 minutes of looks, what is said, what opening the first study says
    (unmount, 4, 4, EMPTY, "perhaps its disk or share is not mounted"),
    (unmount_part, 4, 4, AWAY, "perhaps its disk or share is not mounted"),
    (unmount_part_with_its_folder, 4, 4, AWAY, "perhaps its disk or share is not mounted"),
    (empty_a_disk, 4, 3, "4 of a disk's 4 files are gone at once.", "4 of a disk's 4 files are gone at once."),
    (move, 4, 4, "can't be read: No such file or directory", "No such file or directory"),
    (a_file_instead, 4, 4, "folder is a file", "folder is a file"),
    (delete_one, 3, 3, "", "gone"),
    (delete_most, 4, 1, "12 of the archive's 16 files are gone at once.", "12 of the archive's 16 files are gone at once."),
    (delete_all, 4, 0, "16 of the archive's 16 files are gone at once.", "The archive's folder is empty now."),
    (delete_all_but_a_note, 4, 0, "16 of the archive's 16 files are gone at once.", "16 of the archive's 16 files"),
    (rename_all, 4, 4, "", "4"),
    (another_disk_with_the_same, 4, 4, "", "4"),
    (swap_for_a_broken_link, 4, 4, "", "can't be read now"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "at_once", "later", "said", "opening"), TABLE)
def test_event_by_state(
    archive: Archive, event: Event, at_once: int, later: int, said: str, opening: str
) -> None:
    event(archive)
    # Opening may come before any look, and must not decide what the scan has to decide.
    before = archive.opens(STUDIES[0])
    if event not in (rename_all, empty_a_disk, delete_most, delete_all_but_a_note, swap_for_a_broken_link):
        assert opening in before
    status = archive.look()
    assert archive.listed() == at_once
    assert said in status.problem
    assert bool(status.problem) is bool(said)
    assert bool(status.since) is bool(said)
    if said:
        assert f"{at_once} studies are still listed from before." in status.problem
    assert opening in archive.opens(STUDIES[0])
    assert archive.listed() == at_once
    archive.look(20, 60.0)
    assert archive.listed() == later


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("event", [unmount, move])
def test_what_comes_back_is_there_at_the_next_look(archive: Archive, event: Event, restarted: bool) -> None:
    event(archive)
    archive.look(30, 60.0)
    if restarted:
        archive.restart()
        archive.look(30, 60.0)
    assert archive.listed() == 4
    if archive.root.exists():
        archive.devices.clear()
        for entry in list(archive.aside.iterdir()):
            shutil.move(entry, archive.root / entry.name.partition("-")[2])
    else:
        archive.aside.rename(archive.root)
    status = archive.look()
    assert (status.problem, status.studies) == ("", 4)
    assert archive.opens(STUDIES[0]) == "4"


def test_any_file_put_into_the_folder_says_that_it_is_meant(archive: Archive) -> None:
    unmount(archive)
    archive.look(20, 60.0)
    assert archive.listed() == 4
    (archive.root / "note.txt").write_text("empty on purpose")
    archive.look(20, 60.0)
    assert archive.listed() == 0


def test_what_comes_back_within_the_doubt_is_not_forgotten(archive: Archive) -> None:
    shutil.copytree(archive.root, archive.aside)
    delete_most(archive)
    archive.look(5, 60.0)
    shutil.copytree(archive.aside, archive.root, dirs_exist_ok=True)
    assert archive.look().problem == ""
    delete_most(archive)
    archive.look(5, 60.0)
    assert archive.listed() == 4


def test_opening_forgets_nothing(archive: Archive) -> None:
    (archive.root / STUDIES[0] / "0.dcm").unlink()
    assert archive.opens(STUDIES[0]) == "3"
    assert len(archive.index.statuses()) == 16
    delete_one(archive)
    assert archive.opens(STUDIES[0]) == "gone"
    assert len(archive.index.statuses()) == 16


def test_a_disk_that_comes_or_goes_is_seen_at_a_glance(archive: Archive) -> None:
    source = FolderSource(archive.root)
    before = source.glance(archive.presence.disks)
    assert source.glance(archive.presence.disks) == before
    for event in (unmount, move):
        event(archive)
        after = source.glance(archive.presence.disks)
        assert after != before
        before = after
        shutil.rmtree(archive.aside, ignore_errors=True)


def test_a_silent_disk_is_said_and_not_for_nothing(archive: Archive) -> None:
    archive.scanner._at_work_since = None
    assert archive.scanner.silent() is None
    archive.scanner._tick()
    archive.now += 14.0
    assert archive.scanner.silent() is None
    archive.now += 2.0
    status = archive.scanner.silent()
    assert status is not None
    assert status.since
    assert status.problem == "The archive's folder does not answer. 4 studies are still listed from before."


def test_the_rule_bites(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the disks' identities an empty mount point would be a deletion after the time of doubt."""
    monkeypatch.setattr(presence_module, "_is_lost", lambda before, now: False)
    unmount(archive)
    archive.look(20, 60.0)
    assert archive.listed() == 0
    assert os.listdir(archive.root) == []
