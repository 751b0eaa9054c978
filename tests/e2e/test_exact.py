"""The exact picture in a real browser: what is green is the renderer's own, bit for bit, and nothing else is ever green."""

from __future__ import annotations

import base64
import hashlib
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import CHROMIUM, QUIET, Readers, base_of
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import EXACT, ULTRASOUND
from tests.running.farview_process import FARVIEW, FarviewProcess, stop_process

FLIP = "bytes[bytes.length >> 2] ^= 1;"
SPOILED = {
    "the picture on its way": f"""(() => {{
      const copyTo = VideoFrame.prototype.copyTo;
      VideoFrame.prototype.copyTo = async function (bytes, options) {{
        const layout = await copyTo.call(this, bytes, options);
        if (window.spoils) {FLIP}
        return layout;
      }};
    }})();""",
    "the canvas, when it is drawn": """(() => {
      const put = CanvasRenderingContext2D.prototype.putImageData;
      CanvasRenderingContext2D.prototype.putImageData = function (image, x, y) {
        put.call(this, image, x, y);
        if (!window.spoils) return;
        const pixel = this.getImageData(image.width >> 1, image.height >> 1, 1, 1);
        pixel.data[1] ^= 1;
        put.call(this, pixel, image.width >> 1, image.height >> 1);
      };
    })();""",
    "what the canvas gives back": """(() => {
      const get = CanvasRenderingContext2D.prototype.getImageData;
      CanvasRenderingContext2D.prototype.getImageData = function (x, y, width, height) {
        const image = get.call(this, x, y, width, height);
        if (window.spoils && width > 256) for (let channel = 0; channel < 3; channel += 1) image.data[4000 + channel] ^= 1;
        return image;
      };
    })();""",
}
SPOILED_IMAGE = """(() => {
  const get = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...box) {
    const image = get.call(this, ...box);
    if (window.spoils && !this.canvas.isConnected) image.data[4000] ^= 1;
    return image;
  };
})();"""
WITHHELD = """(() => {
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    if (!window.withholds || typeof data !== 'string' || JSON.parse(data).type !== 'resize') send.call(this, data);
  };
})();"""
EMPTIED = """(() => {
  const digest = SubtleCrypto.prototype.digest;
  SubtleCrypto.prototype.digest = async function (...what) {
    const hash = await digest.call(this, ...what);
    if (window.empties && --window.empties === 0) {
      const canvas = document.querySelector('canvas[data-picture]');
      canvas.dispatchEvent(new Event('contextlost'));
      canvas.getContext('2d').fillRect(0, 0, canvas.width, canvas.height);
    }
    return hash;
  };
})();"""
SPOILED_HASH = """() => glass.falsify((message) => message.type === 'still' && window.spoils
  ? { ...message, sha256: message.sha256.replace(/^./, (digit) => (parseInt(digit, 16) ^ 1).toString(16)) } : null)"""
SPOILED_CODE = """(() => {
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = function (options) {
    const connection = new Peer({ ...options, encodedInsertableStreams: true });
    connection.addEventListener('track', ({ receiver, transceiver }) => {
      const { readable, writable } = receiver.createEncodedStreams();
      const isStill = connection.getTransceivers().indexOf(transceiver) > 0;
      const change = new TransformStream({ transform(frame, pass) {
        if (isStill && window.spoils) {
          const bytes = new Uint8Array(frame.data);
          bytes[Math.floor(bytes.length * window.spoils)] ^= 4;
          frame.data = bytes.buffer;
          window.spoiled = (window.spoiled ?? 0) + 1;
        }
        pass.enqueue(frame);
      } });
      readable.pipeThrough(change).pipeTo(writable).catch(() => undefined);
    });
    return connection;
  };
  Object.setPrototypeOf(window.RTCPeerConnection, Peer);
  window.RTCPeerConnection.prototype = Peer.prototype;
})();"""


def proofs(reader: Reader) -> list[dict[str, Any]]:
    """What the host said of its stills since the study was opened."""
    return reader.see("() => glass.words('still')")  # type: ignore[no-any-return]


def badge(reader: Reader) -> str:
    """What the badge says, in words."""
    return reader.page.locator("fv-badge").inner_text().replace("\n", " ")


def step(reader: Reader, notches: int = 1) -> None:
    """Turns the wheel, to another picture."""
    before = reader.see("() => document.querySelector('[data-session]').dataset.revision")
    reader.wheel(notches)
    reader.until("(r) => document.querySelector('[data-session]').dataset.revision !== r", before)


def hide(reader: Reader, hidden: bool) -> None:
    """As if the tab went to the background, or came back."""
    reader.see(
        "(hidden) => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });"
        " document.dispatchEvent(new Event('visibilitychange')) }",
        hidden,
    )


def test_what_is_green_has_the_hash_of_its_pixels_and_a_fresh_renderer_draws_the_same(
    reader: Reader, data: Path, tmp_path: Path
) -> None:
    reader.open_afresh(EXACT)
    reader.keys("Digit5")
    step(reader, 6)
    named = reader.exact()
    pixels = reader.canvas()
    assert pixels.ndim == 2
    assert pixels.std() > 20
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == named
    assert badge(reader).startswith("Exact")
    assert reader.green() != []
    assert reader.page.locator("[data-viewport='0']").get_attribute("data-fidelity") == "exact"
    assert "stream:" not in reader.words()

    reader.keys("q")
    with reader.page.expect_download() as record:
        reader.page.get_by_role("button", name="Save record").click()
    with reader.page.expect_download() as picture:
        reader.page.get_by_role("button", name="Save picture").click()
    assert EXACT.surname not in record.value.suggested_filename
    paths = [tmp_path / "record.json", tmp_path / "picture.png"]
    for download, path in zip((record, picture), paths, strict=True):
        download.value.save_as(path)
    saved = imagecodecs.png_decode(paths[1].read_bytes())
    assert (saved == pixels).all()
    command(["verify", paths[0], "--picture", paths[1]])
    command(["render", "--state", paths[0], "--data", data / EXACT.name, "--out", tmp_path / "again.png"])
    assert (imagecodecs.png_decode((tmp_path / "again.png").read_bytes()) == pixels).all()


def command(words: list[Any]) -> None:
    """Runs a command of Farview, which must go well."""
    done = subprocess.run([FARVIEW, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hand_takes_green_away_in_the_same_task_before_anything_is_sent(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    acts = {
        "wheel": "stage.dispatchEvent(new WheelEvent('wheel', { deltaY: 120, ...at }))",
        "press": "stage.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 9, buttons: 1, ...at }))",
        "key": "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'i', code: 'KeyI', bubbles: true }))",
        "button": "document.querySelector('fv-toolbar button[data-tip=Invert]').click()",
        "finger": "const touch = { ...at, pointerId: 8, pointerType: 'touch', isPrimary: true, buttons: 1 };"
        " stage.dispatchEvent(new PointerEvent('pointerdown', touch));"
        " stage.dispatchEvent(new PointerEvent('pointermove', { ...touch, clientX: left + 240 }))",
    }
    for name, act in acts.items():
        reader.exact()
        reader.see("() => [glass.claimed(), glass.claimedWhenSent()].length")
        claim = reader.see(
            "() => { const stage = document.querySelector('fv-stage');"
            " const { left, top } = stage.getBoundingClientRect();"
            " const at = { clientX: left + 200, clientY: top + 200, bubbles: true, cancelable: true };"
            f" {act};"
            " const { fidelity, sha256 = null } = document.querySelector('[data-session]').dataset;"
            " return [fidelity, sha256, document.querySelector('fv-badge').dataset.fidelity] }"
        )
        assert claim == ["lossy", None, "lossy"], name
        assert set(reader.see("() => glass.claimedWhenSent()")) == {"lossy"}, name
        if name in ("press", "finger"):
            reader.page.mouse.move(*reader.middle())
            reader.see("() => window.dispatchEvent(new Event('blur'))")


def test_going_back_is_proven_without_being_sent_and_a_click_without_effect_too(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    first = reader.exact()
    step(reader)
    assert reader.exact() != first
    step(reader, -1)
    assert reader.exact() == first
    assert [proofs(reader)[-1][name] for name in ("method", "size")] == ["held", 0]
    assert hashlib.sha256(reader.canvas().tobytes()).hexdigest() == first
    count = len(proofs(reader))
    reader.page.mouse.click(*reader.middle())
    reader.until("(n) => glass.words('still').length > n", count)
    assert reader.exact() == first


def test_a_moving_picture_is_lossy_and_says_by_how_much(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.see(
        "() => glass.follow(() => [glass.fidelity(), document.querySelector('fv-badge').innerText.replaceAll('\\n', ' '),"
        " document.querySelector('.corner.bottomRight').innerText, document.querySelector('fv-badge').offsetWidth])"
    )
    for notches in (5, -3, 4):
        reader.wheel(notches)
    reader.exact()
    samples = reader.see("() => glass.followed()")
    moving = [(said, corner) for fidelity, said, corner, _ in samples if fidelity == "lossy"]
    assert any(re.search(r"Lossy · [\d.]+:1", said) for said, _ in moving)
    assert any(re.search(r"stream: lossy [\d.]+:1 \(H\.264\)", corner) for _, corner in moving)
    assert not any("Exact" in said for said, _ in moving)
    assert not any("stream" in corner for fidelity, _, corner, _ in samples if fidelity == "exact")
    assert len({width for *_, width in samples}) == 1, "a badge that grows moves the picture"


def test_hovering_takes_nothing_away(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.exact()
    reader.see("() => glass.claimed().length")
    x, y = reader.middle()
    reader.page.mouse.move(x - 200, y - 100, steps=5)
    reader.page.mouse.move(x + 200, y + 100, steps=5)
    assert reader.see("() => [glass.fidelity(), glass.claimed().length]") == ["exact", 0]


@pytest.mark.parametrize("where", [*SPOILED, "the hash"])
def test_one_flipped_bit_is_never_green_and_stays_red(readers: Readers, where: str) -> None:
    reader = readers(script=SPOILED.get(where, ""))
    reader.provoked = ["mismatch"]
    reader.open_afresh(EXACT)
    reader.exact()
    if where == "the hash":
        reader.see(SPOILED_HASH)
    reader.see("() => { window.spoils = true; glass.claimed() }")
    step(reader, 3)
    reader.until(
        "() => glass.said('still.checked').filter(({ verdict }) => verdict === 'mismatch').length === 2",
        what="two mismatches",
    )
    assert reader.see("() => glass.words('still').at(-1).attempt") == 2
    assert reader.see("() => glass.fidelity()") == "mismatch"
    assert badge(reader).startswith("Mismatch")
    assert reader.green() == []
    assert "Do not read what you see" in reader.words()
    reader.see("() => { window.spoils = false; glass.follow(() => glass.fidelity()) }")
    reader.page.mouse.click(*reader.middle())
    reader.until("() => glass.following.samples.length > 60", what="time for another proof")
    assert set(reader.see("() => glass.followed()")) == {"mismatch"}, "it stays red until the picture changes"
    assert "exact" not in reader.see("() => glass.claimed()")
    step(reader)
    reader.exact()


def test_a_grey_image_that_comes_out_coloured_is_red_and_stays_so(readers: Readers) -> None:
    reader = readers(script=SPOILED_IMAGE)
    reader.provoked = ["mismatch"]
    reader.page.goto(f"{reader.address(EXACT)}&still=image")
    reader.live()
    reader.exact()
    reader.see("() => { window.spoils = true; glass.claimed() }")
    step(reader, 9)
    reader.until(
        "() => glass.said('still.checked').filter(({ verdict }) => verdict === 'mismatch').length === 2"
    )
    assert reader.see("() => glass.said('still.checked').at(-1).reason") == "came"
    assert reader.see("() => glass.fidelity()") == "mismatch"
    assert "exact" not in reader.see("() => glass.claimed()")


# Where the picture is not all black: a bit that changes no pixel there would leave it as exact as it was.
# Each goes to an image of its own: a study opens as it was left, and what was proven then is held and not sent again.
@pytest.mark.parametrize(("place", "notches"), [(0.3, 3), (0.5, 5), (0.7, 7)])
def test_one_bit_flipped_in_the_coded_picture_is_never_green(
    readers: Readers, place: float, notches: int
) -> None:
    reader = readers(script=SPOILED_CODE)
    reader.open_afresh(EXACT)
    reader.exact()
    reader.see("(place) => { window.spoils = place; glass.claimed() }", place)
    step(reader, notches)
    reader.until("() => window.spoiled >= 2", what="two spoiled stills")
    reader.until(
        "() => glass.fidelity() === 'mismatch' || glass.words('still.withdrawn').some(({ reason }) => reason)",
        what="red, or given up",
    )
    assert "exact" not in reader.see("() => glass.claimed()")
    assert reader.green() == []


def test_green_goes_while_the_page_is_zoomed_shifted_or_scaled_and_comes_back(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    count = len(proofs(reader))
    session = reader.context.new_cdp_session(reader.page)

    def zoom(factor: float) -> None:
        session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": factor})

    def shift(style: str) -> None:
        reader.see(
            "(style) => { document.querySelector('canvas[data-picture]').style.cssText += style }", style
        )

    for undo, doubt, why in [
        (lambda: zoom(1), lambda: zoom(1.5), "zoomed by pinch"),
        (lambda: shift(";translate:none"), lambda: shift(";translate:0.5px 0"), "whole pixel"),
        (lambda: shift(";scale:none"), lambda: shift(";scale:1.01"), "size of its box"),
    ]:
        doubt()
        reader.until("() => glass.fidelity() === 'lossy'", what=why)
        assert why in (reader.page.locator("fv-badge").get_attribute("data-tip") or "")
        assert reader.green() == []
        undo()
        assert reader.exact() == named
    assert len(proofs(reader)) == count, "the host is asked for nothing that is still on the canvas"


def test_green_goes_while_the_tab_is_hidden_and_comes_back(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    hide(reader, True)
    assert reader.see("() => glass.fidelity()") == "lossy"
    hide(reader, False)
    assert reader.exact() == named


def test_a_canvas_that_was_emptied_is_drawn_and_proven_again(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    canvas = "document.querySelector('canvas[data-picture]')"
    reader.see(
        f"() => {{ {canvas}.dispatchEvent(new Event('contextlost'));"
        f" {canvas}.getContext('2d').fillRect(0, 0, 2000, 2000) }}"
    )
    assert reader.see("() => glass.fidelity()") == "lossy"
    reader.see(f"() => {canvas}.dispatchEvent(new Event('contextrestored'))")
    assert reader.exact() == named
    assert hashlib.sha256(reader.canvas().tobytes()).hexdigest() == named


def test_a_canvas_that_is_emptied_while_it_is_checked_is_not_green_before_it_is_drawn_again(
    readers: Readers,
) -> None:
    reader = readers(script=EMPTIED)
    reader.open_afresh(EXACT)
    before = reader.exact()
    reader.see("() => { window.empties = 2; glass.claimed() }")
    step(reader, 3)
    reader.until("() => window.empties === 0 && glass.said('still.checked').at(-1).verdict !== 'exact'")
    assert "exact" not in reader.see("() => glass.claimed()")
    reader.see(
        "() => document.querySelector('canvas[data-picture]').dispatchEvent(new Event('contextrestored'))"
    )
    step(reader)
    named = reader.exact()
    assert named != before
    assert hashlib.sha256(reader.canvas().tobytes()).hexdigest() == named


@pytest.mark.parametrize("scale", [1.1, 1.5, 2])
def test_exact_is_device_pixel_for_device_pixel_at_any_zoom_of_the_browser(
    browser: Browser, signed_in: tuple[Any, str], farview: FarviewProcess, scale: float
) -> None:
    zoomed = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*QUIET, f"--force-device-scale-factor={scale}", "--window-size=1201,803"],
    )
    try:
        context = zoomed.new_context(no_viewport=True, storage_state=signed_in[0])
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), signed_in[1])
        reader.open_afresh(EXACT)
        named = reader.exact()
        pixels = reader.canvas()
        assert hashlib.sha256(pixels.tobytes()).hexdigest() == named
        ratio, left, top, width = reader.see(
            "() => { const { left, top, width } = document.querySelector('canvas[data-picture]').getBoundingClientRect();"
            " return [devicePixelRatio, left, top, width] }"
        )
        assert ratio == pytest.approx(scale)
        assert width * ratio == pytest.approx(pixels.shape[1], abs=0.6)
        assert [left * ratio, top * ratio] == pytest.approx(
            [round(left * ratio), round(top * ratio)], abs=0.05
        )
        assert reader.faults == []
    finally:
        zoomed.close()


def test_a_new_window_size_is_proven_anew(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    reader.page.set_viewport_size({"width": 1001, "height": 733})
    reader.until(
        "(was) => glass.fidelity() === 'exact' && document.querySelector('[data-session]').dataset.sha256 !== was",
        named,
    )
    pixels = reader.canvas()
    assert pixels.shape[1] < 1001
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == reader.exact()


def test_green_goes_with_the_window_s_size_before_the_host_is_asked_and_comes_back_with_it(
    readers: Readers,
) -> None:
    reader = readers(script=WITHHELD)
    reader.open_afresh(EXACT)
    named = reader.exact()
    whole = reader.page.viewport_size
    assert whole is not None
    count = len(proofs(reader))

    def shrink() -> None:
        reader.page.set_viewport_size({"width": whole["width"] - 90, "height": whole["height"] - 70})
        reader.until("() => glass.fidelity() === 'lossy'", what="no green for a picture that is cut off")
        assert "size of its box" in (reader.page.locator("fv-badge").get_attribute("data-tip") or "")
        assert reader.green() == []

    reader.see("() => { window.withholds = true }")
    shrink()
    reader.page.set_viewport_size(whole)
    assert reader.exact() == named
    assert len(proofs(reader)) == count, "it is the picture that was proven"

    shrink()
    reader.see("() => glass.claimed().length")
    reader.page.mouse.click(*reader.middle())
    reader.until(
        "() => glass.said('still.checked').at(-1).verdict === 'stale'", what="a still of the old size"
    )
    assert reader.green() == []
    reader.see("() => { window.withholds = false; glass.claimedWhenSent() }")
    reader.page.set_viewport_size({"width": whole["width"] - 120, "height": whole["height"] - 70})
    assert reader.exact() != named
    assert "exact" not in reader.see("() => glass.claimedWhenSent()")


def test_what_lies_on_the_picture_stays_on_it_when_the_browser_is_zoomed_before_there_is_another_picture(
    readers: Readers,
) -> None:
    reader = readers(script=WITHHELD)
    reader.open_afresh(EXACT)
    reader.exact()
    width = reader.see(
        "() => { window.withholds = true; return document.querySelector('canvas[data-picture]').width }"
    )
    zoomed = reader.context.new_cdp_session(reader.page)
    size = {"width": 1024, "height": 640}
    zoomed.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1.25, "mobile": False})
    reader.until(
        "(width) => devicePixelRatio === 1.25 && [...document.querySelectorAll('canvas[data-picture], fv-stage > .overlay')]"
        ".every((box) => Math.abs(box.getBoundingClientRect().width * 1.25 - width) < 1)",
        width,
    )
    assert reader.green() == []


def test_a_silent_host_is_not_green_and_its_picture_is_again_when_it_speaks(
    reader: Reader, farview: FarviewProcess
) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    host: psutil.Process
    (host,) = farview.children("streamer")
    stop_process(host)
    try:
        reader.session("stale", seconds=4)
        assert reader.see("() => glass.fidelity()") == "lossy"
        assert reader.green() == []
    finally:
        host.send_signal(signal.SIGCONT)
    reader.session("live")
    assert reader.exact() == named


def test_each_viewport_says_what_it_is_and_the_picture_is_proven_as_a_whole(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.keys("Shift+Digit4")
    reader.until("() => glass.words('state').at(-1).layout === '2x2'")
    reader.exact()
    said = reader.see(
        "() => [...document.querySelectorAll('[data-viewport]')].map((v) => [v.dataset.fidelity ?? null, v.hidden])"
    )
    kinds = reader.see("() => glass.words('state').at(-1).viewports.map(({ kind }) => kind)")
    assert "stack" in kinds
    assert [fidelity for fidelity, hidden in said if not hidden] == [
        "lossy" if kind == "empty" else "exact" for kind in kinds
    ]
    assert {fidelity for fidelity, hidden in said if hidden} <= {None, "lossy"}


def test_colour_is_exact_and_a_lossy_file_stays_named(reader: Reader) -> None:
    reader.open(ULTRASOUND)
    named = reader.exact()
    proof = proofs(reader)[-1]
    assert (proof["channels"], proof["planes"]) == (3, "gbr")
    pixels = reader.canvas()
    assert pixels.ndim == 3
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == named
    assert "file: lossy 12:1" in reader.words()
    assert "stream:" not in reader.words()


WITHOUT_JXL = (
    "const make = createImageBitmap; window.createImageBitmap = (image, options) =>"
    " image.type === 'image/jxl' ? Promise.reject(new Error('not known')) : make(image, options);"
)


def decodes_jxl(reader: Reader) -> bool:
    """Whether this browser decodes JPEG XL (Chromium does by default since a version between 150 and 156)."""
    image = base64.b64encode(imagecodecs.jpegxl_encode(np.zeros((8, 8), np.uint8), lossless=True)).decode()
    return bool(
        reader.see(
            "(data) => createImageBitmap(new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: 'image/jxl' }))"
            ".then(() => true, () => false)",
            image,
        )
    )


@pytest.mark.parametrize("script", ["", WITHOUT_JXL], ids=["as it is", "without JPEG XL"])
@pytest.mark.parametrize("study", [EXACT, ULTRASOUND], ids=["grey", "colour"])
def test_a_browser_that_takes_images_only_is_shown_exact_pictures_too(
    readers: Readers, script: str, study: Any
) -> None:
    reader = readers(script=script)
    reader.page.goto(f"{reader.address(study)}&still=image")
    reader.live()
    named = reader.exact()
    assert proofs(reader)[-1]["method"] == ("jxl" if decodes_jxl(reader) else "png")
    assert hashlib.sha256(reader.canvas().tobytes()).hexdigest() == named
    assert "still=" not in reader.page.url


def test_a_page_that_can_prove_nothing_says_why_and_is_never_green(readers: Readers) -> None:
    reader = readers(script="Object.defineProperty(crypto, 'subtle', { value: undefined });")
    reader.open(EXACT)
    reader.until("() => glass.resting()", what="a picture at rest")
    assert proofs(reader) == []
    assert reader.see("() => glass.fidelity()") == "lossy"
    assert badge(reader).startswith("Lossy")
    assert "by https" in (reader.page.locator("fv-badge").get_attribute("data-tip") or "")
    assert "stream: lossy" in reader.words()


def test_a_browser_that_changes_what_it_gives_back_says_so_and_is_never_green(readers: Readers) -> None:
    randomise = SPOILED["what the canvas gives back"].replace("window.spoils && width > 256", "width > 16")
    reader = readers(script=randomise)
    reader.open(EXACT)
    reader.until("() => glass.resting()", what="a picture at rest")
    assert proofs(reader) == []
    assert "privacy settings" in (reader.page.locator("fv-badge").get_attribute("data-tip") or "")
    assert "exact" not in reader.see("() => glass.claimed()")


def test_the_figures_are_shown_beside_the_picture_by_button_and_key(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.page.locator("fv-badge button").click()
    panel = reader.page.get_by_role("region", name="Fidelity and latency")
    panel.wait_for()
    step(reader, 4)
    reader.exact()
    cell = "(name) => document.querySelector(`[data-figure=${name}] td`).textContent"
    for name in ("total", "page", "network", "draw", "encode", "decode", "lastInput", "roundTrip"):
        reader.until(f"(name) => /^\\d+\\u202fms$/.test(({cell})(name))", name)
    assert reader.see(cell, "method") == "H.264 without loss"
    panel.focus()
    reader.keys("Escape")
    panel.wait_for(state="hidden")
    reader.keys("q")
    panel.wait_for()
    reader.keys("q")
    panel.wait_for(state="hidden")
