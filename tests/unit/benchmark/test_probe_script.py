"""The recorder as one script: the page's own decoder within, and nothing left that a plain script can't hold."""

from __future__ import annotations

import re

from scripts.benchmark.probe_script import probe_script


def test_the_recorder_brings_the_decoder_and_fetches_nothing() -> None:
    script = probe_script()
    assert script.startswith("const farviewDecode = ")
    assert "return $protocol_frames.decode;" in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert "import(" not in script


def test_its_parts_come_after_what_they_build_on() -> None:
    script = probe_script()
    assert script.index("window.farviewProbe = {") < script.index("keptPicture") < script.index("watchMarker")
