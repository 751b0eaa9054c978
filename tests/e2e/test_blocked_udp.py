"""Where no UDP passes, the seat is on a WebSocket: the same picture, hand and exact still; elsewhere it never is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import EXACT, PICTURE

BLOCKED = Path(__file__).with_name("blocked_udp.js").read_text(encoding="utf-8")
TRANSPORT = "() => document.querySelector('[data-session]')?.dataset.transport"


@pytest.fixture
def blocked(readers: Readers) -> Reader:
    """A reader behind a firewall."""
    return readers(script=BLOCKED)


def test_a_study_opens_and_follows_the_hand(blocked: Reader) -> None:
    blocked.open_afresh(PICTURE)
    assert blocked.see(TRANSPORT) == "socket"
    blocked.wheel(3)
    blocked.image(4)
    assert blocked.drawn_number() == blocked.record()["instance"]
    blocked.keys("End")
    blocked.image(blocked.record()["images"])
    assert blocked.drawn_number() == blocked.record()["instance"]


def test_the_picture_at_rest_is_proven_exact(blocked: Reader) -> None:
    blocked.open_afresh(EXACT)
    first = blocked.exact()
    assert hashlib.sha256(blocked.canvas().tobytes()).hexdigest() == first
    blocked.wheel(1)
    blocked.until("(old) => document.querySelector('[data-session]').dataset.sha256 !== old", first)
    second = blocked.exact()
    assert second != first
    assert hashlib.sha256(blocked.canvas().tobytes()).hexdigest() == second
    assert blocked.see(TRANSPORT) == "socket"


def test_what_carries_the_seat_is_said(blocked: Reader) -> None:
    blocked.open_afresh(PICTURE)
    blocked.until("() => /WebSocket/.test(document.querySelector('fv-badge').dataset.tip)")
    blocked.page.locator(".badge-button").click()
    row = blocked.page.locator("[data-figure=way]")
    row.get_by_text("over WebSocket").wait_for()


def test_where_udp_passes_no_stream_is_opened(readers: Readers) -> None:
    reader = readers(script=f"window.udp = true; {BLOCKED}")
    reader.open_afresh(PICTURE)
    assert reader.see(TRANSPORT) == "webrtc"
    assert reader.see("() => window.streams.opened") == 0


def test_a_browser_without_webcodecs_says_so(readers: Readers) -> None:
    reader = readers(script=f"delete window.VideoDecoder; {BLOCKED}")
    reader.page.goto(reader.address(PICTURE))
    reader.until("() => document.body.innerText.includes('(WebCodecs)')", what="what this browser lacks")
    assert reader.see("() => window.streams.opened") == 0
