"""vtkImageReslice over numpy arrays, without a copy of the input: index space in, output pixels out."""

from __future__ import annotations

from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import get_vtk_array_type, numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import VTK_DOUBLE, VTK_FLOAT, VTK_UNSIGNED_CHAR
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkImagingCore import vtkImageReslice

MODES = {"nearest": 0, "linear": 1, "cubic": 3}  # VTK_RESLICE_NEAREST, _LINEAR, _CUBIC


def image_of(voxels: np.ndarray[Any, Any], samples: int = 1) -> vtkImageData:
    """A vtkImageData over C-contiguous [k, j, i] (or [k, j, i, samples]) that shares its memory; origin 0, spacing 1."""
    depth, rows, columns = voxels.shape[:3]
    flat = voxels.reshape(-1) if samples == 1 else voxels.reshape(-1, samples)
    scalars = numpy_to_vtk(flat, deep=0, array_type=get_vtk_array_type(voxels.dtype))
    image = vtkImageData()
    image.SetDimensions(columns, rows, depth)
    image.GetPointData().SetScalars(scalars)
    return image


class Reslicer:
    """Samples an image along an affine map from output pixels to (i, j, k)."""

    def __init__(self, threads: int) -> None:
        self._reslice = vtkImageReslice()
        self._reslice.SetOutputDimensionality(2)
        self._reslice.SetOutputSpacing(1.0, 1.0, 1.0)
        self._reslice.SetOutputOrigin(0.0, 0.0, 0.0)
        self._reslice.SetEnableSMP(False)
        self._reslice.SetNumberOfThreads(threads)
        self._axes = vtkMatrix4x4()
        self._reslice.SetResliceAxes(self._axes)

    def sample(
        self,
        image: vtkImageData,
        axes: np.ndarray[Any, Any],
        rows: int,
        columns: int,
        mode: str,
        outside: float,
        part: tuple[slice, slice] | None = None,
    ) -> np.ndarray[Any, Any]:
        """Values at the output pixels' centres, a fresh array [rows, columns] or [rows, columns, 3].

        `axes` is 4 × 4, (i, j, k, 1) from (x, y, 0, 1). Grey is float32 (float64 for int32 and float64): nothing is rounded
        before the window; colour stays uint8. Beyond half a pixel from the outermost centres the result is `outside`.
        With `part` (rows, columns) only that part is computed and returned, of the very same values.
        """
        scalars = image.GetPointData().GetScalars()
        if scalars.GetNumberOfComponents() > 1:
            self._reslice.SetOutputScalarType(VTK_UNSIGNED_CHAR)
        else:
            wide = scalars.GetDataTypeSize() >= 4 and scalars.GetDataType() != VTK_FLOAT
            self._reslice.SetOutputScalarType(VTK_DOUBLE if wide else VTK_FLOAT)
        self._axes.DeepCopy(axes.reshape(-1).tolist())
        self._reslice.SetInputData(image)
        self._reslice.SetInterpolationMode(MODES[mode])
        self._reslice.SetBackgroundLevel(outside)
        down, across = part or (slice(0, rows), slice(0, columns))
        rows, columns = down.stop - down.start, across.stop - across.start
        self._reslice.SetOutputExtent(across.start, across.stop - 1, down.start, down.stop - 1, 0, 0)
        self._reslice.Modified()  # the map's bytes may have changed without VTK's knowing
        self._reslice.Update()
        output = self._reslice.GetOutput()
        values = vtk_to_numpy(output.GetPointData().GetScalars())
        shape = (rows, columns) if values.ndim == 1 else (rows, columns, values.shape[1])
        self._reslice.SetInputData(None)
        return values.reshape(shape)
