"""What is photographed, in order: each scene brings a reader's page into a state and shoots."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.reader import Reader
from tests.running.farview_process import FarviewProcess, running, stop_process

Shoot = Callable[[], None]
Scene = Callable[[Reader, FarviewProcess, Shoot], None]
HEAD, CHEST = "Head CT", "Phantom chest"
LOADED = "() => !/not loaded|\\d+ of \\d+ loaded/.test(document.querySelector('fv-viewer').innerText)"


def _row(reader: Reader, words: str) -> None:
    """Opens the first study of the worklist whose row holds these words, else the first CT."""
    reader.worklist()
    rows = reader.page.locator("tr[data-study]", has_text=words)
    (rows if rows.count() else reader.page.locator("tr[data-modality~='CT']")).first.click()


def _read(reader: Reader, *keys: str) -> None:
    reader.live()
    reader.keys(*keys)
    reader.settle()
    reader.until(LOADED, seconds=120, what="all images loaded")
    reader.until("() => glass.resting()", what="the last of the refinements")


def worklist(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """Full, when all has been read in."""
    reader.worklist()
    reader.until(
        "() => document.querySelector('.indexing')?.textContent === ''",
        seconds=60,
        what="the end of indexing",
    )
    reader.until("() => document.body.innerText.includes('Ready to read')")
    shoot()


def empty(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """The worklist of another Farview that has no studies."""
    with (
        tempfile.TemporaryDirectory() as data,
        tempfile.TemporaryDirectory() as folder,
        running([Path(data)], Path(folder)) as other,
    ):
        reader.page.goto(other.url)
        reader.until("() => document.body.innerText.includes('Ready to read')")
        reader.until("() => document.body.innerText.includes('a folder that holds some')")
        shoot()
        reader.page.goto("about:blank")


@contextmanager
def _stopped(farview: FarviewProcess, module: str) -> Iterator[None]:
    stopped = farview.children(module)
    for process in stopped:
        stop_process(process)
    try:
        yield
    finally:
        for process in stopped:
            process.send_signal(signal.SIGCONT)


def one(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """A head in one viewport, with a length on it."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1", "Backspace", "d")
    x, y = reader.middle()
    reader.drag((x - 60, y - 40), (150, 30))
    reader.keys("s")
    reader.page.mouse.move(2, 2)
    reader.until("() => document.querySelector('.mark') && !document.querySelector('.mark.draft')")
    reader.until("() => document.querySelector('[data-session]').dataset.tool === 'scroll'")
    reader.settle()
    shoot()


def four(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """A chest and its oblique twin in four viewports."""
    _row(reader, CHEST)
    _read(reader, "Shift+Digit1", "Backspace", "Shift+Digit4")
    for viewport, image in enumerate((60, 20, 140, 45)):
        reader.page.mouse.click(*reader.middle(viewport))
        reader.until(
            "(v) => document.querySelector(`[data-viewport='${v}']`).classList.contains('active')", viewport
        )
        reader.page.locator(".strip-card").nth(viewport % 2).dispatch_event("click")
        reader.until("(v) => glass.record(v)?.series >= 0", viewport)
        reader.keys("g")
        reader.page.keyboard.type(str(image))
        reader.keys("Enter")
    _read(reader)
    shoot()


def planes(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """Three planes and the volume, proven."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1", "Backspace", "Shift+m")
    reader.until("() => glass.record(3)?.kind === 'volume'", seconds=60)
    _read(reader)
    reader.exact()
    shoot()


def help_sheet(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """Keys and gestures."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1", "h")
    shoot()


def layout_menu(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """The menu of layouts."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1")
    reader.page.get_by_role("button", name="Layout").click()
    shoot()


def preset_menu(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """The menu of windows."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1")
    reader.page.get_by_role("button", name="Window presets").click()
    shoot()


def loading(reader: Reader, farview: FarviewProcess, shoot: Shoot) -> None:
    """A chest of which a part is read: its loader is stopped meanwhile."""
    _row(reader, CHEST)
    reader.until(
        "() => glass.words('progress').some(({ present, total }) => present > total / 8 && present < total)"
    )
    with _stopped(farview, "streamer.loader"):
        reader.live()
        reader.settle()
        shoot()


def stale(reader: Reader, farview: FarviewProcess, shoot: Shoot) -> None:
    """The host hangs."""
    _row(reader, HEAD)
    _read(reader, "Shift+Digit1")
    with _stopped(farview, "streamer"):
        reader.session("stale")
        shoot()


def failed(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """A study that is not there."""
    reader.page.goto(f"{reader.base}/viewer?study=1.2.3&archive={reader.archive}")
    reader.until("() => document.querySelector('.stage-words')?.innerText.includes('Try again')")
    shoot()


def admin(reader: Reader, _farview: FarviewProcess, shoot: Shoot) -> None:
    """The render hosts."""
    reader.page.goto(f"{reader.base}/admin")
    reader.page.get_by_text("ready").first.wait_for()
    shoot()


def register(reader: Reader, farview: FarviewProcess, shoot: Shoot) -> None:
    """A new host is invited."""
    admin(reader, farview, lambda: None)
    reader.page.get_by_label("Name of the host").fill("reading-room-2")
    reader.page.get_by_role("button", name="Register a host").click()
    reader.page.locator("code").first.wait_for()
    shoot()


SCENES: dict[str, Scene] = {
    "worklist": worklist,
    "empty": empty,
    "loading": loading,
    "one": one,
    "four": four,
    "planes": planes,
    "help": help_sheet,
    "layouts": layout_menu,
    "presets": preset_menu,
    "stale": stale,
    "failed": failed,
    "admin": admin,
    "register": register,
}
