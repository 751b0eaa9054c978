"""DescribeStudy: the study's stacks as plans for the loader, and in words what can't be shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signaling.protocol.records import PatientInfo, StudyInfo
from streamer.dicom import index as index_module
from streamer.dicom.header_record import HeaderRecord
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.index import Index, ReadFile
from streamer.dicom.object_words import object_noun
from streamer.dicom.part_words import parts_said
from streamer.dicom.sources.folder import FolderSource, SourceFault
from streamer.dicom.stack_plan import PlannedStack, plan_series
from streamer.dicom.study_summary import patient_of, speaks_first
from streamer.indexer.comparing import compared, within
from streamer.indexer.declared import with_declared
from streamer.indexer.presence import why_unseen
from streamer.indexer.scanner import read_file
from streamer.ipc.messages import FrameSource, StackPlan, StudyDescribed
from streamer.viewer.patient import Patient, people, worst

_MOST_SENTENCES = 32
_MOST_SPELLINGS = 16
_COMPARING_SECONDS = 2.0
"""So long may opening a study compare files that look like copies; mostly the scan has done it."""


def describe_study(index: Index, root: Path, request: int, study: str) -> StudyDescribed | None:
    """The study as it lies in the archive now; None where there is none of that UID.

    Raises:
        SourceFault: the archive can't be asked: what the index says is of before, and is not shown as if it were there.
    """
    seen = _look_at(index, root, study)
    entries, missing = seen.entries, seen.sentences
    if not entries:
        return None
    entries, uncompared = compared(index, root, entries, within(_COMPARING_SECONDS))
    own = min(entries, key=lambda entry: speaks_first(entry.header, entry.path)).header
    patients = [patient_of(own), *(patient_of(entry.header) for entry in entries)]
    person_of = dict(zip(patients, people(patients), strict=True))
    series: dict[str, list[FileEntry]] = defaultdict(list)
    for entry in entries:
        series[entry.header.series.uid].append(entry)
    plans: list[PlannedStack] = []
    for files in series.values():
        plans.extend(plan_series(files, lambda entry: person_of[patient_of(entry.header)]))
    plans = with_declared(index, plans, entries, seen.unread)
    plans.sort(key=lambda plan: _rank(plan, series[plan.stack.series_instance_uid][0].header))
    missing += _same_uids(plans, uncompared) + _cut(index, study)
    missing += parts_said(plan.stack for plan in plans)
    missing += _damaged(index, entries) + _without_pixels(entries)
    info = _info(index.archive, own, patients, person_of)
    return StudyDescribed(
        request=request,
        study=info,
        plans=tuple(to_message(plan) for plan in plans),
        missing=_some(missing),
    )


def to_message(plan: PlannedStack) -> StackPlan:
    """The plan as it goes to the host and the loader."""
    pixels = plan.pixels
    return StackPlan(
        stack=plan.stack,
        sources=tuple(
            FrameSource(
                path=s.path, frame=s.frame, offset=s.offset, length=s.length, size=s.size, mtime_ns=s.mtime_ns
            )
            for s in plan.sources
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


@dataclass
class _Seen:
    """The study's files as they are now: those that count, and in words those that do not."""

    entries: list[FileEntry]
    unread: list[FileEntry]
    sentences: list[str]


def _look_at(index: Index, root: Path, study: str) -> _Seen:
    """Looks at each file that the index names and reads changed ones again. Nothing is forgotten here: that is the scan's.

    Raises:
        SourceFault: none can be seen now, and it is not known that they are gone.
    """
    source = FolderSource(root)
    source.check()
    there: dict[str, FileEntry] = {}
    gone: list[FileEntry] = []
    unread: list[FileEntry] = []
    read: list[ReadFile] = []
    for entry in index.files_of(study):
        try:
            status = source.status(entry.path)
        except OSError:
            unread.append(entry)
            continue
        if status is None:
            gone.append(entry)
        elif (status.size, status.mtime_ns) == (entry.size, entry.mtime_ns):
            there[entry.path] = entry
        else:
            again = read_file(root, status)
            if again.unread:
                unread.append(entry)
            read.append(again)
    if read:
        index.write(read)
        changed = {again.status.path for again in read if not again.unread}
        there |= {entry.path: entry for entry in index.files_of(study) if entry.path in changed}
    why = why_unseen(index, source, [entry.path for entry in gone]) if gone else ""
    if not there:
        if why or unread:
            raise SourceFault(why or f"{_count(len(unread), 'file')} of it can't be read now.")
        return _Seen([], [], [])
    if why:
        unread, gone = unread + gone, []
    sentences = []
    if gone:
        are = "is" if len(gone) == 1 else "are"
        sentences.append(f"{_count(len(gone), 'file')} of this study {are} no longer in the archive.")
    if unread:
        also = f" {why}" if why else ""
        sentences.append(f"{_count(len(unread), 'file')} of this study can't be read now.{also}")
    return _Seen(list(there.values()), unread, sentences)


def _same_uids(plans: Sequence[PlannedStack], uncompared: int) -> list[str]:
    """What is said of images that have one UID but are not the same; copies are no matter."""
    images = sum("~" in frame.sop_instance_uid for plan in plans for frame in plan.stack.frames)
    said = []
    if images:
        have = "has the same SOP Instance UID as" if images == 1 else "have the same SOP Instance UIDs as"
        said.append(
            f"{_count(images, 'image')} of this study {have} others of other content; none is left out for it."
        )
    if uncompared:
        looks = "looks like a copy" if uncompared == 1 else "look like copies"
        said.append(f"{_count(uncompared, 'file')} {looks} and could not be compared; of each one is shown.")
    return said


def _cut(index: Index, study: str) -> list[str]:
    files = index.file_count(study)
    if files <= index_module.MOST_FILES_OF_A_STUDY:
        return []
    rest = files - index_module.MOST_FILES_OF_A_STUDY
    return [
        f"This study has {files} files; {rest} of them are not looked at, and their images are not shown."
    ]


def _some(sentences: Sequence[str]) -> tuple[str, ...]:
    """As many as can be said; of the others their number."""
    if len(sentences) <= _MOST_SENTENCES:
        return tuple(sentences)
    rest = len(sentences) - _MOST_SENTENCES + 1
    return (*sentences[: _MOST_SENTENCES - 1], f"And {rest} more such lines; have the archive looked at.")


def _damaged(index: Index, entries: list[FileEntry]) -> list[str]:
    folders = {entry.path.rpartition("/")[0] for entry in entries}
    counts = Counter(problem for _, problem in index.problems_near(folders))
    return [
        f"In this study's folder: {problem}" + (f" ({number} times)" if number > 1 else "")
        for problem, number in counts.items()
    ]


def _without_pixels(entries: list[FileEntry]) -> list[str]:
    counts = Counter(object_noun(entry.header) for entry in entries if entry.header.pixels is None)
    return [f"{_count(number, noun)} can't be shown." for noun, number in sorted(counts.items())]


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.replace('set of', 'sets of') if noun.startswith('set of') else noun + 's'}"


def _rank(plan: PlannedStack, header: HeaderRecord) -> tuple[object, ...]:
    number = plan.stack.series_number
    part = int(plan.stack.key.rpartition("#")[2])
    return (number is None, number or 0, header.series.date, plan.stack.series_instance_uid, part)


def _info(
    archive: str, header: HeaderRecord, patients: Sequence[Patient], person_of: Mapping[Patient, int]
) -> StudyInfo:
    """The study under the patient of `header`; who else its files name, and how far that agrees."""
    patient, study = header.patient, header.study
    own, *distinct = dict.fromkeys(patients)
    first = {number: patient for patient, number in reversed(list(person_of.items()))}
    spellings = [other for other in distinct if person_of[other] == 0]
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
        likeness=str(worst(own, spellings)),
        spellings=tuple(map(_patient_info, spellings[:_MOST_SPELLINGS])),
        people=tuple(_patient_info(first[number]) for number in sorted(first) if number),
    )


def _patient_info(patient: Patient) -> PatientInfo:
    return PatientInfo(
        patient_name=patient.name,
        patient_id=patient.patient_id,
        issuer=patient.issuer,
        birth_date=patient.birth_date,
        sex=patient.sex,
    )
