"""The demonstration's steps: each makes one folder, which appears when it is whole, and is left alone where it is there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from streamer.demo import head_ct, phantom_studies, sample_files
from streamer.demo.debian_package import Unavailable, file_of_package

Make = Callable[[Path], int]


@dataclass(frozen=True, slots=True)
class Step:
    """`make` fills a folder and says how many files it wrote."""

    folder: str
    title: str
    make: Make


def _head(folder: Path) -> int:
    with file_of_package(head_ct.PACKAGE, head_ct.MEMBER) as source:
        return head_ct.write_head(source, folder)


def _samples(folder: Path) -> int:
    try:
        with sample_files.fetched_folder() as source:
            return sample_files.write_samples(source, sample_files.FETCHED, folder)
    except Unavailable:
        return sample_files.write_samples(sample_files.bundled_folder(), sample_files.BUNDLED, folder)


STEPS = (
    Step("phantom-oblique", "oblique phantom", phantom_studies.write_oblique),
    Step("head-ct", "head CT (Debian package invesalius-examples)", _head),
    Step("phantom-chest", "chest phantom", phantom_studies.write_chest),
    Step("samples", "samples of other modalities", _samples),
)


def make_demo(out: Path, steps: tuple[Step, ...] = STEPS) -> Iterator[str]:
    """Makes what is not there yet; a line on each step. A step that can't be made is skipped with its reason.

    Raises:
        OSError: the folder can't be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(steps, 1):
        yield f"[{number}/{len(steps)}] {step.title}: {_make(out, step)}"


def _make(out: Path, step: Step) -> str:
    folder, temporary = out / step.folder, out / f".{step.folder}.part"
    if folder.is_dir():
        return "already there"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        count = step.make(temporary)
        os.rename(temporary, folder)
    except Unavailable as reason:
        return f"skipped. {reason}"
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return f"{count} files"
