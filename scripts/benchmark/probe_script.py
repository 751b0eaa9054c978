"""The recorder as one script for the page, with a decoder of its own, so that measuring fetches nothing over the link."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scripts.benchmark.setting import ROOT
from signaling.api.modules import Module, in_order, joined, parsed

_FILES = [Path(__file__).with_name(name) for name in ("page_probe.js", "kept_pictures.js", "marker.js")]
_WEB = ROOT / "web"
_DECODER = "protocol/frames.js"
_SCOPE = "$protocol_frames"


@cache
def probe_script() -> str:
    """Decoder and recorder, to run before a page's own scripts."""
    modules = joined(in_order(_DECODER, _read))
    before, export, _names = modules.rpartition("export {")
    assert export
    decoder = f"const farviewDecode = (() => {{\n{before}\nreturn {_SCOPE}.decode;\n}})();"
    return "\n".join([decoder, *(file.read_text() for file in _FILES)])


def _read(name: str) -> Module:
    return parsed(name, (_WEB / name).read_text())
