"""An index lies alone in its folder; one of an earlier version is moved there whole, also after an interruption."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.dicom.index import FileStatus, Index, ReadFile
from streamer.host.index_place import index_of

ROOT = Path("/data/images")


def test_nothing_else_lies_beside_an_index(tmp_path: Path) -> None:
    (tmp_path / "proof-key.pem").touch()
    index = index_of(tmp_path, ROOT)
    assert index.parent.parent == tmp_path
    assert list(index.parent.iterdir()) == []
    assert index.parent.stat().st_mode & 0o777 == 0o700
    assert index_of(tmp_path, Path("/data/others")).parent != index.parent


@pytest.mark.parametrize("moved_before", [(), ("-wal",), ("-wal", "-shm")])
def test_an_index_of_an_earlier_version_keeps_its_archive(
    tmp_path: Path, moved_before: tuple[str, ...]
) -> None:
    index = index_of(tmp_path, ROOT)
    former = tmp_path / f"{index.parent.name}.sqlite"
    with Index(former) as before:
        archive = before.archive
        before.write([ReadFile(FileStatus("a.dcm", 1, 2))])
        # As a killed host leaves them: what was written last is in the log beside it.
        kept = {part: Path(f"{former}{part}").read_bytes() for part in ("", "-wal", "-shm")}
    for part, content in kept.items():
        Path(f"{former}{part}").unlink(missing_ok=True)
        Path(f"{index if part in moved_before else former}{part}").write_bytes(content)
    with Index(index_of(tmp_path, ROOT)) as after:
        assert after.archive == archive
        assert after.statuses() == {"a.dcm": (1, 2)}
    assert [path.name for path in tmp_path.iterdir()] == [index.parent.name]
