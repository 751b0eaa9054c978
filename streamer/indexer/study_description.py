"""DescribeStudy: the study's stacks as plans for the loader, and in words what can't be shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from signaling.protocol.records import StudyInfo
from streamer.dicom.header_record import HeaderRecord
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.index import Index, ReadFile
from streamer.dicom.sources.folder import FolderSource
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.dicom.study_summary import identity
from streamer.indexer.scanner import read_file
from streamer.ipc.messages import FrameSource, StackPlan, StudyDescribed

_OBJECTS = {
    "SR": "structured report",
    "PR": "presentation state",
    "KO": "key object selection",
    "RTSTRUCT": "set of radiotherapy structures",
    "RTPLAN": "radiotherapy plan",
    "DOC": "document",
    "ECG": "electrocardiogram",
}
_MOST_SENTENCES = 32


def describe_study(index: Index, root: Path, request: int, study: str) -> StudyDescribed | None:
    """The study as it lies in the archive now; None where there is none of that UID."""
    missing = _refresh(index, root, study)
    entries = list(index.files_of(study))
    if not entries:
        return None
    series: dict[str, list[FileEntry]] = defaultdict(list)
    for entry in entries:
        series[entry.header.series.uid].append(entry)
    plans: list[PlannedStack] = []
    for files in series.values():
        plans.extend(plan_series(files))
    plans.sort(key=lambda plan: _rank(plan, series[plan.stack.series_instance_uid][0].header))
    missing += _contradiction(entries) + _damaged(index, entries) + _without_pixels(entries)
    info = _info(index.archive, next((e.header for e in entries if e.header.pixels), entries[0].header))
    return StudyDescribed(
        request=request,
        study=info,
        plans=tuple(to_message(plan) for plan in plans),
        missing=tuple(missing[:_MOST_SENTENCES]),
    )


def to_message(plan: PlannedStack) -> StackPlan:
    """The plan as it goes to the host and the loader."""
    pixels = plan.pixels
    return StackPlan(
        stack=plan.stack,
        sources=tuple(
            FrameSource(path=s.path, frame=s.frame, offset=s.offset, length=s.length) for s in plan.sources
        ),
        transfer_syntax=pixels.transfer_syntax,
        photometric=pixels.photometric,
        bits_allocated=pixels.bits_allocated,
        bits_stored=pixels.bits_stored,
        signed=pixels.signed,
        samples=pixels.samples,
        planar=pixels.planar,
        rescale=plan.rescale,
        version=plan.version,
    )


def _refresh(index: Index, root: Path, study: str) -> list[str]:
    """Reads the study's changed files again and forgets the vanished ones; in words what has vanished."""
    source = FolderSource(root)
    gone: list[str] = []
    read: list[ReadFile] = []
    for entry in index.files_of(study):
        status = source.status(entry.path)
        if status is None:
            gone.append(entry.path)
        elif (status.size, status.mtime_ns) != (entry.size, entry.mtime_ns):
            read.append(read_file(root, status))
    if gone or read:
        index.write(read, gone)
    if not gone:
        return []
    return [
        f"{_count(len(gone), 'file')} of this study {'is' if len(gone) == 1 else 'are'} no longer in the archive."
    ]


def _contradiction(entries: list[FileEntry]) -> list[str]:
    patients = {identity(entry.header) for entry in entries}
    return (
        ["Files of this study name different patients. Have the archive put right."]
        if len(patients) > 1
        else []
    )


def _damaged(index: Index, entries: list[FileEntry]) -> list[str]:
    folders = {entry.path.rpartition("/")[0] for entry in entries}
    counts = Counter(problem for _, problem in index.problems_near(folders))
    return [
        f"In this study's folder: {problem}" + (f" ({number} times)" if number > 1 else "")
        for problem, number in counts.items()
    ]


def _without_pixels(entries: list[FileEntry]) -> list[str]:
    counts = Counter(entry.header.series.modality for entry in entries if entry.header.pixels is None)
    return [
        f"{_count(number, _OBJECTS.get(modality, f'{modality} object'))} can't be shown."
        for modality, number in sorted(counts.items())
    ]


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.replace('set of', 'sets of') if noun.startswith('set of') else noun + 's'}"


def _rank(plan: PlannedStack, header: HeaderRecord) -> tuple[object, ...]:
    number = plan.stack.series_number
    part = int(plan.stack.key.rpartition("#")[2])
    return (number is None, number or 0, header.series.date, plan.stack.series_instance_uid, part)


def _info(archive: str, header: HeaderRecord) -> StudyInfo:
    patient, study = header.patient, header.study
    return StudyInfo(
        archive=archive,
        study=study.uid,
        patient_name=patient.name,
        patient_id=patient.patient_id,
        issuer=patient.issuer,
        birth_date=patient.birth_date,
        sex=patient.sex,
        age=study.age,
        study_date=study.date,
        study_time=study.time,
        accession_number=study.accession_number,
        description=study.description,
        checked=datetime.now(UTC).isoformat(timespec="seconds"),
    )
