"""Which values are padding (PS3.3 C.7.5.1.1.2), each frame's own, and where in a stack they lie."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from streamer.render.mapped_stack import MappedStack
from streamer.viewer.stack import Stack

BLOCK = 4
"""Rows and columns of a frame that share one entry of where padding lies."""

REACH = 2
"""How many pixels away padding may be and still be asked for."""

_BITS = np.array([0x80 >> bit for bit in range(8)], np.uint8)
_ALL = 0x01010101
"""Four columns of True."""

Values = np.ndarray[Any, Any]


class PaddingValues:
    """The padding values of a stack's frames, as values of the cache."""

    def __init__(self, stack: Stack) -> None:
        # Ends that no value lies between where a frame has no padding.
        ends = np.array([terms.padding or (np.inf, -np.inf) for terms in stack.terms])
        dtype = np.dtype(stack.pixels.dtype)
        self._low: Values
        self._high: Values
        self._low, self._high = _whole(ends, dtype) if dtype.kind in "iu" else (ends[:, 0], ends[:, 1])
        self._terms_of = np.asarray(stack.terms_of, np.intp) if stack.terms_of else None

    def among(self, values: Values, frames: Values | int) -> Values:
        """bool, shaped as `values`: which are padding of the frame that each of them (or all) comes from."""
        if self._terms_of is None:
            low, high = self._low[0], self._high[0]
        else:
            terms = self._terms_of[frames]
            low, high = self._low[terms], self._high[terms]
        among: Values = (values >= low) & (values <= high)
        return among


class Padding:
    """Where the padding of one stack lies, by blocks of BLOCK × BLOCK pixels and by bits; frames are looked at once."""

    def __init__(self, stack: MappedStack) -> None:
        self.values = PaddingValues(stack.description)
        shape = (
            len(stack.states),
            -(-stack.description.rows // BLOCK),
            -(-stack.description.columns // BLOCK),
        )
        self._padded, self._tissue = np.zeros(shape, bool), np.ones(shape, bool)
        # One row and column more: what lies half a pixel beyond the last one is nearest to them.
        wide = (shape[0], stack.description.rows + 1, (stack.description.columns + 8) // 8)
        self._near = tuple(np.zeros(wide, np.uint8) for _ in range(REACH + 1))
        self._known = np.zeros(len(stack.states), bool)
        self._sums: tuple[int | None, Values, Values] | None = None

    def look(self, stack: MappedStack, frame: int | None) -> bool:
        """Looks at a present frame, or (None) at all that are present; whether there is any padding in it, or in them."""
        frames = np.flatnonzero(~self._known & ~stack.absent) if frame is None else [frame]
        for number in frames:
            if not self._known[number]:
                self._note(int(number), stack.voxels[number])
        return bool((self._padded if frame is None else self._padded[frame]).any())

    def sums(self, frame: int | None) -> tuple[Values, Values]:
        """Of blocks with padding, and of blocks with anything else: how many lie before each corner, int32 [k, rows, columns]."""
        if self._sums is None or self._sums[0] != frame:
            which = slice(None) if frame is None else slice(frame, frame + 1)
            self._sums = (frame, _summed(self._padded[which]), _summed(self._tissue[which]))
        return self._sums[1], self._sums[2]

    def near(self, k: Values, j: Values, i: Values, reach: int) -> Values:
        """uint8, not 0 where in frame k padding is at most `reach` rows and columns away; shaped as the whole numbers broadcast.

        `reach` is 0 to REACH; j and i may be one beyond the last row and column.
        """
        near = self._near[reach]
        octets = near.reshape(-1).take((k * near.shape[1] + j) * near.shape[2] + (i >> 3))
        bits: Values = octets & _BITS[i & 7]
        return bits

    def _note(self, number: int, pixels: Values) -> None:
        padded = self.values.among(pixels, number)
        self._known[number] = True
        if not padded.any():
            return
        near = np.packbits(np.concatenate((padded, padded[:, -1:]), 1), 1)
        near = np.concatenate((near, near[-1:]))
        for reach, of in enumerate(self._near):
            near = _wider(near) if reach else near
            of[number] = near
        padded = np.pad(padded, [(0, -length % BLOCK) for length in padded.shape], mode="edge")
        # The columns of a block as one number, and row with row: looked at together, many times faster than one by one.
        blocks = padded.view(np.uint32).reshape(-1, BLOCK, padded.shape[1] // BLOCK)
        any_row, every_row = blocks[:, 0], blocks[:, 0]
        for row in range(1, BLOCK):
            any_row, every_row = any_row | blocks[:, row], every_row & blocks[:, row]
        self._padded[number] = any_row != 0
        self._tissue[number] = every_row != _ALL
        self._sums = None


class PaddedStacks:
    """What is known of each stack's padding, while the stack lasts."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[MappedStack, Padding] = WeakKeyDictionary()

    def of(self, stack: MappedStack, frame: int | None) -> Padding | None:
        """None where no pixel of a present frame, or (None) of all that are present, is padding."""
        terms = stack.description.terms if frame is None else (stack.description.terms_at(frame),)
        if all(each.padding is None for each in terms):
            return None
        known = self._of.get(stack)
        if known is None:
            known = self._of[stack] = Padding(stack)
        return known if known.look(stack, frame) else None

    def forget(self) -> None:
        """Lets go of all of it."""
        self._of.clear()


def without_high_padding(stack: MappedStack) -> Values:
    """The voxels [k, j, i] of a stack whose frames are all present, for drawing it as a volume, where low values are not seen.

    A copy in which padding has the lowest value of what is none; the stack's own where no padding is higher than that.
    """
    if all(terms.padding is None for terms in stack.description.terms):
        return stack.voxels
    padding = PaddingValues(stack.description)
    lowest, highest = [], []
    for number, pixels in enumerate(stack.voxels):
        padded = padding.among(pixels, number)
        if padded.any():
            highest.append(pixels[padded].max())
        if not padded.all():
            lowest.append(pixels[~padded].min())
    if not highest or not lowest or max(highest) <= min(lowest):
        return stack.voxels
    lowered = stack.voxels.copy()
    for number, pixels in enumerate(lowered):
        pixels[padding.among(pixels, number)] = min(lowest)
    return lowered


def _whole(ends: Values, dtype: np.dtype[Any]) -> tuple[Values, Values]:
    """The same ends as whole numbers of `dtype`, which compare without a conversion; low above high where none is between."""
    limits = np.iinfo(dtype)
    low, high = np.ceil(ends[:, 0]), np.floor(ends[:, 1])
    none = ~((low <= high) & (low <= limits.max) & (high >= limits.min))
    low = np.where(none, limits.max, np.maximum(low, limits.min))
    high = np.where(none, limits.min, np.minimum(high, limits.max))
    return low.astype(dtype), high.astype(dtype)


def _wider(bits: Values) -> Values:
    """uint8 [rows, columns / 8], the first column the highest bit: what is set, and the eight pixels around each of it."""
    across = bits | (bits >> 1) | (bits << 1)
    across[:, 1:] |= bits[:, :-1] << 7
    across[:, :-1] |= bits[:, 1:] >> 7
    wide = across.copy()
    wide[1:] |= across[:-1]
    wide[:-1] |= across[1:]
    return wide


def _summed(blocks: Values) -> Values:
    sums = np.zeros(tuple(length + 1 for length in blocks.shape), np.int32)
    # Along rows, along columns laid as rows, then frame upon frame: many times faster than along columns and frames as they lie.
    along = np.cumsum(blocks, 2, np.int32).swapaxes(1, 2).copy()
    for number, frame in enumerate(np.cumsum(along, 2)):
        np.add(sums[number, 1:, 1:], frame.T, out=sums[number + 1, 1:, 1:])
    return sums
