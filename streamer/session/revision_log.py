"""The states of the last revisions, so that a click can be resolved against what was on the glass when it was made."""

from __future__ import annotations

from collections import OrderedDict

from streamer.viewer.state import ViewState

KEPT = 512


class RevisionLog:
    """Revision → state, the newest 512."""

    def __init__(self) -> None:
        self._states: OrderedDict[int, ViewState] = OrderedDict()

    def add(self, revision: int, state: ViewState) -> None:
        """Remembers `state` as revision `revision`."""
        self._states[revision] = state
        while len(self._states) > KEPT:
            self._states.popitem(last=False)

    def at(self, revision: int) -> ViewState | None:
        """The state of that revision; None when it is too old or never was."""
        return self._states.get(revision)
