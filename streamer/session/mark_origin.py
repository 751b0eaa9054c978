"""Which images the value of a mark was measured on, and whether those are the ones that are there now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from streamer.ipc.messages import StackPlan
from streamer.session.content import DIGIT_COUNT, Content, StackContent, file_digits, image_digits, parts
from streamer.viewer.image_marks import frame_of
from streamer.viewer.marks import Mark

UNKNOWN = "?"
"""In the place of an origin: what the mark was measured on was not kept."""


def origin(mark: Mark, plan: StackPlan | None) -> str:
    """What the mark's value would be measured on now: the digits of its image's file, else the version of its whole stack.

    A mark on a plane is made of all images of its stack. Empty where its image, or its stack, is not there.
    """
    if plan is None:
        return ""
    if mark.plane:
        return plan.version
    frame = frame_of(mark, plan.stack)
    if frame is None:
        return ""
    return file_digits(plan, frame) or plan.version


def change_since(mark: Mark, plan: StackPlan | None) -> str:
    """Why the mark's value is not one of the images that are there now; empty where it is, and where its image is not there.

    `replaced`: another file holds its image. `changed`: its stack has other images. `unknown`: it can't be told.
    """
    now = origin(mark, plan)
    if plan is None or not now or mark.made_on in (now, plan.version):
        return ""
    if mark.made_on in ("", UNKNOWN):
        return "unknown"
    if mark.plane:
        return "changed"
    return "replaced" if len(mark.made_on) == DIGIT_COUNT == len(now) else "unknown"


def with_origins(marks: Iterable[Mark], content: Content | None) -> tuple[Mark, ...]:
    """Stored marks, those that do not name what they were measured on with what their whole document was saved on.

    Earlier versions stored the document's content alone.
    """
    stacks = {stack.key: stack for stack in content.stacks} if content is not None else {}
    return tuple(
        mark if mark.made_on else replace(mark, made_on=_stored_origin(mark, stacks.get(mark.stack_key)))
        for mark in marks
    )


def _stored_origin(mark: Mark, then: StackContent | None) -> str:
    if then is None:
        return UNKNOWN
    if mark.plane or not then.images or not then.files:
        return then.version or UNKNOWN
    image = image_digits(mark.sop_instance_uid, mark.frame_number)
    files = dict(zip(parts(then.images), parts(then.files), strict=False))
    return files.get(image, UNKNOWN)


def content_to_store(now: Content, before: Content | None, stale: set[str]) -> Content | None:
    """What is stored beside marks: the images of today, and of stacks with `stale` marks (their keys) those of `before`.

    So it is said at every opening that images are others since, until all marks on them are measured anew, however often the
    marks are saved meanwhile. None where marks are stale and what was there before is not known.
    """
    if not stale:
        return now
    if before is None:
        return None
    kept = {stack.key: stack for stack in before.stacks if stack.key in stale}
    rest = tuple(stack for stack in now.stacks if stack.key not in kept)
    return Content(patient=before.patient, stacks=(*kept.values(), *rest))
