"""The browser's files: read once from web/, named by a hash of all of them, joined by page, kept compressed.

Pages load them from /static/BUILD/…, where BUILD changes when any file does: what is there can be cached for ever. The
modules that a page's scripts need are joined into those scripts, its style sheets into one, so that a page costs a round
trip for each script instead of one for each six modules. A page of an earlier build that is still open gets the icons
that stand now, uncached, and never a script: half of one build and half of another would not fit.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from signaling.api import compact, modules
from signaling.api.brotli_texts import BrotliTexts
from signaling.log import logger

TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".webmanifest"}
_BUILD_LENGTH = 12
_GZIP = 31  # zlib's window bits for a gzip header
_ADDRESS = "static/{{build}}/"
_SHEET = re.compile(
    rf'[ \t]*<link rel="stylesheet" href="(?P<base>(?:{{{{base}}}}/)?){re.escape(_ADDRESS)}(?P<name>[^"]+\.css)"[^>]*>\n?'
)
_SCRIPT = re.compile(rf'<script type="module"[^>]* src="{re.escape(_ADDRESS)}([^"]+\.js)"')
_IN_PAGE = re.compile(
    rf'<script type="module"[^>]* data-in-page src="{re.escape(_ADDRESS)}([^"]+\.js)"></script>'
)
_PLACEHOLDER = re.compile(rb"\{\{\w+\}\}")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_LOG = logger(__name__)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file's bytes, and the same compressed where that is worth it. `tag` changes with the bytes.

    `joined`: it is made of many, so that it fits no other build.
    """

    media_type: str
    data: bytes
    gzipped: bytes | None
    tag: str
    joined: bool = False


class WebFiles:
    """The files in one folder, as they were when the first of them was asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, StaticFile] = {}
        self._is_read = False
        self._build = "none"
        self._inline: tuple[str, ...] = ()
        self._brotli = BrotliTexts()
        self._brotli_of = ""

    @property
    def inline_scripts(self) -> tuple[str, ...]:
        """The scripts that stand in our pages themselves, as a Content-Security-Policy names them: 'sha256-…'."""
        self._look()
        return self._inline

    @property
    def build(self) -> str:
        """The name of the files as they stand."""
        self._look()
        return self._build

    def find(self, name: str) -> StaticFile | None:
        """The file at `name` below the folder; None where there is none to serve."""
        self._look()
        return self._files.get(name)

    def brotli(self, file: StaticFile) -> bytes | None:
        """The same file under brotli; None where there is none, or none yet: it is made from the first page asked for on."""
        return self._brotli.find(file.tag)

    def page(self, name: str, **values: str) -> str | None:
        """The HTML file `name` with its placeholders, {{build}} and those in `values` (escaped by the caller), filled in."""
        file = self.find(name)
        if file is None:
            return None
        if self._brotli_of != self._build:
            self._brotli_of = self._build
            whole = [(self._of_page(name), text) for name, text in self._whole_pages()]
            self._brotli.begin(
                whole + [(each.tag, each.data) for each in self._files.values() if each.joined]
            )
        text = file.data.decode()
        for key, value in {"build": self._build, **values}.items():
            text = text.replace("{{" + key + "}}", value)
        return text

    def packed_page(self, name: str) -> bytes | None:
        """The HTML file `name`, where {{build}} is its only placeholder, under brotli; None where it is not made (yet)."""
        return self._brotli.find(self._of_page(name))

    def _of_page(self, name: str) -> str:
        return f"{self._build} {name}"

    def _whole_pages(self) -> Iterator[tuple[str, bytes]]:
        for name, file in self._files.items():
            text = file.data.replace(b"{{build}}", self._build.encode())
            if name.endswith(".html") and not _PLACEHOLDER.search(text):
                yield name, text

    def _look(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        found = []
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root).as_posix()
            hidden = any(part.startswith(".") for part in path.relative_to(self._root).parts)
            if path.suffix in TYPES and not hidden and path.is_file() and not path.is_symlink():
                found.append(name)
        self._read(found)

    def _read(self, found: list[str]) -> None:
        texts: dict[str, bytes] = {}
        digest = hashlib.sha256()
        for name in found:
            data = (self._root / name).read_bytes()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
            texts[name] = data
        files = {name: _kept(name, data) for name, data in texts.items()}
        for name, data in _joined(texts):
            files[name] = _kept(name, data, joined=not name.endswith(".html"))
        self._files = files
        self._build = digest.hexdigest()[:_BUILD_LENGTH]
        self._inline = tuple(
            sorted(
                {
                    _hash(script)
                    for name, file in files.items()
                    if name.endswith(".html")
                    for script in _INLINE.findall(file.data.decode())
                }
            )
        )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _kept(name: str, data: bytes, *, joined: bool = False) -> StaticFile:
    suffix = Path(name).suffix
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    gzipped = packer.compress(data) + packer.flush() if suffix in _COMPRESSED else None
    return StaticFile(TYPES[suffix], data, gzipped, hashlib.sha256(data).hexdigest()[:16], joined)


def _joined(texts: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Each page's scripts with all they need, its style sheets in one file, and the page that names these, or holds one itself.

    A page whose modules can't be joined is served as it is: that works, and costs more round trips.
    """
    read: dict[str, modules.Module] = {}

    def module(name: str) -> modules.Module | None:
        if name in texts and name not in read:
            parsed = modules.parsed(name, texts[name].decode())
            read[name] = replace(parsed, body=compact.script(parsed.body))
        return read.get(name)

    for name in sorted(name for name in texts if name.endswith(".html")):
        page = texts[name].decode()
        try:
            page, scripts = _joined_scripts(page, module)
            yield from scripts
        except (modules.NotJoinable, compact.NotCompactable) as why:
            _LOG.warning("modules not joined", page=name, why=str(why))
        sheets = [found["name"] for found in _SHEET.finditer(page)]
        if all(sheet in texts for sheet in sheets):
            sheet = name.removesuffix(".html") + ".css"
            yield sheet, compact.sheet("\n".join(texts[each].decode() for each in sheets)).encode()
            page = _with_one_sheet(page, sheet)
        yield name, page.encode()


def _joined_scripts(
    page: str, read: Callable[[str], modules.Module | None]
) -> tuple[str, list[tuple[str, bytes]]]:
    """The page with the script that it holds itself, if any; its others and what they load later, each with what it lacks."""
    holders: dict[str, str] = {}
    made = []
    if held := _IN_PAGE.search(page):
        ordered = modules.in_order(held[1], read)
        page = f"{page[: held.start()]}<script>{modules.joined_in_page(ordered)}</script>{page[held.end() :]}"
        holders |= dict.fromkeys((each.name for each in ordered), modules.IN_PAGE)
    waiting = _SCRIPT.findall(page)
    while waiting:
        script = waiting.pop(0)
        if script in holders:
            continue
        ordered = modules.in_order(script, read, holders)
        beside = posixpath.dirname(script) or "."
        elsewhere = {
            name: holder and f"./{posixpath.relpath(holder, beside)}" for name, holder in holders.items()
        }
        made.append((script, modules.joined(ordered, elsewhere).encode()))
        holders |= dict.fromkeys((each.name for each in ordered), script)
        waiting += [later for each in ordered for later in each.later]
    return page, made


def _with_one_sheet(page: str, sheet: str) -> str:
    """The page with one link in the place of all."""
    first = _SHEET.search(page)
    if first is None:
        return page
    link = f'    <link rel="stylesheet" href="{first["base"]}{_ADDRESS}{sheet}" />\n'
    return page[: first.start()] + link + _SHEET.sub("", page[first.start() :])
