"""`farview inspect FOLDER`: which studies and stacks are found, what is refused, and why. Nothing is written to the folder."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from pathlib import Path

from signaling.protocol.records import WorklistFilter
from streamer.ipc.messages import StackPlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `inspect`."""
    parser.add_argument("folder", type=Path, help="where the DICOM files are")
    parser.add_argument("--names", action="store_true", help="also print patient names and IDs")


def run(options: argparse.Namespace) -> int:
    """Prints the studies; 1 when there is none."""
    from streamer.dicom.index import Index  # imported late: --help must be quick
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
                described = describe_study(index, root, 0, row.study)
                for plan in described.plans if described is not None else ():
                    print(f"  {_line(plan)}")
                for sentence in described.missing if described is not None else ():
                    print(f"  ! {sentence}")
        finally:
            scanner.stop()
            index.close()
    problem = newest[0].problem if newest else ""
    print(f"{total} studies" + (f"; {problem}" if problem else ""))
    return 0 if total else 1


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
    if stack.fault:
        words.append(f"refused: {stack.fault}")
    return ", ".join(word for word in [*words, *stack.notices] if word)
