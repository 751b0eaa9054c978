"""From an address to its picture: what the picture waits for is little, is asked for at once, and nothing else goes before it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Route, WebSocket

from signaling.protocol.page import said_with
from tests.e2e.conftest import Readers
from tests.e2e.reader import SECONDS, Reader
from tests.e2e.studies import FIRST

THE_PAGE_ITSELF_BYTES = 4_400
"""All that the request for a seat waits for, under gzip."""
BEFORE_THE_INTERFACE_BYTES = 24_400
BEFORE_THE_PICTURE_BYTES = 56_900
WHOLE_PAGE_BYTES = 106_500
AFTER_THE_PICTURE = ("worklist", "favicon.svg", "tools.js", "lists.js", "streams.js")
SPY = """
  window.said = [];
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    if (typeof data === 'string') said.push(JSON.parse(data).type);
    return send.call(this, data);
  };
  window.asked = [];
  const fetch = window.fetch;
  window.fetch = (path, options) => {
    asked.push([String(path).split('?')[0], document.querySelector('fv-viewer[data-image]') !== null]);
    return fetch(path, options);
  };
"""
PICTURED = """
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...drawn) {
    if (this.canvas.isConnected) window.pictured ??= performance.now();
    return draw.apply(this, drawn);
  };
"""


class Network:
    """What a page fetched, as the browser counted it: bytes with headers, and what asked for what."""

    def __init__(self, reader: Reader) -> None:
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._asked_by: dict[str, str] = {}
        self.socket: list[tuple[str, dict[str, Any]]] = []
        self._page = reader.page
        self._sockets: list[WebSocket] = []
        self._page.on("websocket", self._opened)
        session = reader.context.new_cdp_session(reader.page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketWillSendHandshakeRequest", self._opens)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        name = _name(event["request"]["url"])
        self._names[event["requestId"]] = name
        initiator = event["initiator"]
        frames = initiator.get("stack", {}).get("callFrames", [])
        self._asked_by[name] = _name(initiator.get("url") or (frames[0]["url"] if frames else ""))

    def _finished(self, event: dict[str, Any]) -> None:
        name = self._names[event["requestId"]]
        self.sizes[name] = self.sizes.get(name, 0) + event["encodedDataLength"]

    def _opens(self, event: dict[str, Any]) -> None:
        """What a page says with its request for the socket, it says in its subprotocols."""
        said = said_with(event["request"]["headers"].get("Sec-WebSocket-Protocol", ""))
        self.socket += [("with the opening", json.loads(text)) for text in said]

    def _opened(self, socket: WebSocket) -> None:
        self._sockets.append(socket)
        socket.on("framesent", lambda text: self.socket.append(("sent", json.loads(text))))
        socket.on("framereceived", lambda text: self.socket.append(("received", json.loads(text))))

    def wait_for(self, way: str, kind: str) -> dict[str, Any]:
        """The first message of a type between page and server; a playwright error where none comes in time.

        What went with the opening of the socket is there by the first message that is received.
        """
        if not self._sockets:
            self._page.wait_for_event("websocket", timeout=SECONDS * 1000)
        while True:
            for said, message in self.socket:
                if (said, message["type"]) == (way, kind):
                    return message
            event: Any = "framesent" if way == "sent" else "framereceived"
            self._sockets[0].wait_for_event(event, timeout=SECONDS * 1000)

    def wait_for_files(self, *names: str) -> None:
        """Until these have come whole; the browser tells it beside the page, so that the page is asked again and again."""
        until = time.monotonic() + SECONDS
        while missing := [name for name in names if name not in self.sizes]:
            assert time.monotonic() < until, missing
            self._page.evaluate("() => new Promise(requestAnimationFrame)")

    def depth(self, name: str) -> int:
        """How many answers a file had to wait for before it could be asked for."""
        by = self._asked_by.get(name, "")
        return 1 + self.depth(by) if by else 0


def wait_for_brotli(reader: Reader) -> None:
    """Until the server has made the texts that it began with the first page."""
    html = reader.context.request.get(f"{reader.base}/worklist").text()
    build = html.split("static/")[1].split("/")[0]
    for name in ("boot.js", "interface.js", "tools.js", "lists.js", "streams.js", "index.css"):
        coding = ""
        until = time.monotonic() + SECONDS
        while coding != "br" and time.monotonic() < until:
            answer = reader.context.request.get(
                f"{reader.base}/static/{build}/{name}", headers={"Accept-Encoding": "br, gzip"}
            )
            coding = answer.headers["content-encoding"]
        assert coding == "br", name


def _name(url: str) -> str:
    return url.split("?")[0].split("/")[-1] if url else ""


def test_seat_and_study_are_asked_for_before_the_interface_is_there(readers: Readers) -> None:
    reader = readers(tap=False, script=SPY)
    network = Network(reader)
    interface: list[Route] = []
    reader.page.route("**/interface.js", lambda route: interface.append(route))
    reader.page.goto(reader.address(FIRST), wait_until="commit")
    offer = network.wait_for("received", "seat.offer")
    asked = network.wait_for("with the opening", "seat.request")
    assert [message["type"] for message in asked["first"]] == ["open"]
    assert asked["first"][0]["study"] == FIRST.uid
    assert offer["first"] == 1
    assert "interface.js" not in network.sizes
    assert network.sizes["viewer"] <= THE_PAGE_ITSELF_BYTES, network.sizes
    assert sum(network.sizes.values()) <= BEFORE_THE_INTERFACE_BYTES, network.sizes
    for route in interface:
        route.continue_()
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    # What the host said meanwhile was kept: the study was opened once, and in the size that the picture area has.
    assert "open" not in reader.see("() => said")
    size = reader.see(
        "() => { const c = document.querySelector('canvas[data-picture]'); return [c.width, c.height]; }"
    )
    assert size == [asked["first"][0]["width"], asked["first"][0]["height"]]
    assert "resize" not in reader.see("() => said")


def test_a_style_sheet_that_comes_last_takes_nothing_from_the_first_request(readers: Readers) -> None:
    reader = readers(script=SPY)
    network = Network(reader)
    style: list[Route] = []
    reader.page.route("**/*.css", lambda route: style.append(route))
    reader.page.goto(reader.address(FIRST), wait_until="commit")
    # The study is asked for in the size that the picture will have, while the sheet is still on its way.
    network.wait_for("received", "seat.offer")
    asked = network.wait_for("with the opening", "seat.request")
    assert [message["type"] for message in asked["first"]] == ["open"]
    # Where letters and words lie the sheet says: before it is there, no picture is shown. A page without it paints no frames.
    reader.page.wait_for_function("() => customElements.get('fv-viewer') !== undefined", polling=50)
    reader.page.wait_for_function("() => glass.words('opened').length > 0", polling=50)
    assert reader.see("() => document.querySelector('[data-revision]')") is None
    for route in style:
        route.continue_()
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    size = reader.see(
        "() => { const c = document.querySelector('canvas[data-picture]'); return [c.width, c.height]; }"
    )
    assert size == [asked["first"][0]["width"], asked["first"][0]["height"]]
    assert "resize" not in reader.see("() => said")


def test_hello_and_the_request_go_with_the_opening_of_the_socket_once(readers: Readers) -> None:
    reader = readers(tap=False)
    network = Network(reader)
    reader.page.goto(reader.address(FIRST))
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    assert [(way, message["type"]) for way, message in network.socket[:4]] == [
        ("with the opening", "hello"),
        ("with the opening", "seat.request"),
        ("received", "welcome"),
        ("received", "seat.offer"),
    ]
    later = [message["type"] for way, message in network.socket[4:] if way == "sent"]
    assert "hello" not in later
    assert "seat.request" not in later


def test_a_page_without_a_study_asks_for_its_seat_on_the_open_socket(readers: Readers) -> None:
    reader = readers(tap=False)
    network = Network(reader)
    reader.page.goto(f"{reader.base}/")
    reader.page.wait_for_selector(f"tr[data-study='{FIRST.uid}']")
    network.wait_for("received", "seat.offer")
    assert [(way, message["type"]) for way, message in network.socket[:2]] == [
        ("sent", "hello"),
        ("sent", "seat.request"),
    ]


def test_a_request_that_did_not_get_through_is_made_anew(readers: Readers) -> None:
    """As where a proxy, or a server of an older version, takes no such subprotocol."""
    deaf = """
      const Opened = window.WebSocket;
      window.WebSocket = class extends Opened {
        constructor(address, protocols = []) {
          window.opened = [...(window.opened ?? []), protocols.length];
          super(protocols.length > 1 ? 'ws://127.0.0.1:9/' : address, protocols.length > 1 ? [] : protocols);
        }
      };
    """
    reader = readers(tap=False, script=deaf)
    reader.provoked.append("WebSocket connection to|Content Security Policy")
    reader.page.goto(reader.address(FIRST))
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    assert reader.see("() => opened") == [3, 0]


def test_no_file_waits_for_a_chain_of_others_and_the_whole_page_is_light(readers: Readers) -> None:
    reader = readers(tap=False)
    wait_for_brotli(reader)
    network = Network(reader)
    reader.page.goto(reader.address(FIRST))
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    assert [name for name in network.sizes if name.endswith(".css")] == ["index.css"]
    before = {name: size for name, size in network.sizes.items() if name not in AFTER_THE_PICTURE}
    assert {name for name in before if name.endswith(".js")} == {"boot.js", "interface.js"}
    assert max(network.depth(name) for name in before) == 2
    assert sum(before.values()) <= BEFORE_THE_PICTURE_BYTES, before
    reader.until("() => customElements.get('fv-worklist') !== undefined", what="the worklist's script")
    network.wait_for_files("lists.js", "tools.js", "streams.js")
    assert network.depth("boot.js") == network.depth("index.css") == 1
    static = {name: size for name, size in network.sizes.items() if name != "worklist"}
    assert sum(static.values()) <= WHOLE_PAGE_BYTES, static


@pytest.mark.parametrize("script", ["tools.js", "lists.js", "streams.js"])
def test_what_a_picture_does_without_is_fetched_after_it(readers: Readers, script: str) -> None:
    reader = readers(tap=False, script=PICTURED)
    reader.page.goto(reader.address(FIRST))
    asked = "(script) => performance.getEntriesByType('resource').find(({ name }) => name.endsWith(script))?.startTime"
    reader.until(f"(script) => ({asked})(script) !== undefined", script, what=script)
    assert reader.see(asked, script) >= reader.see("() => pictured")


def test_until_the_tools_are_there_nothing_is_proven_and_nothing_can_be_done(readers: Readers) -> None:
    reader = readers()
    held: list[Route] = []
    reader.page.route("**/tools.js", lambda route: held.append(route))
    with reader.page.expect_request("**/tools.js"):
        reader.page.goto(reader.address(FIRST))
    reader.until("() => glass.record() !== null", what="a picture whose words have come")
    root = "() => ({ ...document.querySelector('[data-session]').dataset })"
    # Who it is, where left and right are, and what the picture is, is said with the first picture.
    assert reader.page.locator("fv-patient-bar .patient-name").inner_text() != ""
    assert [letter for letter in reader.page.locator(".letter").all_inner_texts() if letter]
    shown = reader.see(root)
    assert shown["session"] == "connecting"
    assert reader.page.locator("fv-badge").get_attribute("data-fidelity") == "lossy"
    assert reader.green() == []
    assert reader.page.locator("fv-toolbar button").count() == 0
    assert reader.page.get_by_role("button", name="Help").is_disabled()
    reader.keys("ArrowDown", "i", "h")
    reader.wheel(2)
    assert reader.see("() => glass.said('command').length + glass.said('abilities').length") == 0
    assert reader.see(root)["image"] == shown["image"]
    for route in held:
        route.continue_()
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    assert reader.exact()
    assert (
        reader.page.locator("fv-toolbar button[data-tool=scroll]").get_attribute("aria-disabled") == "false"
    )
    reader.page.locator("fv-series-strip .strip-card").first.wait_for()
    # What was pressed before is not done afterwards.
    assert reader.see("() => glass.said('command').length") == 0
    assert reader.see(root)["image"] == shown["image"]
    reader.keys("ArrowDown")
    reader.image(int(shown["image"]) + 1)


def test_tools_that_do_not_come_are_said_beside_the_picture(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.provoked.append("404|tools did not come")
    reader.page.route("**/tools.js", lambda route: route.fulfill(status=404))
    reader.page.goto(reader.address(FIRST))
    reader.page.locator("fv-message-bar").get_by_text("A part of this page did not come").wait_for()
    assert reader.see("() => document.querySelector('fv-viewer[data-image]').dataset.session") == "connecting"


def test_without_a_study_the_worklists_script_comes_beside_the_interface(readers: Readers) -> None:
    reader = readers(tap=False)
    network = Network(reader)
    reader.page.goto(f"{reader.base}/")  # the page's own name is empty, and so it is no step
    reader.page.wait_for_selector(f"tr[data-study='{FIRST.uid}']")
    assert network.depth("interface.js") == network.depth("lists.js") == network.depth("boot.js") + 1


def test_a_worklist_that_does_not_come_is_said_beside_the_picture(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.provoked.append("404|worklist did not come")
    reader.page.route("**/lists.js", lambda route: route.fulfill(status=404))
    reader.page.goto(reader.address(FIRST))
    reader.page.locator("fv-message-bar").get_by_text("A part of this page did not come").wait_for()
    assert reader.see("() => document.querySelector('fv-viewer[data-session=live][data-image]') !== null")


def test_the_worklist_is_fetched_after_the_first_picture(readers: Readers) -> None:
    reader = readers(tap=False, script=SPY)
    reader.page.goto(reader.address(FIRST))
    reader.until("() => asked.length > 0", what="the worklist is asked for")
    assert reader.see("() => asked[0]") == ["api/worklist", True]
    reader.keys("Shift+L")
    reader.page.wait_for_selector(f"tr[data-study='{FIRST.uid}']")


def test_a_page_whose_interface_is_of_another_build_loads_anew(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.provoked.append("404|interface did not come")
    gone: list[str] = []

    def once(route: Route) -> None:
        gone.append(route.request.url)
        if len(gone) == 1:
            route.fulfill(status=404)
        else:
            route.continue_()

    reader.page.route("**/interface.js", once)
    reader.page.goto(reader.address(FIRST))
    reader.page.wait_for_selector("fv-viewer[data-session=live][data-image]")
    assert len(gone) == 2


def test_where_that_does_not_help_it_says_so(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.provoked.append("404|interface did not come")
    reader.page.route("**/interface.js", lambda route: route.fulfill(status=404))
    reader.page.goto(reader.address(FIRST))
    reader.page.get_by_role("alert").get_by_text("Reload it when the network is back").wait_for()
