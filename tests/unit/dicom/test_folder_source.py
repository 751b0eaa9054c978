"""Walking an archive's folder: links that loop, folders that can't be read, cheap second looks, nothing written."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamer.dicom.sources import folder as folder_module
from streamer.dicom.sources.folder import FolderSource, SourceFault

NOBODY = 65534


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())


def test_all_files_are_found_but_hidden_ones(tmp_path: Path) -> None:
    make(tmp_path, "a", "b/c", "b/d/e", ".part/x", "b/.f.part")
    walk = FolderSource(tmp_path).walk()
    assert sorted(walk.files) == ["a", "b/c", "b/d/e"]
    assert walk.files["b/c"].size == 3
    assert walk.problems == []


def test_links_that_loop_end(tmp_path: Path) -> None:
    make(tmp_path, "a/b/c")
    (tmp_path / "a/b/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "a/dangling").symlink_to("nowhere")
    (tmp_path / "twin").symlink_to("a")
    walk = FolderSource(tmp_path).walk()
    assert len({Path(name).name for name in walk.files}) == 1
    assert len(walk.files) == 1


def test_only_plain_files_are_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    make(tmp_path, "a")
    assert sorted(FolderSource(tmp_path).walk().files) == ["a"]


@pytest.mark.parametrize("name", ["none", "file"])
def test_a_folder_that_is_none_is_a_sentence(tmp_path: Path, name: str) -> None:
    make(tmp_path, "file")
    with pytest.raises(SourceFault, match=r"^The archive's folder .*\.$"):
        FolderSource(tmp_path / name).walk()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others may enter, and this process without a superuser's rights."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        make(Path(name), "locked/a", "open/b")
        os.chmod(Path(name) / "locked", 0)
        was = os.geteuid()
        if was == 0:
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(was)
            os.chmod(Path(name) / "locked", stat.S_IRWXU)


def test_a_folder_that_can_not_be_read_is_said_and_the_rest_is_found(open_folder: Path) -> None:
    walk = FolderSource(open_folder).walk()
    assert sorted(walk.files) == ["open/b"]
    assert walk.problems == ["A folder of the archive can't be read; what is in it is not known."]
    assert walk.unknown == ["locked/"]
    with pytest.raises(SourceFault, match="Permission denied"):
        FolderSource(open_folder / "locked").walk()


def test_the_number_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, *(f"{folder}/{name}" for folder in range(4) for name in range(5)))
    monkeypatch.setattr(folder_module, "MOST_FILES", 8)
    walk = FolderSource(tmp_path).walk()
    assert not walk.complete
    assert walk.problems == ["The archive holds more than 8 files; the rest is not listed."]


def test_folders_that_are_too_deep_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a/b/c/deep", "a/b/c2", "x")
    monkeypatch.setattr(folder_module, "DEEPEST", 2)
    walk = FolderSource(tmp_path).walk()
    assert sorted(walk.files) == ["a/b/c2", "x"]
    assert walk.problems == ["Folders more than 2 deep are not looked at; what is in them is not listed."]
    assert walk.complete


def test_another_folder_under_the_same_name_is_not_taken_for_the_one_before(tmp_path: Path) -> None:
    make(tmp_path, "share/a/1")
    old = 1_600_000_000
    for path in ("share/a/1", "share/a"):
        os.utime(tmp_path / path, (old, old))
    source = FolderSource(tmp_path)
    assert sorted(source.walk().files) == ["share/a/1"]
    (tmp_path / "share/a").rename(tmp_path.with_name("elsewhere"))
    (tmp_path / "share/a").mkdir()
    os.utime(tmp_path / "share/a", (old, old))
    assert sorted(source.walk(every_file=False).files) == []


def test_a_second_look_sees_what_is_new_gone_and_changed(tmp_path: Path) -> None:
    make(tmp_path, "a/1", "a/2", "b/1")
    source = FolderSource(tmp_path)
    source.walk()
    make(tmp_path, "a/3", "c/1")
    (tmp_path / "b/1").unlink()
    (tmp_path / "a/1").write_bytes(b"longer than before")
    walk = source.walk(every_file=False)
    assert sorted(walk.files) == ["a/1", "a/2", "a/3", "c/1"]
    assert walk.files["a/1"].size == 18


def test_a_cheap_look_leaves_old_files_alone_and_a_full_one_does_not(tmp_path: Path) -> None:
    make(tmp_path, "a/1")
    old = 1_600_000_000
    os.utime(tmp_path / "a/1", (old, old))
    os.utime(tmp_path / "a", (old, old))
    source = FolderSource(tmp_path)
    source.walk()
    (tmp_path / "a/1").write_bytes(b"changed in place")
    os.utime(tmp_path / "a/1", (old, old))
    assert source.walk(every_file=False).files["a/1"].size == 3
    assert source.walk(every_file=True).files["a/1"].size == 16


def test_nothing_is_written(tmp_path: Path) -> None:
    make(tmp_path, "a/1", "b")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    FolderSource(tmp_path).walk()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
