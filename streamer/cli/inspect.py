"""`farview inspect FOLDER`: which studies and stacks are found, what is refused, and why. Nothing is written to the folder."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from signaling.protocol.records import WorklistFilter
from streamer.ipc.messages import StackPlan
from streamer.viewer.stack import Gap

if TYPE_CHECKING:
    from streamer.dicom.index import Index

_MOST_NAMES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `inspect`."""
    parser.add_argument("folder", type=Path, help="where the DICOM files are")
    parser.add_argument(
        "--names",
        action="store_true",
        help="also print patient names and IDs, and where files lie that are not listed",
    )


def run(options: argparse.Namespace) -> int:
    """Prints the studies; 1 when there is none."""
    from streamer.dicom.index import Index  # imported late: --help must be quick
    from streamer.dicom.sources.folder import SourceFault
    from streamer.dicom.worklist import worklist
    from streamer.indexer.scanner import Scanner, ScanStatus
    from streamer.indexer.study_description import describe_study

    root: Path = options.folder.resolve()
    if not root.is_dir():
        print(f"farview inspect: {options.folder} is not a folder.", file=sys.stderr)
        return 2
    done = threading.Event()
    newest: list[ScanStatus] = []

    def note(status: ScanStatus) -> None:
        newest[:] = [status]
        if not status.scanning:
            done.set()

    with tempfile.TemporaryDirectory() as folder:
        index_path = Path(folder) / "index.sqlite"
        index = Index(index_path)
        scanner = Scanner(root, index_path, note)
        scanner.start()
        try:
            done.wait()
            rows, total = worklist(index.connection, index.archive, WorklistFilter(limit=500))
            for row in rows:
                who = f" {row.patient_name} ({row.patient_id})" if options.names else ""
                print(f"study {row.study}{who} {row.study_date} {'/'.join(row.modalities)} {row.description}")
                try:
                    described = describe_study(index, root, 0, row.study)
                except SourceFault as fault:
                    print(f"  ! {fault}")
                    continue
                for plan in described.plans if described is not None else ():
                    print(f"  {_line(plan)}")
                for sentence in described.missing if described is not None else ():
                    print(f"  ! {sentence}")
            for sentence in _not_read(index, names=options.names):
                print(f"! {sentence}")
        finally:
            scanner.stop()
            index.close()
    problem = newest[0].problem if newest else ""
    print(f"{total} studies" + (f"; {problem}" if problem else ""))
    return 0 if total else 1


def _not_read(index: Index, *, names: bool) -> list[str]:
    """The files that are not listed, counted by what is the matter; with `names` also where they are."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for path, problem in index.problems():
        by_reason[problem].append(path)
    said = []
    for problem, paths in sorted(by_reason.items()):
        said.append(f"{len(paths)} file{'' if len(paths) == 1 else 's'} not listed: {problem}")
        if names:
            said += [f"  {path}" for path in paths[:_MOST_NAMES]]
            if len(paths) > _MOST_NAMES:
                said.append(f"  and {len(paths) - _MOST_NAMES} more")
    return said


def _gap(gap: Gap) -> str:
    places = f"after {gap.after}" if gap.after == gap.until else f"after each of {gap.after} to {gap.until}"
    if gap.kind == "missing":
        return f"about {gap.count} missing {places}"
    if gap.kind == "spacing":
        return f"{gap.millimetres:.2f} mm instead of {gap.usual:.2f} {places}"
    if gap.kind == "together":
        return f"{gap.count} at one place from {gap.after} to {gap.until + gap.count - 1}"
    return f"{gap.count} more gaps"


def _line(plan: StackPlan) -> str:
    stack = plan.stack
    geometry = stack.geometry
    words = [
        f"series {stack.series_number if stack.series_number is not None else '-'}",
        stack.modality,
        stack.series_description,
        f"{len(stack.frames)} × {stack.columns} × {stack.rows} {stack.pixels.dtype}",
        "volume" if geometry.volumetric else f"no volume: {geometry.not_volumetric}",
    ]
    if stack.declared_images > len(stack.frames):
        words.append(f"{len(stack.frames)} of {stack.declared_images} images")
    words += [_gap(gap) for gap in stack.gaps]
    if stack.fault:
        words.append(f"refused: {stack.fault}")
    return ", ".join(word for word in [*words, *stack.common.notices] if word)
