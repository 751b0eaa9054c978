"""Stills that a page was sent, by number, and what it says became of them: nothing is believed without the hash. Pure."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import dataclass

from signaling.protocol.control import StillChecked
from streamer.session.proven_stills import ProvenStill

KEPT = 32


class Verdict(enum.StrEnum):
    """What a page says became of a still (control.StillChecked)."""

    EXACT = "exact"
    MISMATCH = "mismatch"
    MISSING = "missing"
    UNDECODED = "undecoded"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on a still that was sent; `first` = no verdict on it came before."""

    still: ProvenStill
    verdict: Verdict
    first: bool


class SentStills:
    """The last 32 of one epoch."""

    def __init__(self) -> None:
        self._stills: OrderedDict[int, ProvenStill] = OrderedDict()
        self._judged: set[int] = set()

    def add(self, number: int, still: ProvenStill) -> None:
        """Still `number` is this picture, if the page finds that it is."""
        self._stills[number] = still
        while len(self._stills) > KEPT:
            oldest, _ = self._stills.popitem(last=False)
            self._judged.discard(oldest)

    def judge(self, message: StillChecked) -> Judged | None:
        """What the page found; None of a still that it was not sent.

        Raises:
            ValueError: no verdict is called so.
        """
        verdict = Verdict(message.verdict)
        still = self._stills.get(message.still)
        if still is None:
            return None
        if verdict is Verdict.EXACT and message.sha256 != still.sha256:
            verdict = Verdict.MISMATCH
        first = message.still not in self._judged
        self._judged.add(message.still)
        return Judged(still, verdict, first)

    def clear(self) -> None:
        """Another renderer, page, size or study: verdicts on what was before mean nothing."""
        self._stills.clear()
        self._judged.clear()
