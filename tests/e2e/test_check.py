"""The check of a device in a real browser, against a real host: what it finds is true, and can be copied and sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader

BLOCKED = Path(__file__).with_name("blocked_udp.js").read_text(encoding="utf-8")

ROWS = (
    "() => Object.fromEntries([...document.querySelectorAll('[data-check]')].map((row) => [row.dataset.check,"
)
ROWS += " { outcome: row.dataset.outcome, words: row.lastChild.textContent }]))"


def checked(reader: Reader) -> dict[str, dict[str, Any]]:
    """The rows, when all are there."""
    reader.page.goto(f"{reader.base}/check")
    reader.page.wait_for_selector("fv-check[data-state=done]", timeout=60_000)
    return reader.see(ROWS)  # type: ignore[no-any-return]


def test_a_device_that_is_well_is_told_so_and_its_result_is_copied_and_reaches_the_administrator(
    readers: Readers,
) -> None:
    reader = readers(tap=False, permissions=["clipboard-read", "clipboard-write"])
    rows = checked(reader)
    for name in ("secure", "webrtc", "codecs", "frames", "baseline", "high", "lossless", "ramp", "png"):
        assert rows[name]["outcome"] == "good", (name, rows[name])
    for name in ("canvas", "hash", "server", "seat"):
        assert rows[name]["outcome"] == "good", (name, rows[name])
    assert "Largest error 0 of 255; 256 of 256" in rows["ramp"]["words"]
    assert "direct, udp" in rows["seat"]["words"]
    reader.page.get_by_role("button", name="Copy result").click()
    reader.page.get_by_role("button", name="Copied").wait_for()
    copied = reader.see("() => navigator.clipboard.readText()")
    assert copied.startswith("Farview device check, ")
    assert "good  Hash (SHA-256): Right" in copied
    reader.page.get_by_role("button", name="Send to administrator").click()
    reader.page.get_by_text("Your administrator finds it").wait_for()
    reader.page.goto(f"{reader.base}/admin")
    sent = reader.page.locator(".device-checks details").first
    sent.wait_for()
    sent.locator("summary").click()
    assert "seat: good" in sent.inner_text()


def test_nobody_needs_to_sign_in_for_what_needs_no_host(readers: Readers) -> None:
    reader = readers(tap=False, signed=False)
    reader.page.goto(reader.base)
    reader.page.get_by_role("link", name="Check this device").click()
    reader.page.wait_for_selector("fv-check[data-state=done]", timeout=60_000)
    rows = reader.see(ROWS)
    assert (rows["lossless"]["outcome"], rows["seat"]["outcome"]) == ("good", "told")
    assert reader.page.get_by_role("button", name="Send to administrator").count() == 0


def test_a_browser_that_changes_what_a_canvas_gives_back_is_found_out(readers: Readers) -> None:
    script = """
      const read = CanvasRenderingContext2D.prototype.getImageData;
      CanvasRenderingContext2D.prototype.getImageData = function (...where) {
        const image = read.apply(this, where);
        if (image.data.length > 40_000) image.data[4000] ^= 1;
        return image;
      };
    """
    reader = readers(tap=False, script=script)
    rows = checked(reader)
    assert rows["canvas"]["outcome"] == "bad"
    assert rows["canvas"]["words"].startswith("1 pixel comes back changed")
    assert "in the way" in reader.page.get_by_role("status").inner_text()


def test_where_udp_is_blocked_the_way_over_websocket_is_found_and_called_weak(readers: Readers) -> None:
    rows = checked(readers(tap=False, script=BLOCKED))
    assert rows["seat"]["outcome"] == "weak", rows["seat"]
    assert "over WebSocket" in rows["seat"]["words"]
    assert "no relay (TURN) is set up" in rows["seat"]["words"]


def test_a_browser_without_what_reading_needs_is_told_what(readers: Readers) -> None:
    script = "delete window.RTCPeerConnection; delete window.VideoDecoder; delete window.MediaStreamTrackProcessor;"
    rows = checked(readers(tap=False, script=script))
    assert rows["webrtc"]["outcome"] == "bad"
    assert "WebRTC" in rows["webrtc"]["words"]
    assert rows["baseline"]["outcome"] == "told"
    assert rows["frames"]["outcome"] == "weak"
    assert rows["seat"]["outcome"] == "bad"
