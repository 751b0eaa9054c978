"""The files of the image cache are cut short or zeroed under an open study: what is shown comes again, and is proven anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import REPLACED
from tests.e2e.test_replaced_images import write
from tests.running.farview_process import running

TOLD = "() => glass.words('state').some((s) => s.viewports.some((v) => v.message.includes('loaded again')))"
LACKS = "() => glass.words('state').at(-1).viewports.some((v) => v.message.includes('loaded again'))"
HEADER, STATES, END = 0, 4096, 8192


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def zeros(file: Path, begin: int, end: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(begin)
        opened.write(bytes(end - begin))


def zeroed(file: Path) -> None:
    zeros(file, 0, file.stat().st_size)


def without_header(file: Path) -> None:
    zeros(file, HEADER, STATES)


def without_states(file: Path) -> None:
    zeros(file, STATES, END)


@pytest.mark.parametrize("damage", [emptied, zeroed, without_header, without_states])
def test_images_whose_cache_is_damaged_come_again_by_themselves(
    browser: Browser, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    write(tmp_path / "data", 0, 1.6e9)
    with running([tmp_path / "data"], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        reader.open(REPLACED)
        reader.exact()
        workers = [process.pid for process in farview.children("streamer.worker")]
        files = list((tmp_path / "cache").rglob("*.pixels"))
        assert files
        for file in files:
            damage(file)
        reader.until(TOLD, what="the words that it is loaded again")
        reader.until(f"() => !({LACKS})()", what="no such words any more")
        reader.exact()
        assert all(file.read_bytes().startswith(b"FARVIEW") for file in files), "written anew"
        assert all(any(file.read_bytes()[STATES:END]) for file in files)
        assert set(workers) <= {process.pid for process in farview.children("streamer.worker")}, (
            "none died of it"
        )
        context.close()
