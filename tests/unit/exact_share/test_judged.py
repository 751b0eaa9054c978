"""The share of plainly exact images: judged as the host judges, counted by reason."""

from __future__ import annotations

from pathlib import Path

from scripts.exact_share.__main__ import judged_in, table
from tests.data.phantoms import write_image


def test_each_image_file_counts_once_by_what_stands_against_it(tmp_path: Path) -> None:
    write_image(tmp_path / "plain.dcm")
    write_image(tmp_path / "told.dcm", BurnedInAnnotation="YES")
    write_image(tmp_path / "shutter.dcm", ShutterShape="CIRCULAR")
    write_image(tmp_path / "refused.dcm", PhotometricInterpretation="HSV")
    write_image(tmp_path / "report.dcm", PixelData=None)
    (tmp_path / "notes.txt").write_text("no image")
    cut = write_image(tmp_path / "cut.dcm", NumberOfFrames=2)
    files = judged_in(tmp_path)
    assert {judged.path.stem: judged.is_shown for judged in files} == {
        "cut": False, "plain": True, "told": True, "shutter": True, "refused": False,
    }  # fmt: skip
    assert {judged.path.stem: judged.reasons for judged in files if judged.is_shown} == {
        "plain": (), "told": (), "shutter": ("shutter",),
    }  # fmt: skip
    lines = list(table([("these", files)]))
    assert "| these | 5 | 3 | 2 | 66.7 % |" in lines
    assert "| `shutter` | 1 | shutter.dcm |" in lines
    assert any(line.startswith("| not shown: ") and cut.name in line for line in lines)
