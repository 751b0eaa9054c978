"""Decoding one compressed image with all that is looked at for damage, beside the codec alone: processor time of the thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np

from scripts.benchmark.row import Row, of_samples, of_value, percentile
from scripts.benchmark.setting import Setting
from streamer.dicom import codecs
from streamer.dicom.header_record import PixelFields

Codec = Callable[..., Any]
J2K = {"codecformat": "J2K", "reversible": True}
COLOR = {"colorspace": "YCBCR", "outcolorspace": "RGB"}
YBR_444 = {"level": 90, "subsampling": "444"}
YBR_420 = {"level": 90, "subsampling": "420"}
LOSSY = {"level": 0.02, "reversible": False}
PLAIN = {"planar": False}
jpeg, jpeg_back = imagecodecs.jpeg8_encode, imagecodecs.jpeg8_decode
jpeg_ls, jpeg_ls_back = imagecodecs.jpegls_encode, imagecodecs.jpegls_decode
j2k, j2k_back = imagecodecs.jpeg2k_encode, imagecodecs.jpeg2k_decode
htj2k, htj2k_back = imagecodecs.htj2k_encode, imagecodecs.htj2k_decode
CASES: tuple[tuple[str, str, int, bool, Codec, dict[str, Any], Codec, dict[str, Any]], ...] = (
    ("JPEG, grey", "4.50", 8, False, jpeg, {"level": 90}, jpeg_back, {}),
    ("JPEG, 4:4:4", "4.50", 8, True, jpeg, YBR_444, jpeg_back, COLOR),
    ("JPEG, 4:2:0", "4.50", 8, True, jpeg, YBR_420, jpeg_back, COLOR),
    ("JPEG lossless", "4.57", 16, False, jpeg, {"lossless": True}, jpeg_back, {}),
    ("JPEG-LS", "4.80", 16, False, jpeg_ls, {}, jpeg_ls_back, {}),
    ("JPEG 2000", "4.90", 16, False, j2k, J2K, j2k_back, {}),
    ("HTJ2K", "4.201", 16, False, htj2k, {"reversible": True}, htj2k_back, PLAIN),
    ("HTJ2K, lossy", "4.203", 8, False, htj2k, LOSSY, htj2k_back, PLAIN),
)


async def decode(setting: Setting) -> list[Row]:
    """A row of milliseconds for each codec, and one of how many times the codec's own that is."""
    return await asyncio.to_thread(_rows, 15 if setting.quick else 60)


def _rows(count: int) -> list[Row]:
    rows = []
    for name, syntax, bits, color, encoder, how, decoder, options in CASES:
        image = _image(bits, color=color)
        data = bytes(encoder(image, **how))
        pixels = _fields(image, syntax)
        ours: list[float] = []
        alone: list[float] = []
        for number in range(count):
            # In turn, each first as often as the other.
            for checked in (True, False) if number % 2 else (False, True):
                started = time.thread_time()
                if checked:
                    codecs.decode(data, pixels)
                else:
                    decoder(data, **options)
                (ours if checked else alone).append(1000.0 * (time.thread_time() - started))
        ratio = percentile(ours, 0.5) / percentile(alone, 0.5)
        size = " × ".join(str(side) for side in image.shape)
        rows.append(of_samples(f"decode: {name}", "ms", ours, note=f"{size}, {len(data) / 1000:.0f} kB."))
        rows.append(of_value(f"decode: {name} ÷ the codec alone", "×", ratio, n=count))
    return rows


def _image(bits: int, *, color: bool) -> np.ndarray[Any, Any]:
    """Slopes, edges and noise."""
    down, across = np.mgrid[0:512, 0:512]
    noise = np.random.default_rng(bits).normal(0, 0.02, (512, 512))
    values = 0.5 + 0.3 * np.sin(across / 5.0) + 0.15 * np.cos(down / 9.0) + noise
    values = np.where((across // 7 + down // 7) % 5 == 0, (across // 7) % 2, values).clip(0, 1)
    plane = np.rint(values * ((1 << bits) - 1)).astype(np.uint8 if bits <= 8 else np.uint16)
    return np.stack([plane, plane[::-1], plane[:, ::-1]], axis=-1) if color else plane


def _fields(image: np.ndarray[Any, Any], syntax: str) -> PixelFields:
    bits = 8 * image.dtype.itemsize
    return PixelFields(
        rows=image.shape[0], columns=image.shape[1], frames=1, samples=3 if image.ndim == 3 else 1,
        photometric="YBR_FULL_422" if image.ndim == 3 else "MONOCHROME2", planar=0, bits_allocated=bits, bits_stored=bits,
        signed=False, transfer_syntax=f"1.2.840.10008.1.2.{syntax}", offset=-1, length=-1,
    )  # fmt: skip
