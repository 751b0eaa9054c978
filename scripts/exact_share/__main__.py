"""`scripts/exactness`: judges the demonstration's files, pydicom's test files and folders of one's own; a table in Markdown."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pydicom

from scripts.exact_share.judged import Judged, judge
from streamer.demo.steps import STEPS, make_demo

TEST_FILES = Path(pydicom.__file__).parent / "data" / "test_files"


def judged_in(folder: Path) -> list[Judged]:
    """Every image file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [judged for path in files if (judged := judge(path)) is not None]


def table(sources: Sequence[tuple[str, list[Judged]]]) -> Iterator[str]:
    """How many of each source are plainly exact, then why the others are not, the most frequent reason first."""
    yield "| images of | files | shown | plainly exact | share of those shown |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, files in sources:
        shown = [judged for judged in files if judged.is_shown]
        exact = sum(not judged.reasons for judged in shown)
        share = f"{100 * exact / len(shown):.1f} %" if shown else "–"
        yield f"| {name} | {len(files)} | {len(shown)} | {exact} | {share} |"
    reasons = Counter(
        (reason, judged.is_shown) for _, files in sources for judged in files for reason in judged.reasons
    )
    if not reasons:
        return
    yield ""
    yield "| why not | files | for example |"
    yield "| --- | ---: | --- |"
    for (reason, is_shown), count in sorted(
        reasons.items(), key=lambda item: (not item[0][1], -item[1], item[0])
    ):
        example = next(
            j.path.name
            for _, files in sources
            for j in files
            if reason in j.reasons and j.is_shown == is_shown
        )
        yield f"| {f'`{reason}`' if is_shown else f'not shown: {reason}'} | {count} | {example} |"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="scripts/exactness", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="folders of one's own to judge too")
    parser.add_argument(
        "--demo", type=Path, help="the demonstration's folder; what lacks in it is made first"
    )
    given = parser.parse_args()
    sources: list[tuple[str, list[Judged]]] = []
    if given.demo is not None:
        for line in make_demo(given.demo):
            print(line, file=sys.stderr, flush=True)
        sources += [(step.title, judged_in(given.demo / step.folder)) for step in STEPS]
    sources.append(("pydicom’s test files", judged_in(TEST_FILES)))
    sources += [(str(folder), judged_in(folder)) for folder in given.folders]
    for line in table(sources):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
