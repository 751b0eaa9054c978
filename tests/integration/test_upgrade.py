"""The upgrade page's first step, as it happens: the checkout is updated under a Farview that runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from signaling.cli.program_copy import COPY_VARIABLE
from tests.integration.test_serve import get, hosts_of, serving, sign_in, wait_for

ROOT = Path(__file__).parents[2]
PARTS = ("signaling", "streamer", "web")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that `python -m signaling` is started from, and that can be spoilt."""
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / "checkout" / part)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "checkout"))
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.delenv(COPY_VARIABLE, raising=False)
    return tmp_path / "checkout"


def update(checkout: Path) -> None:
    """To a version of which nothing fits what runs."""
    for part in PARTS:
        for path in [*(checkout / part).rglob("*.py"), *(checkout / part).rglob("*.js")]:
            path.write_text("of another version (")


def test_what_runs_goes_on_as_it_was_started_and_starts_its_children_so(
    checkout: Path, tmp_path: Path
) -> None:
    with serving(tmp_path) as farview:
        cookie = sign_in(farview).partition(";")[0]
        with get(f"{farview.base}/", cookie) as answer:
            page = answer.read().decode()
        update(checkout)
        with get(f"{farview.base}/", cookie) as answer:
            assert answer.read().decode() == page, "another build"
        found = re.search(r'src="([^"]+\.js)"', page)
        assert found is not None
        with get(f"{farview.base}/{found[1].lstrip('/')}", cookie) as answer:
            assert answer.status == 200
            assert "of another version" not in answer.read().decode()
        before, since = farview.host(), hosts_of(farview, cookie)[0]["since"]
        os.kill(before, signal.SIGKILL)
        wait_for(
            lambda: (host := hosts_of(farview, cookie)[0])["state"] == "ready" and host["since"] != since
        )
        wait_for(lambda: hosts_of(farview, cookie)[0]["renderer"])
        assert farview.host() != before


def test_a_farview_that_can_make_no_copy_says_so_and_runs(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "farview").mkdir()
    (tmp_path / "cache" / "farview" / "program").write_text("no folder")
    (tmp_path / "tmp" / f"farview-{os.getuid()}").mkdir(parents=True)
    (tmp_path / "tmp" / f"farview-{os.getuid()}" / "program").write_text("no folder")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    with serving(tmp_path) as farview:
        farview.process.send_signal(signal.SIGTERM)
        _, said = farview.process.communicate(timeout=40)
    assert "no copy of the program could be made" in said
    assert "Traceback" not in said
