"""A sign-in that comes to its end while a study is read: the page says so, and its reader signs in over the picture."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from signaling.domain.sign_ins import LIFE_SECONDS
from signaling.services.sign_in_watch import LOOK_SECONDS
from tests.e2e.conftest import Readers
from tests.e2e.own_farview import own_farview, own_signed_in
from tests.e2e.reader import Reader
from tests.e2e.studies import PICTURE
from tests.running.farview_process import FarviewProcess
from tests.running.signing_in import token_of

farview = own_farview(PICTURE)
signed_in = own_signed_in
pytestmark = pytest.mark.timeout(180)
SOCKETS = """
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); window.sockets.push(this); }
  };
"""
ASKS = """(words) => {
  const line = document.querySelector('fv-sign-in-again');
  return line?.checkVisibility() && line.innerText.includes(words);
}"""


def grow_old(farview: FarviewProcess, left: float) -> None:
    """All sign-ins have so many seconds left."""
    with closing(sqlite3.connect(farview.folder / "state" / "farview.db", timeout=10)) as database, database:
        database.execute("update sign_ins set made_at = strftime('%s') - ?", (LIFE_SECONDS - left,))


def asks(reader: Reader, words: str) -> None:
    reader.until(ASKS, words, what="the line that asks to sign in", seconds=LOOK_SECONDS + 30)


def sign_in(reader: Reader, farview: FarviewProcess) -> None:
    reader.page.get_by_label("New sign-in token").fill(token_of(farview.new_url()))
    reader.keys("Enter")
    reader.until("() => !document.querySelector('fv-sign-in-again').checkVisibility()")
    assert reader.see("async () => (await fetch('api/me')).status") == 200


def cookies_of(reader: Reader) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in reader.context.cookies()}


def signed_in_anew(readers: Readers, farview: FarviewProcess, script: str = "") -> Reader:
    """A reader whose sign-in is nobody else's."""
    reader = readers(signed=False, script=script)
    reader.provoked.append("status of 401")
    reader.page.goto(farview.new_url())
    reader.page.wait_for_selector("tr[data-study]")
    reader.open_afresh(PICTURE)
    return reader


def test_a_warning_and_signing_in_disturb_no_hand_and_no_view(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = signed_in_anew(readers, farview)
    reader.wheel(1)
    reader.image(2)
    reader.settle()
    before, cookies = reader.record(), cookies_of(reader)
    x, y = reader.middle()
    mouse = reader.page.mouse
    mouse.move(x, y)
    mouse.down(button="right")
    mouse.move(x + 20, y, steps=4)
    grow_old(farview, 600)
    asks(reader, "ends within 10 minutes")
    reader.session("live")
    mouse.move(x + 60, y, steps=6)
    mouse.up(button="right")
    reader.until(
        "(w) => glass.record(0).width > w + 20", before["width"], what="the window of the whole gesture"
    )
    reader.settle()
    after = reader.record()
    assert after["image"] == before["image"]
    sign_in(reader, farview)
    assert cookies_of(reader) != cookies
    reader.session("live")
    assert reader.record() == after


def test_after_it_has_lapsed_what_is_read_stays_until_its_reader_signs_in(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = signed_in_anew(readers, farview, SOCKETS)
    reader.wheel(1)
    reader.image(2)
    reader.settle()
    image = reader.record()["image"]
    grow_old(farview, -1)
    asks(reader, "has lapsed. What you read stays")
    # Its connection to the server breaks; the server takes no new one, and the picture is none of its business.
    reader.see("() => sockets.forEach((socket) => socket.close())")
    reader.page.get_by_role("button", name="Later").wait_for(state="hidden")
    reader.until(
        "() => sockets.length > 1 && sockets.every((socket) => socket.readyState === WebSocket.CLOSED)"
    )
    reader.wheel(1)
    reader.image(image + 1)
    reader.session("live")
    sign_in(reader, farview)
    reader.until("() => sockets.some((socket) => socket.readyState === WebSocket.OPEN)")
    reader.session("live")
    reader.image(image + 1)


def asks_now(reader: Reader, words: str) -> None:
    """The page looks when it is looked at again."""
    reader.see("() => document.dispatchEvent(new Event('visibilitychange'))")
    asks(reader, words)


@pytest.mark.parametrize("path", ["admin", "check"])
def test_pages_without_a_picture_say_it_too_and_go_on_by_a_new_sign_in(
    readers: Readers, farview: FarviewProcess, path: str
) -> None:
    reader = readers(signed=False, tap=False)
    reader.page.goto(farview.new_url())
    reader.page.wait_for_selector("tr[data-study]")
    reader.page.goto(f"{reader.base}/{path}")
    reader.page.get_by_role("heading").first.wait_for()
    grow_old(farview, 600)
    asks_now(reader, "ends within 10 minutes")
    reader.page.get_by_role("button", name="Later").click()
    reader.provoked.append("status of 401")  # what was asked for before the page knew
    grow_old(farview, -1)
    asks_now(reader, "has lapsed. To go on, sign in")
    assert not reader.page.get_by_role("button", name="Later").is_visible()
    sign_in(reader, farview)
    if path == "admin":
        answered = lambda answer: answer.url.endswith("/api/admin/hosts") and answer.ok  # noqa: E731
        with reader.page.expect_response(answered):
            pass
