"""One browser and one Farview for all tests here; each test has contexts of its own, and each fails on any fault of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.reader import SECONDS, TAP, Reader
from tests.e2e.studies import write_studies
from tests.running.farview_process import FarviewProcess, running, wait_until

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Readers = Callable[..., Reader]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of studies."""
    folder = tmp_path_factory.mktemp("studies")
    write_studies(folder)
    return folder


@pytest.fixture(scope="package")
def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    """Farview with these studies."""
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        assert process.url
        yield process


def base_of(farview: FarviewProcess) -> str:
    """Scheme, host and port."""
    return farview.base


@pytest.fixture(scope="package")
def signed_in(browser: Browser, farview: FarviewProcess) -> tuple[Any, str]:
    """The cookie of a reader who has signed in by the printed address, and the id of the archive listed."""
    return sign_in(browser, farview)


def sign_in(browser: Browser, farview: FarviewProcess, **options: Any) -> tuple[Any, str]:
    """Signs in by the printed address, and waits until the archive is read: the cookie, and the id of the archive."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(farview.url)
    archive = page.wait_for_selector("tr[data-study]").get_attribute("data-archive")
    wait_until(lambda: is_read(page), SECONDS, "the archive has been read")
    state = context.storage_state()
    context.close()
    return state, archive


def is_read(page: Page) -> bool:
    """Whether the indexer has looked through all archives; asked by the page, whose network may be one of its own."""
    archives = page.evaluate("async () => (await (await fetch('api/worklist')).json()).archives")
    return bool(archives) and not any(archive["scanning"] for archive in archives)


@pytest.fixture
def readers(browser: Browser, farview: FarviewProcess, signed_in: tuple[Any, str]) -> Iterator[Readers]:
    """Makes readers, signed in unless told otherwise; at the end none of their pages may have had a fault."""
    made: list[Reader] = []
    cookie, archive = signed_in

    def reader(*, signed: bool = True, tap: bool = True, script: str = "", **options: Any) -> Reader:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        options.setdefault("storage_state", cookie if signed else None)
        context = browser.new_context(**options)
        if tap:
            context.add_init_script(path=TAP)
        if script:
            context.add_init_script(script)
        made.append(Reader(context, base_of(farview), archive))
        return made[-1]

    yield reader
    faults = [fault for reader in made for fault in reader.faults]
    for context in {reader.context for reader in made}:
        context.close()
    assert faults == []


@pytest.fixture
def reader(readers: Readers) -> Reader:
    """One reader at a desk."""
    return readers()
