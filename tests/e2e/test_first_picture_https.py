"""The way to the first picture over HTTPS: the same as over HTTP, and no more connections and handshakes than it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from signaling.auth.certificate_authority import CertificateAuthority
from tests.e2e.conftest import Readers, sign_in
from tests.e2e.reader import Reader
from tests.e2e.studies import FIRST
from tests.e2e.test_first_picture import (
    test_a_style_sheet_that_comes_last_takes_nothing_from_the_first_request,
    test_hello_and_the_request_go_with_the_opening_of_the_socket_once,
    test_no_file_waits_for_a_chain_of_others_and_the_whole_page_is_light,
    test_seat_and_study_are_asked_for_before_the_interface_is_there,
    test_until_the_tools_are_there_nothing_is_proven_and_nothing_can_be_done,
    test_what_a_picture_does_without_is_fetched_after_it,
)
from tests.running.farview_process import FarviewProcess, running

__all__ = [
    "test_a_style_sheet_that_comes_last_takes_nothing_from_the_first_request",
    "test_no_file_waits_for_a_chain_of_others_and_the_whole_page_is_light",
    "test_seat_and_study_are_asked_for_before_the_interface_is_there",
    "test_hello_and_the_request_go_with_the_opening_of_the_socket_once",
    "test_until_the_tools_are_there_nothing_is_proven_and_nothing_can_be_done",
    "test_what_a_picture_does_without_is_fetched_after_it",
]
TRUSTING = {"ignore_https_errors": True}
"""The authority is made for this test, and in no list of the browser's."""


@pytest.fixture(scope="module")
def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    """One of its own that speaks HTTPS."""
    folder = tmp_path_factory.mktemp("https")
    certificate, key = CertificateAuthority.open(folder / "tls").certificate_for({"127.0.0.1"})
    with running([data], folder, "--cert", str(certificate), "--key-file", str(key)) as process:
        assert process.url.startswith("https://")
        yield process


@pytest.fixture(scope="module")
def signed_in(browser: Browser, farview: FarviewProcess) -> tuple[Any, str]:
    """A reader of that one."""
    return sign_in(browser, farview, **TRUSTING)


@pytest.fixture
def readers(readers: Readers) -> Readers:
    """Readers whose browser takes the certificate."""

    def reader(**options: Any) -> Reader:
        return readers(**TRUSTING, **options)

    return reader


def test_the_browser_speaks_tls_and_makes_no_connection_twice(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.page.goto(reader.address(FIRST))
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    reader.until("() => customElements.get('fv-worklist') !== undefined", what="the worklist's script")
    files = reader.see(
        """() => ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).map((entry) => ({
          name: entry.name.split('?')[0].split('/').at(-1),
          protocol: entry.nextHopProtocol,
          secured: entry.secureConnectionStart > 0,
          made: entry.connectEnd > entry.connectStart,
          redirects: entry.redirectCount ?? 0,
        }))"""
    )
    assert len(files) >= 6
    assert all(each["secured"] for each in files if each["made"]), files
    assert {each["redirects"] for each in files} == {0}
    # The page makes one; what comes beside its first script another; and all that comes later uses these.
    assert sum(each["made"] for each in files) <= 2, files
    later = {each["name"]: each["made"] for each in files}
    assert not any(later[name] for name in ("interface.js", "tools.js", "lists.js")), later
