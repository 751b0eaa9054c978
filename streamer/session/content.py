"""What a view or marks were made on: the patient and the images, kept beside them to know of a change later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from signaling.protocol.records import ContentChange, StudyInfo
from streamer.ipc.messages import StackPlan
from streamer.viewer.patient import Likeness, Patient, likeness

DIGIT_COUNT = 8
MOST_FRAMES = 1_000
"""So many frames of all stacks are kept one by one: a stored view may have 64 KiB."""


class StackContent(msgspec.Struct, frozen=True, kw_only=True):
    """The images of a stack: of each frame eight digits of a digest of its UID and number, and eight of its file's size and time.

    `images` is empty where there are too many to be kept one by one, `files` also where they are not known.
    """

    key: str
    series_number: int | None
    count: int
    images: str
    files: str
    version: str
    """Of the whole stack: it is another when any of its files is (StackPlan.version)."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The patient, and the stacks that are shown or marked."""

    patient: Patient
    stacks: tuple[StackContent, ...]


def patient_of(study: StudyInfo) -> Patient:
    """Whose study it is."""
    return Patient(study.patient_name, study.patient_id, study.issuer, study.birth_date, study.sex)


def stack_content(plan: StackPlan) -> StackContent:
    """What a stack holds today."""
    frames = plan.stack.frames
    files = [file_digits(plan, number) for number in range(len(frames))]
    return StackContent(
        key=plan.stack.key,
        series_number=plan.stack.series_number,
        count=len(frames),
        images="".join(image_digits(frame.sop_instance_uid, frame.frame_number) for frame in frames),
        files="".join(files) if all(files) else "",
        version=plan.version,
    )


def image_digits(sop_instance_uid: str, frame_number: int) -> str:
    """An image, in DIGIT_COUNT digits."""
    return _part(f"{sop_instance_uid} {frame_number}")


def file_digits(plan: StackPlan, frame: int) -> str:
    """The file of frame number `frame` by its size and time, in DIGIT_COUNT digits; empty where they are not known."""
    if len(plan.sources) != len(plan.stack.frames):
        return ""
    source = plan.sources[frame]
    return _part(f"{source.size} {source.mtime_ns}") if source.size >= 0 else ""


def parts(digits: str) -> list[str]:
    """The digits of single images or files, as they stand in StackContent."""
    return [digits[at : at + DIGIT_COUNT] for at in range(0, len(digits), DIGIT_COUNT)]


def bounded(stacks: Iterable[StackContent]) -> tuple[StackContent, ...]:
    """The stacks as they may be stored: those that would be too many frames without their single images."""
    left = MOST_FRAMES
    kept = []
    for stack in stacks:
        if stack.count > left:
            stack = msgspec.structs.replace(stack, images="", files="")
        else:
            left -= stack.count
        kept.append(stack)
    return tuple(kept)


def content_changes(
    of: str, before: Content | None, patient: Patient, now: Callable[[str], tuple[int, StackContent] | None]
) -> tuple[ContentChange, ...]:
    """What is another since; `of` is view or marks, `now` gives number and content of the stack with a key, where there is one.

    A view or marks of format 1 (`before` None) know nothing of what they were made on, which is said.
    """
    if before is None:
        return (ContentChange(of=of, change="unknown"),)
    found = []
    alike = likeness(before.patient, patient)
    if alike is Likeness.ANOTHER:
        return (ContentChange(of=of, change="patient"),)
    if alike is Likeness.DOUBTFUL:
        found.append(ContentChange(of=of, change="doubtful"))
    for stack in before.stacks:
        found += _stack_changes(of, stack, now(stack.key))
    return tuple(found)


def _stack_changes(of: str, then: StackContent, now: tuple[int, StackContent] | None) -> list[ContentChange]:
    if now is None:
        change = ContentChange(of=of, change="series", series_number=then.series_number, count=then.count)
        return [change]
    index, today = now
    counts = {
        "gone": max(0, then.count - today.count), "new": max(0, today.count - then.count), "replaced": 0,
    }  # fmt: skip
    if then.images:
        before, after = Counter(parts(then.images)), Counter(parts(today.images))
        counts |= {"gone": (before - after).total(), "new": (after - before).total()}
    if then.files and today.files:
        files = dict(zip(parts(today.images), parts(today.files), strict=True))
        pairs = zip(parts(then.images), parts(then.files), strict=False)
        counts["replaced"] = sum(files.get(image, file) != file for image, file in pairs)
    elif then.version != today.version and not counts["gone"] and not counts["new"]:
        counts["replaced"] = then.count
    return [
        ContentChange(of=of, change=change, series=index, series_number=today.series_number, count=count)
        for change, count in counts.items()
        if count
    ]


def _part(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=DIGIT_COUNT // 2).hexdigest()
