"""The pattern for what is not loaded: diagonal stripes, which no tissue is."""

from __future__ import annotations

from typing import Any

import numpy as np

PERIOD = 16
DARK, BRIGHT = 20, 64


def hatch(rows: int, columns: int) -> np.ndarray[Any, Any]:
    """uint8 [rows, columns] of diagonal stripes, 8 px wide."""
    diagonal = np.arange(rows)[:, None] + np.arange(columns)[None, :]
    return np.where(diagonal % PERIOD < PERIOD // 2, np.uint8(BRIGHT), np.uint8(DARK))
