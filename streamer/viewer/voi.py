"""VOI windowing (PS3.3 C.11.2): modality values to 8 bit, and the windows a viewport starts with or is dragged to.

`apply` is written as the standard has it and is the reference; `apply_fast` gives the same bytes many times faster.
Interpolation, where there is any, comes before: modality values are interpolated, never windowed ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from streamer.viewer.stack import Stack, Voi

COLOR_VOI = Voi(127.5, 255.0, "LINEAR_EXACT", "full range")
"""The identity for 8-bit colour."""

PERCENTILES = (1.0, 99.0)
"""Between which values, in percent of the pixels, a window "from percentiles" lies: the only place that says so."""

_NARROWEST = 1e-30
_BLOCK = 1 << 15
_ZERO_BASED = ("PT", "NM")
"""Modalities whose window stays clamped to 0 at its lower end."""
_NEAR_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of a stack's pixels without padding, in modality units: its PERCENTILES, and the extremes."""

    low: float
    high: float
    minimum: float
    maximum: float
    complete: bool


def window_bounds(voi: Voi) -> tuple[float, float]:
    """The values at which the output leaves 0 and reaches 255; for SIGMOID, where its tangent would."""
    if voi.function == "LINEAR":
        half = (max(voi.width, 1.0) - 1.0) / 2.0
        return voi.center - 0.5 - half, voi.center - 0.5 + half
    half = max(voi.width, _NARROWEST) / 2.0
    return voi.center - half, voi.center + half


def apply(values: npt.ArrayLike, voi: Voi, inverted: bool = False) -> npt.NDArray[np.uint8]:
    """Modality values to display values, by PS3.3 C.11.2.1.2.1 and C.11.2.1.3; halves round up, NaN is black.

    `inverted` turns the result over at the very end (MONOCHROME1 or the reader's own inversion; both cancel out).
    """
    x = np.asarray(values, dtype=np.float64)
    if voi.function == "SIGMOID":
        shown = _sigmoid(x, voi)
    else:
        low, high = window_bounds(voi)
        inside = (x > low) & (x <= high)
        shown = np.where(x > high, 255.0, 0.0)
        shown[inside] = (x[inside] - low) * _slope(voi)
    return _to_bytes(shown, inverted)


def apply_fast(
    values: npt.NDArray[np.generic],
    voi: Voi,
    inverted: bool = False,
    out: npt.NDArray[np.uint8] | None = None,
) -> npt.NDArray[np.uint8]:
    """The same bytes as `apply`, in blocks that stay in the processor's cache.

    `values` of any real type; `out`, where given, is a C-contiguous uint8 array of the same shape and is returned.
    """
    if voi.function == "SIGMOID":
        result = apply(values, voi, inverted)
        if out is None:
            return result
        out[...] = result
        return out
    result = np.empty(values.shape, np.uint8) if out is None else out
    source, target = np.ascontiguousarray(values).reshape(-1), result.reshape(-1)
    low, slope = window_bounds(voi)[0], _slope(voi)
    block = np.empty(min(_BLOCK, max(source.size, 1)), np.float64)
    with np.errstate(over="ignore"):
        for start in range(0, source.size, _BLOCK):
            part = source[start : start + _BLOCK]
            y = block[: part.size]
            np.subtract(part, low, out=y, dtype=np.float64)
            np.multiply(y, slope, out=y)
            np.fmax(y, 0.0, out=y)
            np.fmin(y, 255.0, out=y)
            np.add(y, 0.5, out=y)
            target[start : start + _BLOCK] = y.astype(np.uint8)
    if inverted:
        np.subtract(255, target, out=target)
    return result


def fractional(stack: Stack) -> bool:
    """Whether modality values are finer than whole numbers, so that windows may be narrower than 1."""
    return stack.pixels.dtype.startswith("float") or not float(stack.pixels.slope).is_integer()


def first_voi(stack: Stack, statistics: Statistics | None, image: int = 0) -> Voi:
    """The window of an image (from 0): its own first, else percentiles, else a placeholder whose source is empty."""
    if stack.pixels.samples == 3:
        return COLOR_VOI
    windows = stack.terms_at(image).windows
    if windows:
        return windows[0]
    if statistics is not None:
        return percentile_voi(stack, statistics)
    return _placeholder(stack)


def _placeholder(stack: Stack) -> Voi:
    low, high = _type_range(stack)
    return replace(_between(stack, low, high), source="")


def series_voi(stack: Stack, statistics: Statistics | None) -> Voi:
    """One window for a series from 0 to where the highest of its images' own windows ends, so that they can be compared.

    Without such windows from 0 to the high percentile, else a placeholder. A window that all images share is the file's.
    """
    for shared in stack.common.windows[:1]:
        if abs(window_bounds(shared)[0]) <= (_NEAR_ZERO if fractional(stack) else 0.5):
            return shared
    ends = [window_bounds(terms.windows[0])[1] for terms in stack.terms if terms.windows]
    if ends and max(ends) > 0.0:
        return replace(_between(stack, 0.0, max(ends)), source="series")
    if statistics is not None:
        return percentile_voi(stack, statistics)
    return _placeholder(stack)


def percentile_voi(stack: Stack, statistics: Statistics) -> Voi:
    """The window between the PERCENTILES; from 0 for NM and PET."""
    low = 0.0 if stack.modality in _ZERO_BASED else statistics.low
    return replace(_between(stack, low, statistics.high), source="percentiles")


def full_range_voi(stack: Stack, statistics: Statistics) -> Voi:
    """The window from the lowest to the highest value."""
    if stack.pixels.samples == 3:
        return COLOR_VOI
    return replace(_between(stack, statistics.minimum, statistics.maximum), source="full range")


def typed_voi(stack: Stack, center: float, width: float) -> Voi:
    """The window a reader typed; LINEAR_EXACT where it is narrower than LINEAR allows.

    Raises:
        ValueError: the width is not allowed; the text says what is.
    """
    smallest = 0.0 if fractional(stack) or stack.pixels.samples == 3 else 1.0
    if width < smallest or width <= 0.0:
        raise ValueError(
            "A window must be at least 1 wide." if smallest else "A window must be wider than 0."
        )
    return Voi(center, width, "LINEAR" if width >= 1.0 else "LINEAR_EXACT", "typed")


def dragged_voi(stack: Stack, start: Voi, right: float, down: float, statistics: Statistics | None) -> Voi:
    """The window after a drag from `start` by CSS pixels: right widens it, up lowers its centre (brighter)."""
    spread = statistics.high - statistics.low if statistics is not None else start.width
    unit = (spread if spread > 0.0 else start.width) / 1024.0
    smallest = _smallest_width(stack, start)
    if (
        stack.modality in _ZERO_BASED
        and stack.pixels.samples == 1
        and abs(window_bounds(start)[0]) < 1e-6 * start.width
    ):
        _, upper = window_bounds(start)
        return replace(_between(stack, 0.0, max(upper + (right + down) * unit, smallest)), source="drag")
    width = max(start.width + right * unit, smallest)
    return Voi(start.center + down * unit, width, start.function, "drag")


def _smallest_width(stack: Stack, start: Voi) -> float:
    if start.function == "LINEAR" or not fractional(stack):
        return 1.0
    return min(start.width, 1.0) / 1000.0


def _between(stack: Stack, low: float, high: float) -> Voi:
    """The window whose output leaves 0 at `low` and reaches 255 at `high`."""
    if fractional(stack):
        width = high - low if high > low else 1.0
        return Voi(low + width / 2.0, width, "LINEAR_EXACT")
    width = max(high - low, 1.0) + 1.0
    return Voi(low + width / 2.0, width, "LINEAR")


def _type_range(stack: Stack) -> tuple[float, float]:
    if stack.pixels.dtype.startswith("float"):
        return 0.0, 1.0
    limits = np.iinfo(stack.pixels.dtype)
    ends = [value * stack.pixels.slope + stack.pixels.intercept for value in (limits.min, limits.max)]
    return min(ends), max(ends)


def _slope(voi: Voi) -> float:
    width = max(voi.width, 1.0) - 1.0 if voi.function == "LINEAR" else voi.width
    return 255.0 / max(width, _NARROWEST)


def _sigmoid(x: npt.NDArray[np.float64], voi: Voi) -> npt.NDArray[np.float64]:
    exponent = np.clip(-4.0 * (x - voi.center) / max(voi.width, _NARROWEST), -700.0, 700.0)
    return np.asarray(255.0 / (1.0 + np.exp(exponent)))


def _to_bytes(shown: npt.NDArray[np.float64], inverted: bool) -> npt.NDArray[np.uint8]:
    rounded = np.fmin(np.fmax(shown, 0.0) + 0.5, 255.0).astype(np.uint8)
    return np.subtract(255, rounded, dtype=np.uint8) if inverted else rounded
