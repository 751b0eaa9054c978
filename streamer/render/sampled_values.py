"""Interpolated values kept while a window is changed: mapping them to grey again costs a tenth of interpolating them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

KEPT_BYTES = 72 * 1024 * 1024
REMEMBERED = 16

Values = np.ndarray[Any, Any]


class SampledValues:
    """The arrays made last, by all that their values depend on. Those asked for once only, as in scrolling, are not kept."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Hashable, None] = OrderedDict()
        self._kept: OrderedDict[Hashable, Values] = OrderedDict()
        self._bytes = 0

    def of(self, key: Hashable, sample: Callable[[], Values]) -> Values:
        """An array of one's own with the values of `key`, which `sample` makes where they are not known."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known.copy()
        values = sample()
        if key in self._seen:
            self._keep(key, values.copy())
        self._seen[key] = None
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return values

    def forget(self) -> None:
        """Lets go of all of them."""
        self._seen.clear()
        self._kept.clear()
        self._bytes = 0

    def _keep(self, key: Hashable, values: Values) -> None:
        self._kept[key] = values
        self._bytes += values.nbytes
        while self._bytes > KEPT_BYTES:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes
