"""How much of the bits it is asked for an encoder makes, so that it can be asked for what is wanted. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST = 0.5
_GAIN_DOWN = 0.3
_TOO_LARGE = 1.25
"""A picture too large waits in the link, one too small is only a little coarser: the correction shrinks faster than it grows."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is believed of an encoder before anything is known, the most that is ever believed, and how fast it is learnt."""

    first: float
    most: float
    gain: float


MOVING = Habit(first=0.8, most=1.4, gain=0.06)
AFTER_A_REST = Habit(first=1.0, most=1.3, gain=0.1)
"""An encoder that has saved bits makes more of what it is asked for; asked for much less, it would open anew with a key."""


class EncoderYield:
    """The measured share, kept by octaves of the bits asked for and linear between them: x264 falls shorter of small pictures."""

    def __init__(self, habit: Habit = MOVING) -> None:
        self._habit = habit
        self._shares: dict[int, float] = {}

    def share(self, asked_bits: float) -> float:
        """What part of `asked_bits` the encoder makes."""
        octave, part = _position(asked_bits)
        return (1 - part) * self._at(octave) + part * self._at(octave + 1)

    def asked(self, wanted_bits: float) -> float:
        """What to ask for to get `wanted_bits`."""
        asked = wanted_bits / self._habit.first
        for _ in range(2):  # the share depends on what is asked for, but little
            asked = wanted_bits / self.share(asked)
        return asked

    def learn(self, asked_bits: float, size: int) -> None:
        """A picture for which `asked_bits` were asked came out as `size` bytes."""
        if asked_bits < 1.0:
            return
        share = size * 8 / asked_bits
        known = self.share(asked_bits)
        gain = _GAIN_DOWN if share > _TOO_LARGE * known else self._habit.gain
        octave, part = _position(asked_bits)
        for knot, weight in ((octave, 1 - part), (octave + 1, part)):
            learnt = self._at(knot) + gain * weight * (share - known)
            self._shares[knot] = min(max(learnt, LEAST), self._habit.most)

    def _at(self, octave: int) -> float:
        if octave in self._shares:
            return self._shares[octave]
        nearest = min(self._shares, key=lambda known: abs(known - octave), default=None)
        return self._habit.first if nearest is None else self._shares[nearest]


def _position(bits: float) -> tuple[int, float]:
    """The octave below, and how far it is to the next one."""
    position = math.log2(max(bits, 1.0))
    octave = math.floor(position)
    return octave, position - octave
