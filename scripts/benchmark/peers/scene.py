"""A CT's slices in a VTK window, as a trame application would show them; runs in the peers' own environment.

The wheel steps one image, a drag with the left button changes the window: right widens it, up lowers its centre.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import vtkmodules.vtkInteractionStyle
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import (
    vtkImageSlice,
    vtkImageSliceMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkRenderWindowInteractor,
)

UNITS_PER_PIXEL = 2.5


class Slices:
    """A render window with one image of the volume; `stepped` is called after each step of the wheel.

    After a drag both of trame's views draw anew by themselves, after the wheel only that of trame-rca.
    """

    def __init__(
        self, volume: Path, *, image: int, window: tuple[float, float], size: tuple[int, int]
    ) -> None:
        array = np.load(volume, mmap_mode="r")
        self._images = array.shape[0]
        self._mapper = vtkImageSliceMapper()
        self._mapper.SetInputData(_image_data(array))
        self._mapper.SetOrientationToZ()
        self._mapper.SetSliceNumber(image)
        self._slice = vtkImageSlice()
        self._slice.SetMapper(self._mapper)
        self._slice.GetProperty().SetColorLevel(window[0])
        self._slice.GetProperty().SetColorWindow(window[1])
        self._drag: tuple[int, int, float, float] | None = None
        self.stepped: Callable[[], object] = lambda: None
        self.window = vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetSize(*size)
        self._renderer = vtkRenderer()
        self.window.AddRenderer(self._renderer)
        self._renderer.AddViewProp(self._slice)
        self._look()
        self._take_hand()

    def _look(self) -> None:
        """From the feet, front above; the whole height of the image fills the window."""
        bounds = self._mapper.GetBounds()
        middle = [(bounds[2 * axis] + bounds[2 * axis + 1]) / 2 for axis in range(3)]
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetFocalPoint(*middle)
        camera.SetPosition(middle[0], middle[1], middle[2] - 1000)
        camera.SetViewUp(0, -1, 0)
        camera.SetParallelScale((bounds[3] - bounds[2]) / 2)
        camera.SetClippingRange(1, 3000)

    def _take_hand(self) -> None:
        self._interactor = vtkRenderWindowInteractor()
        self._interactor.SetRenderWindow(self.window)
        self._interactor.Initialize()
        style = vtkmodules.vtkInteractionStyle.vtkInteractorStyleTrackballCamera()
        self._interactor.SetInteractorStyle(style)
        # An observer takes the place of what the style would do.
        style.AddObserver(vtkCommand.MouseWheelForwardEvent, lambda *_: self._step(-1))
        style.AddObserver(vtkCommand.MouseWheelBackwardEvent, lambda *_: self._step(1))
        style.AddObserver(vtkCommand.LeftButtonPressEvent, lambda *_: self._press())
        style.AddObserver(vtkCommand.LeftButtonReleaseEvent, lambda *_: self._release())
        style.AddObserver(vtkCommand.MouseMoveEvent, lambda *_: self._move())

    def _step(self, images: int) -> None:
        image = min(max(self._mapper.GetSliceNumber() + images, 0), self._images - 1)
        self._mapper.SetSliceNumber(image)
        self.stepped()

    def _press(self) -> None:
        shown = self._slice.GetProperty()
        self._drag = (*self._interactor.GetEventPosition(), shown.GetColorLevel(), shown.GetColorWindow())

    def _release(self) -> None:
        self._drag = None

    def _move(self) -> None:
        if self._drag is None:
            return
        x, y = self._interactor.GetEventPosition()
        x0, y0, level, width = self._drag
        self._slice.GetProperty().SetColorLevel(level - UNITS_PER_PIXEL * (y - y0))
        self._slice.GetProperty().SetColorWindow(max(1.0, width + UNITS_PER_PIXEL * (x - x0)))


def _image_data(array: Any) -> vtkImageData:
    """[k, j, i] of int16 as VTK has it, one unit a pixel."""
    data = vtkImageData()
    data.SetDimensions(*reversed(array.shape))
    scalars = numpy_to_vtk(np.ascontiguousarray(array).reshape(-1), deep=True)  # type: ignore[no-untyped-call]
    data.GetPointData().SetScalars(scalars)
    return data
