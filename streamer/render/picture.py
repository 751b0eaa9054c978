"""The whole picture of a screen, as it is encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Picture:
    """uint8 [rows, columns] when every viewport is grey, else RGB [rows, columns, 3]; never written again.

    `drawn` are the viewports that were drawn anew for it; `missing`, `incomplete` as in Target; `faults` are sentences on
    viewports that began to fail with this picture.
    """

    pixels: np.ndarray[Any, Any]
    drawn: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    incomplete: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]
