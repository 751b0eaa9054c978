"""docs/architecture.md and the decision records: what they name exists, and web/ has the layers drawn there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from scripts.suites.lengths import tracked_files

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "web"
PAGE = (ROOT / "docs/architecture.md").read_text()
RECORDS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
IMPORT = re.compile(r"^(?:import|export)\b[^;'\"]*?from '(\.[^']+)'|^import '(\.[^']+)'", re.MULTILINE)
FILE = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|js)|(?:streamer|signaling|web)/[\w/-]+/)`")


def layers() -> list[set[str]]:
    """The folders, and files beside them, of web/: upper first."""
    line = re.search(r"^web +(.+)$", PAGE, re.MULTILINE)
    assert line
    return [set(names.split(", ")) for names in line[1].split(" > ")]


def part(path: Path) -> str:
    """The folder or file of web/ that a path is in."""
    return path.relative_to(WEB).parts[0]


def imports(file: Path, text: str) -> set[str]:
    """The other parts of web/ that a module imports; types in comments are none."""
    found = {Path(os.path.normpath(file.parent / (a or b))) for a, b in IMPORT.findall(text)}
    return {part(path) for path in found} - {part(file)}


def upward(file: Path, text: str, order: list[set[str]]) -> list[str]:
    """Imports of a layer above the module's own."""
    depth = {name: index for index, names in enumerate(order) for name in names}
    return [f"{part(file)} imports {name}" for name in imports(file, text) if depth[name] < depth[part(file)]]


def modules() -> list[Path]:
    return [ROOT / name for name in tracked_files() if name.startswith("web/") and name.endswith(".js")]


def test_every_browser_module_has_its_layer() -> None:
    assert {part(file) for file in modules()} == set().union(*layers())


def test_browser_modules_import_nothing_above_them() -> None:
    order = layers()
    assert [bad for file in modules() for bad in upward(file, file.read_text(), order)] == []


def test_an_import_of_a_layer_above_would_be_found() -> None:
    text = "import { a } from './claim.js';\nimport {\n  b,\n} from '../ui/icon.js';\n"
    assert upward(WEB / "picture/planted.js", text, layers()) == ["picture imports ui"]


def test_the_files_that_the_page_names_exist() -> None:
    """Those without a folder stand after one with it, whose folder is meant, or lie one below."""
    missing = []
    for line in PAGE.splitlines():
        folder = ROOT
        for name in FILE.findall(line):
            if name.startswith("streamer/viewer/tools/NAME"):
                continue
            path = ROOT / name if name.split("/")[0] in ("streamer", "signaling", "web") else folder / name
            folder = path.parent if path.suffix else path
            if not (path.exists() or any(ROOT.glob(f"streamer/**/{name}"))):
                missing.append(name)
    assert missing == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_a_decision_says_whether_it_holds_and_is_listed(record: Path) -> None:
    lines = record.read_text().splitlines()
    number = int(record.name[:4])
    assert lines[0].startswith(f"# {number}. ")
    assert lines[2].startswith("**Status:** ")
    listed = (ROOT / "docs/adr/README.md").read_text()
    assert re.search(rf"^\| {number} \| \[[^\]]+\]\({re.escape(record.name)}\)", listed, re.MULTILINE)
