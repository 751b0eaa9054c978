"""Percentiles of what was read, for a first window. Padding is left out; colour has none."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streamer.ipc.volume_cache import Percentiles
from streamer.viewer.stack import Stack
from streamer.viewer.voi import PERCENTILES

_SAMPLES = 2_000_000


class Statistics:
    """Gathers samples of each frame, and its extremes exactly; from several threads."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._format = stack.pixels
        per_frame = max(256, _SAMPLES // max(1, len(stack.frames)))
        self._step = max(1, math.isqrt(max(1, stack.rows * stack.columns // per_frame)))
        self._lock = threading.Lock()
        self._samples: list[NDArray[Any]] = []
        self._low, self._high = math.inf, -math.inf

    def add(self, frame: NDArray[Any], number: int) -> None:
        """Notes frame `number`, stored values [j, i], without its own padding."""
        padding = self._stack.terms_at(number).padding
        sample = _without(frame[:: self._step, :: self._step].reshape(-1), padding).copy()
        whole = frame if padding is None else _without(frame.reshape(-1), padding)
        if not whole.size:
            return
        low, high = float(whole.min()), float(whole.max())
        with self._lock:
            self._samples.append(sample)
            self._low, self._high = min(self._low, low), max(self._high, high)

    def result(self, *, complete: bool) -> Percentiles | None:
        """In modality units; None where there is nothing but padding."""
        with self._lock:
            samples = [sample for sample in self._samples if sample.size]
            low, high = self._low, self._high
        if not samples:
            return None
        ends = np.percentile(np.concatenate(samples), PERCENTILES)
        values = [float(value) * self._format.slope + self._format.intercept for value in (*ends, low, high)]
        first, second, third, fourth = values
        return Percentiles(
            min(first, second), max(first, second), min(third, fourth), max(third, fourth), complete
        )


def _without(values: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[Any]:
    return values if padding is None else values[(values < padding[0]) | (values > padding[1])]
