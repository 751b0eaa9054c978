"""The files of the image cache are cut short under an open study: what is shown comes again by itself, and is proven anew."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import REPLACED
from tests.e2e.test_replaced_images import write
from tests.running.farview_process import running

TOLD = "() => glass.words('state').some((s) => s.viewports.some((v) => v.message.includes('loaded again')))"


def test_images_whose_cache_is_emptied_come_again_by_themselves(browser: Browser, tmp_path: Path) -> None:
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
            os.truncate(file, 0)
        reader.until(TOLD, what="the words that it is loaded again")
        reader.exact()
        assert all(file.stat().st_size for file in files), "written anew"
        assert set(workers) <= {process.pid for process in farview.children("streamer.worker")}, (
            "none died of it"
        )
        context.close()
