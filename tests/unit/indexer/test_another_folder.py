"""A folder that was mounted or unmounted since the indexer began is not called one without rights, and is looked at at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from streamer.dicom.index import Index
from streamer.dicom.sources.folder import SourceFault
from streamer.indexer import questions
from streamer.indexer.questions import ANOTHER_FOLDER, Questions
from streamer.ipc.messages import DescribeStudy, Fault


class Channel:
    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, message: Any) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("shut_out", [False, True])
def test_what_is_said_and_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent: bool, shut_out: bool
) -> None:
    def closed(*_: object) -> None:
        raise SourceFault("The archive's folder can't be read: Permission denied. Check its path and rights.")

    monkeypatch.setattr(questions, "describe_study", closed)
    channel, looks = Channel(), list[str]()
    index = Index(tmp_path / "index.sqlite")
    asked = Questions(cast(Any, channel), index, tmp_path, lambda: shut_out, lambda: looks.append("now"))
    asked.answer(DescribeStudy(request=1, study="1.2"), lambda: looks.append("soon"), silent=silent)
    (fault,) = channel.sent
    assert isinstance(fault, Fault)
    is_another = shut_out and not silent
    assert (fault.message == ANOTHER_FOLDER) is is_another
    assert ("Permission denied" in fault.message) is (not shut_out and not silent)
    assert looks == (["now"] if is_another else [])
    index.close()
