"""`scripts/screenshots`: every scene on every screen, or the two pictures of the README."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from scripts.gallery.scenes import SCENES, planes, worklist
from scripts.gallery.screen import DESK, SCREENS, Screen, write_small
from streamer.demo.steps import make_demo
from tests.e2e.conftest import CHROMIUM, QUIET, sign_in
from tests.e2e.reader import TAP, Reader
from tests.running.farview_process import FarviewProcess, running

ROOT = Path(__file__).resolve().parents[2]
README_BYTES = 300_000
README_SCREEN = DESK


@contextmanager
def reading(browser: Browser, data: Path, screen: Screen) -> Iterator[tuple[Reader, FarviewProcess]]:
    """A reader at a screen, and a Farview of its own with nothing in its cache."""
    with tempfile.TemporaryDirectory() as folder, running([data], Path(folder)) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(**screen.options, storage_state=cookie)
        context.add_init_script(path=TAP)
        try:
            yield Reader(context, farview.base, archive), farview
        finally:
            context.close()


def photograph(browser: Browser, data: Path, screen: Screen, names: list[str], out: Path) -> list[str]:
    """Every scene on one screen, "empty" being the worklist without studies; what could not be photographed."""
    missed = []
    with reading(browser, data, screen) as (reader, farview):
        for name in names:
            path = out / f"{name}-{screen.name}.png"

            def shoot(path: Path = path) -> None:
                reader.page.screenshot(path=path)

            try:
                SCENES[name](reader, farview, shoot)
                print(path, flush=True)
            except (AssertionError, Error) as late:
                missed.append(f"{path.name}: {late}")
    return missed


def for_readme(browser: Browser, data: Path) -> None:
    """The viewer and the worklist, small."""
    with reading(browser, data, README_SCREEN) as (reader, farview):
        for name, scene in (("worklist", worklist), ("viewer", planes)):

            def shoot(name: str = name) -> None:
                path = ROOT / "docs/images" / f"{name}.png"
                print(path, write_small(reader.page.screenshot(), path, README_BYTES), "bytes")

            scene(reader, farview, shoot)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, help="the folder for the pictures")
    parser.add_argument(
        "--data", type=Path, help="studies to show; the demonstration's, made in --out, where not given"
    )
    parser.add_argument(
        "--readme", action="store_true", help="make docs/images/viewer.png and worklist.png, nothing else"
    )
    parser.add_argument(
        "--scene", action="append", choices=[*SCENES], help="only this scene; may be given several times"
    )
    parser.add_argument(
        "--screen", action="append", choices=[s.name for s in SCREENS], help="only this screen; likewise"
    )
    options = parser.parse_args()
    if not options.out and not options.readme:
        parser.error("say where to: --out DIR, or --readme")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        out = options.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        data = options.data
        if data is None:
            data = out / "studies"
            for line in make_demo(data.absolute()):
                print(line, flush=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        if options.readme:
            for_readme(browser, data)
            return 0
        missed = []
        for screen in SCREENS:
            if options.screen is None or screen.name in options.screen:
                missed += photograph(browser, data, screen, options.scene or [*SCENES], out)
        browser.close()
    for sentence in missed:
        print(sentence, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
