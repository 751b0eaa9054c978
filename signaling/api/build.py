"""The browser's files: found under web/, named by a hash of all of them, kept compressed.

Pages load them from /static/BUILD/…, where BUILD changes when any file does: what is there can be cached for ever. A page
of an earlier build that is still open gets the files that stand now, uncached.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

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
_LOOK_EVERY = 1.0
_BUILD_LENGTH = 12


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file's bytes, and the same compressed where that is worth it."""

    media_type: str
    data: bytes
    gzipped: bytes | None


class WebFiles:
    """The files in one folder, read again when they change."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, StaticFile] = {}
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._looked = 0.0
        self._build = "none"

    @property
    def build(self) -> str:
        """The name of the files as they stand."""
        self._look()
        return self._build

    def find(self, name: str) -> StaticFile | None:
        """The file at `name` below the folder; None where there is none to serve."""
        self._look()
        return self._files.get(name)

    def page(self, name: str, **values: str) -> str | None:
        """The HTML file `name` with its placeholders, {{build}} and those in `values` (escaped by the caller), filled in."""
        file = self.find(name)
        if file is None:
            return None
        text = file.data.decode()
        for key, value in {"build": self._build, **values}.items():
            text = text.replace("{{" + key + "}}", value)
        return text

    def _look(self) -> None:
        now = time.monotonic()
        if self._seen and now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        found = []
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root).as_posix()
            hidden = any(part.startswith(".") for part in path.relative_to(self._root).parts)
            if path.suffix in TYPES and not hidden and path.is_file() and not path.is_symlink():
                stat = path.stat()
                found.append((name, stat.st_mtime_ns, stat.st_size))
        if tuple(found) != self._seen:
            self._read(tuple(found))

    def _read(self, found: tuple[tuple[str, int, int], ...]) -> None:
        files = {}
        digest = hashlib.sha256()
        for name, _, _ in found:
            path = self._root / name
            try:
                data = path.read_bytes()
            except FileNotFoundError:  # gone since it was listed; the next look lists without it
                continue
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
            gzipped = gzip.compress(data, 6, mtime=0) if path.suffix in _COMPRESSED else None
            files[name] = StaticFile(TYPES[path.suffix], data, gzipped)
        self._files, self._seen = files, found
        self._build = digest.hexdigest()[:_BUILD_LENGTH]
