"""What a reader saved as proven is drawn again from the files alone, byte for byte, long after the session."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from signaling.protocol import control
from tests.data.phantoms import write_tiny
from tests.running.farview_process import FARVIEW, FarviewProcess, running
from tests.running.page_client import seated

SECONDS = 50.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_tiny(folder / "phantom")
    return folder


@pytest.fixture(scope="module")
def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        yield process


def drawn_again(record: Path, data: Path) -> subprocess.CompletedProcess[str]:
    command = [FARVIEW, "render", "--state", record, "--data", data]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.mark.parametrize(
    ("commands", "colours"),
    [
        ((("zoom.by", 1.7), ("voi.set", (300.0, 1200.0))), "grey"),
        ((("layout.set", "mpr+3d"),), "colour"),
    ],
    ids=["stack", "planes and volume"],
)
async def test_a_saved_record_is_drawn_again(
    farview: FarviewProcess,
    data: Path,
    tmp_path: Path,
    commands: tuple[tuple[str, control.CommandValue], ...],
    colours: str,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await client.until(lambda: client.loaded, "loaded")
        client.move(steps=3)
        for name, value in commands:
            await client.applied(client.command(name, value))
        proof = await client.at_rest()
        client.tell(control.RecordRequest(sha256=proof.sha256))
        answer = await client.says(control.ProofRecord)
    record = tmp_path / "record.json"
    record.write_text(answer.record, encoding="utf-8")
    told = drawn_again(record, data)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"sha256     {proof.sha256}" in told.stdout
    assert "record     equal, byte for byte" in told.stdout
    assert f"{proof.width} × {proof.height}, {colours}" in told.stdout
