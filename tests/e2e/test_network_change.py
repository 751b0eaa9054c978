"""What the reader sees when the way to the host changes or is cut: the same view, each thing done once, nothing old as new.

Behind a thin link, which needs root. The times are counted in its round trips, which are long against what this machine adds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Error, WebSocket

from scripts.thin_link import Link
from tests.e2e.conftest import CHROMIUM, QUIET, Readers
from tests.e2e.own_farview import own_signed_in
from tests.e2e.reader import Reader
from tests.e2e.studies import IMAGES, NETWORK
from tests.e2e.transports import NO_SERVER
from tests.running.farview_process import FarviewProcess, running, stop_process

RTT_MS = 300
CALM = {
    "down_kbit": 5000,
    "up_kbit": 1000,
    "rtt_ms": 20,
    "loss": 0.0,
    "cut": False,
    "udp": True,
    "tcp": True,
}
BAD = {"down_kbit": 750, "up_kbit": 250, "rtt_ms": 250, "loss": 0.02}
MOST_ROUND_TRIPS = 1_000 / RTT_MS + 9
"""A second, and nine round trips."""
SPARE = 1.5
"""A machine that does other things as well may take half as long again."""
NEW_ADDRESS = "10.77.0.9"
VIEW = ("image", "center", "width", "zoom", "series", "matrix", "rect")
SINCE = "() => (window.since = performance.now())"
BACK = """() => {
  const wait = (done) => glass.live() && glass.taken() >= window.seatsWanted ? done(performance.now() - window.since)
    : requestAnimationFrame(() => wait(done));
  return new Promise(wait);
}"""


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    with Link() as made:
        yield made


@pytest.fixture(scope="module")
def farview(data: Path, link: Link, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    folder = tmp_path_factory.mktemp("network")
    options = ("--bind", link.server_ip, "--insecure")
    with running(
        [data / NETWORK.name], folder, *options, wrap=lambda words: link.command("server", words)
    ) as process:
        assert process.url
        yield process


@pytest.fixture(scope="module")
def browser(browser: Browser, link: Link, farview: FarviewProcess) -> Iterator[Browser]:
    """Chromium at the other end of the link."""
    origin = farview.base
    launched = browser.browser_type.launch(
        executable_path=str(link.wrapper("client", CHROMIUM)),
        args=[*QUIET, f"--unsafely-treat-insecure-origin-as-secure={origin}"],
    )
    yield launched
    launched.close()


signed_in = own_signed_in


@pytest.fixture
def view(readers: Readers, link: Link) -> Iterator[Reader]:
    """A reader with a view that is not the one a study opens with; then the link becomes long."""
    link.set(**CALM)
    link.move_client(link.client_ip)
    reader = readers()
    reader.provoked.append(NO_SERVER)
    reader.open_afresh(NETWORK)
    reader.keys("Digit5", "-")
    reader.wheel(8)
    reader.image(9)
    reader.shows(center=40, width=400)
    reader.settle()
    link.set(rtt_ms=RTT_MS)
    yield reader
    link.set(**CALM)


def is_as_it_was(reader: Reader, before: dict[str, Any]) -> None:
    """Until the same view is shown live, and by its own pixels."""
    reader.live()
    reader.until("(was, names) => names.every((n) => JSON.stringify(glass.record(0)?.[n]) === JSON.stringify(was[n]))",
                 before, VIEW, what="the view as it was")  # fmt: skip
    reader.settle()
    assert reader.drawn_number() == IMAGES + 1 - before["image"]


def goes_on(reader: Reader) -> None:
    """The hand is obeyed, by one image for one notch."""
    image = reader.record()["image"]
    reader.wheel(1)
    reader.image(image + 1)


def round_trips_until_live(reader: Reader, new_seat: bool) -> float:
    """Since the change, until a picture is live again: on a new seat, where one is needed."""
    reader.see("(n) => (window.seatsWanted = n)", 2 if new_seat else 1)
    return float(reader.see(BACK)) / RTT_MS


def renderers_of(browser: Browser) -> list[psutil.Process]:
    """The processes that run this browser's pages."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return [psutil.Process(p["id"]) for p in told["processInfo"] if p["type"] == "renderer"]


def wait(seconds: float) -> None:
    """The change itself lasts so long."""
    threading.Event().wait(seconds)


def test_a_page_whose_address_changes_is_followed_on_its_seat(view: Reader, link: Link) -> None:
    before = view.record()
    link.move_client(NEW_ADDRESS)
    goes_on(view)
    assert view.see("() => glass.seats()") == 1
    view.wheel(-1)
    is_as_it_was(view, before)


def test_where_the_old_way_is_gone_a_new_seat_is_made_beside_it(view: Reader, link: Link) -> None:
    before = view.record()
    view.see(SINCE)
    link.forget_flows()
    link.move_client(NEW_ADDRESS)
    assert round_trips_until_live(view, new_seat=True) <= SPARE * MOST_ROUND_TRIPS
    is_as_it_was(view, before)
    goes_on(view)
    assert view.see("() => glass.seats()") == 2


def test_a_way_that_only_falls_silent_is_noticed_as_well(view: Reader, link: Link) -> None:
    before = view.record()
    view.see(SINCE)
    link.forget_flows()
    assert round_trips_until_live(view, new_seat=True) <= SPARE * MOST_ROUND_TRIPS
    is_as_it_was(view, before)
    goes_on(view)


def test_input_that_was_finished_before_anybody_noticed_is_done_once(view: Reader, link: Link) -> None:
    before = view.record()
    view.keys("i")
    view.drag(view.middle(), (60, 0), button="right")
    view.until("(w) => glass.record(0).width > w", before["width"])
    view.settle()
    inverted, wider = view.record()["flags"], view.record()["width"]
    view.keys("i", "Digit5")
    view.shows(center=before["center"], width=before["width"])
    view.settle()
    view.page.mouse.move(*view.middle())
    link.forget_flows()
    view.wheel(3)
    view.keys("i")
    view.drag(view.middle(), (60, 0), button="right")
    view.until("() => glass.taken() === 2")
    view.live()
    view.image(before["image"] + 3)
    view.shows(width=wider)
    assert view.record()["flags"] == inverted
    goes_on(view)


def test_a_gesture_that_the_cut_goes_through_is_undone_and_that_is_said(view: Reader, link: Link) -> None:
    before = view.record()
    x, y = view.middle()
    view.page.mouse.move(x, y)
    view.page.mouse.down(button="right")
    view.page.mouse.move(x + 60, y, steps=3)
    view.until("(w) => glass.record(0).width > w + 10", before["width"])
    link.forget_flows()
    view.page.mouse.move(x + 90, y, steps=3)
    view.until("() => glass.taken() === 2")
    view.live()
    view.page.mouse.up(button="right")
    assert "The gesture was cancelled" in view.words()
    is_as_it_was(view, before)


def test_a_way_that_comes_back_is_taken_again_and_blind_input_is_never_replayed(
    view: Reader, link: Link
) -> None:
    before = view.record()
    with link.outage():
        view.session("stale", seconds=6)
        assert "Not live since" in view.words()
        assert view.green() == []
        view.wheel(5)
        view.keys("ArrowDown", "i", "Digit1")
        view.drag(view.middle(), (80, 80), button="right", steps=2)
        wait(2)
        view.see(SINCE)
    assert round_trips_until_live(view, new_seat=False) <= SPARE * MOST_ROUND_TRIPS
    is_as_it_was(view, before)
    assert "Not live since" not in view.words()
    goes_on(view)


def test_after_a_tunnel_that_nothing_outlived_view_and_marks_are_as_they_were_left(
    view: Reader, link: Link
) -> None:
    view.keys("d")
    view.until("() => document.querySelector('[data-session]').dataset.tool === 'length'")
    x, y = view.middle()
    view.drag((x - 60, y), (120, 0))
    view.until("() => glass.words('marks').at(-1)?.marks.length === 1")
    view.keys("s")
    view.settle()
    before = view.record()
    link.forget_flows()
    with link.outage():
        view.session("stale", seconds=6)
        wait(8)
        assert view.green() == []
        view.see(SINCE)
    assert round_trips_until_live(view, new_seat=True) <= SPARE * 2 * MOST_ROUND_TRIPS
    is_as_it_was(view, before)
    view.until("() => glass.words('marks').at(-1)?.marks.length === 1")
    goes_on(view)


def test_pictures_and_hand_go_on_while_the_server_is_not_reached(view: Reader, link: Link) -> None:
    said: list[str] = []
    sockets: list[WebSocket] = []
    view.page.on("websocket", lambda socket: sockets.append(socket))
    view.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: said.append(text)))
    view.see("() => glass.follow(() => document.querySelector('[data-session]').dataset.session)")
    link.set(tcp=False)
    for _ in range(4):
        goes_on(view)
        wait(2)
    link.set(tcp=True)
    while not any("welcome" in text for text in said):
        if not sockets or sockets[-1].is_closed():
            view.page.wait_for_event("websocket", timeout=20_000)
        # One that was begun while the server was away may close; then another is made.
        with suppress(Error):
            sockets[-1].wait_for_event("framereceived", timeout=20_000)
    assert set(view.see("() => glass.followed()")) == {"live"}
    assert view.see("() => glass.seats()") == 1
    goes_on(view)


def test_nothing_is_made_anew_on_a_link_that_is_merely_bad(view: Reader, link: Link) -> None:
    link.set(**BAD)
    for _ in range(4):
        view.wheel(3)
        wait(2)
        view.wheel(-3)
        wait(1)
    view.live()
    assert view.see("() => glass.seats()") == 1


def test_nothing_is_made_anew_when_wireless_is_silent_for_a_moment(view: Reader, link: Link) -> None:
    link.set(rtt_ms=60)
    goes_on(view)
    for _ in range(4):
        with link.outage():
            wait(0.45)
        wait(1.5)
        assert view.see("() => document.querySelector('[data-session]').dataset.session") == "live"
    assert view.see("() => glass.seats()") == 1


def test_a_page_that_was_frozen_says_so_when_it_wakes_and_replays_nothing(
    view: Reader, browser: Browser
) -> None:
    before = view.record()
    view.see("() => glass.follow(() => document.querySelector('[data-session]').dataset.session)")
    stopped = renderers_of(browser)
    for renderer in stopped:
        stop_process(renderer)
    wait(4)
    for renderer in stopped:
        renderer.resume()
    is_as_it_was(view, before)
    followed = view.see("() => glass.followed()")
    assert "stale" in followed
    assert followed[-1] == "live"
    goes_on(view)
