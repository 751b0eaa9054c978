"""Which terms of images a page has been told: the part of a series that it looks at, before its pictures. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from signaling.protocol.control import ImageTermsTable
from streamer.session import mapping
from streamer.viewer.image_terms import NO_TERMS
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewState

ENTRIES = 64
"""Of one message: those of the image shown and of its neighbours, never a whole table at once."""


class TermsSaid:
    """What one page has been told."""

    def __init__(self) -> None:
        self._said: set[tuple[int, int]] = set()

    def clear(self) -> None:
        """A page that knows nothing."""
        self._said.clear()

    def wanted(self, epoch: int, state: ViewState, stacks: tuple[Stack, ...]) -> Iterator[ImageTermsTable]:
        """The messages that a page needs for this state, the images shown first; they count as told."""
        for viewport in state.viewports:
            if viewport.kind != "stack" or not 0 <= viewport.stack < len(stacks):
                continue
            stack = stacks[viewport.stack]
            image = min(max(viewport.image, 0), len(stack.frames) - 1)
            part = stack.terms_index(image) // ENTRIES
            for number in (part, part + 1, part - 1):
                first = number * ENTRIES
                if (viewport.stack, number) in self._said or not 0 <= first < min(len(stack.terms), NO_TERMS):
                    continue
                self._said.add((viewport.stack, number))
                entries = stack.terms[first : min(first + ENTRIES, NO_TERMS)]
                yield ImageTermsTable(
                    epoch=epoch,
                    series=viewport.stack,
                    first=first,
                    terms=tuple(mapping.image_terms(terms) for terms in entries),
                )
