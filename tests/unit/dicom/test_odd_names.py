"""Files and folders of any name are listed, indexed, described and read: also those whose names are no UTF-8."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.dicom import archive_path
from streamer.dicom.index import Index
from streamer.dicom.sources.folder import FolderSource
from streamer.indexer.presence import Presence
from streamer.indexer.scanner import Scanner
from streamer.indexer.study_description import describe_study
from streamer.ipc.messages import FromIndexer, StudyDescribed
from streamer.loader.frame_reader import FrameReader
from tests.data.phantoms import write_placed

NAMES = [
    b"M\xfcller_3.dcm", b"Kr\xe4nkle/1.dcm", b"Kr\xe4nkle/\xff\xfe", b"100%.dcm", b"%FC.dcm", b"\xfc.dcm", b"\xed\xa0\x80.dcm",
    "Ägypten/日本.dcm".encode(), b"new\nline.dcm", b"a b\t'\".dcm", b"\\.dcm", b"%", b"%%25", b"\xc3", b"\xf0\x9f\x98",
]  # fmt: skip


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_every_name_has_a_text_and_comes_back(name: bytes) -> None:
    path = os.fsdecode(name)
    text = archive_path.to_text(path)
    assert text.encode("utf-8").decode("utf-8") == text
    assert archive_path.from_text(text) == path
    assert archive_path.to_text(path).count("/") == path.count("/")


def test_names_that_are_plain_are_themselves() -> None:
    for name in ("series/0001.dcm", "Müller/日本.dcm", "a b'\"\n.dcm"):
        assert archive_path.to_text(name) == name


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_that_name_is_listed_and_read(tmp_path: Path, name: bytes) -> None:
    root = tmp_path / "archive"
    write_placed(root / "s", 5)
    there = os.path.join(os.fsencode(root), name)
    os.makedirs(os.path.dirname(there), exist_ok=True)
    os.rename(os.fsencode(root / "s/002.dcm"), there)
    with Index(tmp_path / "index.sqlite") as index:
        looking = Scanner(root, tmp_path / "index.sqlite", lambda status: None)
        looking._look(index, Presence(index), full=True)
        study = index.connection.execute("SELECT study, image_count FROM studies").fetchone()
        assert study[1] == 5
        described = describe_study(index, root, 1, study[0])
    assert described is not None
    assert described.missing == ()
    sent = msgspec.msgpack.Decoder(FromIndexer).decode(msgspec.msgpack.encode(described))
    assert isinstance(sent, StudyDescribed)
    (plan,) = msgspec.json.decode(msgspec.json.encode(sent), type=StudyDescribed).plans
    assert plan.stack.geometry.volumetric
    reader = FrameReader(plan, root)
    values = []
    for frame in range(5):
        out = np.zeros((8, 8), np.int16)
        reader.read(frame, out)
        values.append(int(out[0, 0]))
    reader.close()
    assert values == [4, 3, 2, 1, 0]


def test_a_second_look_knows_them_again(tmp_path: Path) -> None:
    write_placed(tmp_path / "s", 2)
    os.rename(tmp_path / "s", os.path.join(os.fsencode(tmp_path), b"\xfc"))
    source = FolderSource(tmp_path)
    first, second = source.walk(), source.walk(every_file=False)
    assert first.files == second.files
    assert sorted(first.files) == ["%FC/000.dcm", "%FC/001.dcm"]
    assert first.unknown == []
