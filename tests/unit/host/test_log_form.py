"""All that the host's programs write to their log is one JSON object a line, and nothing in it is a file's, whoever writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BEGIN = """
import logging, sys, threading, warnings
warnings.simplefilter("ignore")
from streamer import log
log.configure("info", program="loader")
"""
ELEMENT = """
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from streamer.dicom.elements import Elements
dataset = Dataset()
def put(keyword, vr, value):
    dataset[Tag(keyword)] = RawDataElement(Tag(keyword), vr, len(value), value, 0, False, True)
"""
DAMAGED = """
import imagecodecs, numpy
from streamer.dicom import unheard_errors
pixels = numpy.random.default_rng(1).integers(0, 4000, (64, 64)).astype("u2")
whole = imagecodecs.htj2k_encode(pixels, reversible=True)
found = 0
for at in range(len(whole) // 2, len(whole) - 8, len(whole) // 40):
    data = bytearray(whole)
    data[at : at + 4] = b"\\xff\\xff\\xff\\xff"
    unheard_errors.begin()
    try:
        imagecodecs.htj2k_decode(bytes(data), planar=False)
    except Exception:
        pass
    found += unheard_errors.any_since()
assert found
"""
ENDING = 'int("SMITH^John")'
WRITERS = {
    "a decoder's errors": (DAMAGED, 0),
    "a decoder's errors, the log being set up later": (DAMAGED + 'log.configure("info")\n' + DAMAGED, 0),
    "an invalid value": (
        ELEMENT + 'put("StudyInstanceUID", "UI", b"smith^john12")\nElements(dataset).uid("StudyInstanceUID")',
        1,
    ),
    "an unknown character set": (
        ELEMENT
        + 'put("SpecificCharacterSet", "CS", b"ISO_IR SMITH")\nput("PatientName", "PN", b"J")\n'
        + 'Elements(dataset).text("PatientName")',
        1,
    ),
    "a library's words": ('logging.getLogger("pydicom").warning("Invalid value: SMITH^John")', 1),
    "what is put into a library's words": (
        'logging.getLogger("asyncio").warning("of %s, pid %d", "SMITH^John", 7)',
        1,
    ),
    "a library's error": (
        'try:\n    int("SMITH^John")\nexcept ValueError:\n    logging.getLogger("asyncio").exception("SMITH^John failed")',
        1,
    ),
    "an error in a thread": (
        'thread = threading.Thread(target=int, args=("SMITH^John",))\nthread.start()\nthread.join()',
        1,
    ),
    "an error that can't be raised": (
        "class A:\n    def __del__(self):\n        int('SMITH^John')\na = A()\ndel a",
        1,
    ),
    "an error that ends the program": (ENDING, 1),
}


@pytest.mark.parametrize(("program", "least"), WRITERS.values(), ids=WRITERS)
def test_whoever_writes_it(program: str, least: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) >= least
    assert all(line["level"] in ("warning", "error") and line["event"] for line in lines)
    assert least or not lines
    assert "smith" not in done.stderr.lower()
    assert done.returncode == (program == ENDING)
