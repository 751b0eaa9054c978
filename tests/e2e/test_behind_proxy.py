"""Chromium behind a real nginx that ends TLS: a live picture, also below a path; and words where nobody named the proxy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import NETWORK
from tests.running.farview_process import FarviewProcess, running
from tests.running.proxy import Proxy, nginx
from tests.running.signing_in import token_of


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that does not mind who signed the proxy's certificate."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800})
    context.add_init_script(path=TAP)
    yield context
    context.close()


def signed_in(context: BrowserContext, proxy: Proxy, farview: FarviewProcess) -> Reader:
    """A reader who came in through the proxy."""
    reader = Reader(context, proxy.url, "")
    reader.provoked.append("status of 401")  # until its token has signed in
    reader.page.goto(f"{proxy.url}/#token={token_of(farview.url)}")
    return reader


@pytest.mark.parametrize(("path", "cut"), [("", False), ("/apps/farview", False), ("/apps/farview", True)])
def test_a_live_picture_behind_nginx(
    context: BrowserContext, data: Path, tmp_path: Path, path: str, cut: bool
) -> None:
    options = ("--trusted-proxy", "127.0.0.1", *(("--base-path", path) if path else ()))
    with (
        running([data / NETWORK.name], tmp_path, *options) as farview,
        nginx(tmp_path / "proxy", farview.port, path=path, cut=cut) as proxy,
    ):
        assert urlsplit(farview.url).path == f"{path}/"
        reader = signed_in(context, proxy, farview)
        reader.page.wait_for_selector("tr[data-study]")
        cookies = {cookie["path"]: cookie["secure"] for cookie in context.cookies()}
        assert cookies == {path or "/": True}
        reader.open(NETWORK)
        image = reader.record()["image"]
        reader.wheel(2)
        reader.image(image + 2)
        reader.exact()
        reader.page.get_by_role("button", name="Worklist").click()
        reader.page.wait_for_url(f"{proxy.url}/worklist")
        reader.page.locator("tr[data-study]").first.click()
        reader.page.wait_for_url(f"{proxy.url}/viewer?*")
        reader.live()
        reader.page.goto(f"{proxy.url}/admin")
        reader.page.wait_for_selector("fv-admin tbody tr")
        reader.page.goto(f"{proxy.url}/check")
        reader.page.wait_for_selector("fv-check[data-state]:not([data-state=running])", timeout=60_000)
        assert reader.faults == []


def test_a_proxy_that_nobody_named_is_named_on_the_page(
    context: BrowserContext, data: Path, tmp_path: Path
) -> None:
    with (
        running([data / NETWORK.name], tmp_path) as farview,
        nginx(tmp_path / "proxy", farview.port) as proxy,
    ):
        reader = signed_in(context, proxy, farview)
        words = (
            f"The page's origin is {proxy.url}, this server takes itself for http://localhost:{proxy.port}."
        )
        reader.until("(words) => document.body.innerText.includes(words)", words, seconds=30)
        assert "--trusted-proxy" in reader.words()
        # A cookie does not tell ports apart: who is signed in past the proxy is so behind it.
        reader.page.goto(f"http://localhost:{farview.port}/#token={token_of(farview.url)}")
        reader.page.wait_for_selector("tr[data-study]")
        reader.page.goto(reader.address(NETWORK))
        reader.until("(words) => document.body.innerText.includes(words)", words, seconds=30)
    assert farview.log.count("request of another origin refused") == 1
