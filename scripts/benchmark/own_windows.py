"""A series of MR images each with a window of its own, as scanners write them: the step, the scroll by drag, the terms told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import UID, MRImageStorage

from scripts.benchmark.dragging import scroll_stack
from scripts.benchmark.farview import running
from scripts.benchmark.reader_page import ReaderPage, reader_page
from scripts.benchmark.row import Row, of_value
from scripts.benchmark.setting import CHEST, NotMeasured, Setting
from scripts.benchmark.step import settled_steps
from scripts.benchmark.usage import loaded
from streamer.demo.series_writer import save, stable_uid

FIRST, IMAGES = 90, 120
"""Of the chest's 300 images; more than one message of terms has room for."""
AIR = 1024
NAME = "own windows"
STUDY = "phantom-own-windows"
OF_CT_ONLY = ("KVP", "ConvolutionKernel", "RescaleIntercept", "RescaleSlope", "RescaleType")


async def step_terms(setting: Setting) -> list[Row]:
    """As `step`, and the stack's row of `drag`, where no image has the window of its neighbour."""
    data = setting.folder("own-windows-data")
    write_series(setting.data / CHEST, data)
    async with running(setting.folder("own-windows"), [data]) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, studies=1)
        await reader.open((await reader.studies("MR"))[0])
        await reader.until("shownComplete", 0, "the whole series", 120)
        await loaded(farview)
        await reader.make_picture()
        rows = await settled_steps(reader, f"step, {NAME}", quick=setting.quick)
        rows += await scroll_stack(farview, reader, f"stack scroll, {NAME}", setting.quick)
        check(await reader.probe("drawnWindows"))
        return rows + await _terms(reader)


def write_series(chest: Path, folder: Path) -> None:
    """A part of the generated chest as MR images, image n with a window of its own: level 1000 + 3 n, width 400 + 5 n."""
    for n, path in enumerate(sorted(chest.glob("*.dcm"))[FIRST : FIRST + IMAGES]):
        dataset = pydicom.dcmread(path)
        pixels = np.frombuffer(dataset.PixelData, "<i2").astype(np.int32) + AIR
        for keyword in OF_CT_ONLY:
            delattr(dataset, keyword)
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(stable_uid(STUDY, str(n)))
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = stable_uid(STUDY), stable_uid(STUDY, "series")
        dataset.Modality, dataset.ImageType = "MR", ["DERIVED", "SECONDARY", "M", "SE"]
        dataset.StudyDescription = "Images with windows of their own (generated)"
        dataset.ScanningSequence, dataset.SequenceVariant, dataset.ScanOptions = "SE", "NONE", ""
        dataset.MRAcquisitionType, dataset.EchoTime, dataset.EchoTrainLength = "2D", "20", "1"
        dataset.PixelRepresentation, dataset.InstanceNumber = 0, n + 1
        dataset.WindowCenter, dataset.WindowWidth = str(1000 + 3 * n), str(400 + 5 * n)
        del dataset.WindowCenterWidthExplanation
        dataset.PixelData = np.clip(pixels, 0, 4095).astype("<u2").tobytes()
        save(dataset, folder / f"{n:04d}.dcm")


def check(drawn: list[list[float]]) -> None:
    """Each image must have been drawn with one window, and no two of them with the same.

    Raises:
        NotMeasured: it was another series' behaviour that was measured.
    """
    windows = {(center, width) for _image, center, width in drawn}
    images = {image for image, _center, _width in drawn}
    if len(images) < IMAGES // 4 or not len(images) == len(windows) == len(drawn):
        raise NotMeasured(f"{len(images)} images were drawn with {len(windows)} windows of their own")


async def _terms(reader: ReaderPage) -> list[Row]:
    """What the page was told of the images beside the pictures, from the opening on."""
    told: list[dict[str, int]] = await reader.probe("termsTold")
    entries = sum(message["entries"] for message in told)
    if not entries:
        raise NotMeasured("no terms of images were told")
    size = sum(message["bytes"] for message in told)
    note = f"the messages image.terms: {len(told)} of them, {entries} entries"
    return [
        of_value(f"terms, {NAME}: told on the wire", "kB", size / 1000, (), note),
        of_value(f"terms, {NAME}: one image's", "bytes", size / entries, n=entries),
    ]
