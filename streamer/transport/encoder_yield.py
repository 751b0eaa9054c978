"""How much of the bits it is asked for an encoder makes, so that it can be asked for what is wanted. Pure."""

from __future__ import annotations

import math

MOVING = 0.8
AFTER_A_REST = 1.1
"""An encoder that has saved bits makes more of what it is asked for."""
LEAST = 0.5
MOST = 1.1
MOST_AFTER_A_REST = 2.0
_GAIN = 0.06
_GAIN_DOWN = 0.3
_TOO_LARGE = 1.25
"""A picture too large waits in the link, one too small is only a little coarser: the correction shrinks faster than it grows."""


class EncoderYield:
    """The measured share, kept by octaves of the bits asked for and linear between them: x264 falls shorter of small pictures.

    `after_a_rest`: of pictures that begin a movement.
    """

    def __init__(self, *, after_a_rest: bool = False) -> None:
        self._first = AFTER_A_REST if after_a_rest else MOVING
        self._most = MOST_AFTER_A_REST if after_a_rest else MOST
        self._shares: dict[int, float] = {}

    def share(self, asked_bits: float) -> float:
        """What part of `asked_bits` the encoder makes."""
        octave, part = _position(asked_bits)
        return (1 - part) * self._at(octave) + part * self._at(octave + 1)

    def asked(self, wanted_bits: float) -> float:
        """What to ask for to get `wanted_bits`."""
        asked = wanted_bits / self._first
        for _ in range(2):  # the share depends on what is asked for, but little
            asked = wanted_bits / self.share(asked)
        return asked

    def learn(self, asked_bits: float, size: int) -> None:
        """A picture for which `asked_bits` were asked came out as `size` bytes."""
        if asked_bits < 1.0:
            return
        share = size * 8 / asked_bits
        known = self.share(asked_bits)
        gain = _GAIN_DOWN if share > _TOO_LARGE * known else _GAIN
        octave, part = _position(asked_bits)
        for knot, weight in ((octave, 1 - part), (octave + 1, part)):
            learnt = self._at(knot) + gain * weight * (share - known)
            self._shares[knot] = min(max(learnt, LEAST), self._most)

    def _at(self, octave: int) -> float:
        if octave in self._shares:
            return self._shares[octave]
        nearest = min(self._shares, key=lambda known: abs(known - octave), default=None)
        return self._first if nearest is None else self._shares[nearest]


def _position(bits: float) -> tuple[int, float]:
    """The octave below, and how far it is to the next one."""
    position = math.log2(max(bits, 1.0))
    octave = math.floor(position)
    return octave, position - octave
