"""What a reader is told of a view that is taken up again, as codes: the page has the words."""

from __future__ import annotations

from signaling.protocol.records import ContentChange, JsonObject
from streamer.ipc.messages import StudyDescribed
from streamer.session.checkpoint import marks_checkpoint, view_checkpoint
from streamer.session.content import content_changes, patient_of
from streamer.session.opened_study import OpenedStudy
from streamer.session.unnoted import still_unnoted
from streamer.viewer.state import ViewState


def has_same_stacks(study: OpenedStudy | None, described: StudyDescribed) -> bool:
    """Whether the study is still what is known of it: an open session never hides a change of the archive."""
    now = [(plan.stack.key, plan.version) for plan in described.plans]
    return study is not None and now == [(plan.stack.key, plan.version) for plan in study.plans]


def changes_since(
    view: JsonObject | None, marks: JsonObject | None, study: OpenedStudy
) -> tuple[ContentChange, ...]:
    """How the study differs from what the stored view and marks were made on; nothing of documents that can't be read."""
    patient = patient_of(study.info)
    found: list[ContentChange] = []
    try:
        if view is not None:
            found += content_changes("view", view_checkpoint(view).content, patient, study.content_now)
        stored = marks_checkpoint(marks) if marks is not None else None
        if stored is not None and stored.items:
            found += content_changes("marks", stored.content, patient, study.content_now)
    except ValueError:
        pass  # whoever restores them says so
    return tuple(found)


def unnoted_before(view: JsonObject | None, changes: tuple[ContentChange, ...]) -> tuple[ContentChange, ...]:
    """What had changed before the stored view was made and was not noted, so far as `changes` since do not tell it."""
    if view is None:
        return ()
    try:
        return still_unnoted(view_checkpoint(view).unnoted, changes)
    except ValueError:
        return ()  # whoever restores the view says that it can't be read


def may_resume(changes: tuple[ContentChange, ...]) -> bool:
    """Whether a view may be taken up again: never another patient's."""
    return not any(change.change == "patient" for change in changes)


def resumed_words(state: ViewState) -> tuple[str, ...]:
    """What of a view misleads who does not remember it: flipped, rotated, inverted."""
    viewports = state.viewports
    words = {
        "flipped": any(viewport.flipped for viewport in viewports),
        "rotated": any(viewport.quarter_turns for viewport in viewports),
        "inverted": any(viewport.inverted for viewport in viewports),
    }
    return tuple(word for word, holds in words.items() if holds)
