"""The file that `farview render` is given: whatever it holds is understood, or refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streamer.cli.saved_view import read_saved_view
from streamer.errors import FarviewError

VIEW = {"study": "1.2.3", "width": 10, "height": 20, "view": {"format": 1}}


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "view.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_a_view_as_plain_json(tmp_path: Path) -> None:
    saved = read_saved_view(written(tmp_path, json.dumps({**VIEW, "more": 1})))
    assert (saved.study, saved.width, saved.height, saved.view, saved.sha256) == (
        "1.2.3", 10, 20, {"format": 1}, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        (b"\xff\xfe\x00", "no JSON object"),
        ("{}", "is no view"),
        (json.dumps({**VIEW, "width": "wide"}), "is no view"),
        (json.dumps({"payload": "e30", "protected": "e30", "signature": ""}), "no good record"),
        (json.dumps({"payload": 7}), "no good record"),
    ],
)
def test_anything_else_is_refused_in_words(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(FarviewError, match=sentence):
        read_saved_view(written(tmp_path, text))


def test_a_file_that_is_not_there_or_is_endless_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FarviewError, match="can't be read"):
        read_saved_view(tmp_path / "nothing.json")
    with pytest.raises(FarviewError, match="larger than any"):
        read_saved_view(written(tmp_path, b" " * 2_000_000))
