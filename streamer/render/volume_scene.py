"""The VTK scene of one volume: mapper, transfer functions, camera."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401  registers the OpenGL side of volumes
from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import (
    vtkColorTransferFunction,
    vtkLight,
    vtkRenderer,
    vtkVolume,
    vtkVolumeProperty,
)
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper, vtkGPUVolumeRayCastMapper

from streamer.render.mapped_stack import MappedStack
from streamer.render.padding import without_high_padding
from streamer.render.reslice import image_of
from streamer.viewer.geometry import volume_affine, voxel_spacing
from streamer.viewer.presets import VolumePreset, volume_points
from streamer.viewer.stack import PixelFormat, Voi
from streamer.viewer.state import VolumeCamera

_MIP, _COMPOSITE = 1, 0  # vtkVolumeMapper's blend modes
_FEW_RAYS = 100.0


class VolumeScene:
    """One stack's scene. On a CPU vtkFixedPointVolumeRayCastMapper (eight times quicker there), on a GPU its own caster."""

    def __init__(self, stack: MappedStack, *, software: bool, threads: int) -> None:
        self._pixels = stack.description.pixels
        self._software = software
        self._threads = threads
        self._has_gradients = False
        spacing = voxel_spacing(stack.description)
        self._finest = min(spacing)
        image = image_of(without_high_padding(stack))
        image.SetSpacing(*spacing)
        self._mapper = _cpu_mapper(threads) if software else vtkGPUVolumeRayCastMapper()
        self._mapper.SetAutoAdjustSampleDistances(False)
        self._mapper.SetInputData(image)
        self._property = vtkVolumeProperty()
        self._property.SetInterpolationTypeToLinear()
        self._property.SetScalarOpacityUnitDistance(1.0)
        self._property.SetAmbient(0.3)
        self._property.SetDiffuse(0.7)
        self._property.SetSpecular(0.2)
        self._property.SetSpecularPower(12.0)
        self._volume = vtkVolume()
        self._volume.SetMapper(self._mapper)
        self._volume.SetProperty(self._property)
        self._volume.SetUserMatrix(
            _matrix(volume_affine(stack.description) @ np.diag([*(1.0 / s for s in spacing), 1.0]))
        )
        self.renderer = vtkRenderer()
        self.renderer.SetBackground(0.0, 0.0, 0.0)
        self.renderer.AddVolume(self._volume)
        self.renderer.SetAutomaticLightCreation(False)
        self.renderer.AddLight(_headlight())
        self._looks: tuple[str, Voi] | None = None
        self._shaded = self._lit = False

    def look(self, preset: VolumePreset, voi: Voi) -> None:
        """Transfer functions of a preset, moved to a window; points in modality units become stored values."""
        if self._looks == (preset.name, voi):
            return
        opacities, colours = volume_points(preset.name, voi)
        opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
        for value, alpha in opacities:
            # The brightest value alone is shown: opacity would darken it a second time.
            opacity.AddPoint(_stored(value, self._pixels), 1.0 if preset.mip else alpha)
        for value, red, green, blue in colours:
            colour.AddRGBPoint(_stored(value, self._pixels), red, green, blue)
        self._property.SetScalarOpacity(opacity)
        self._property.SetColor(colour)
        self._shaded = preset.shade
        self._mapper.SetBlendMode(_MIP if preset.mip else _COMPOSITE)
        self._looks = (preset.name, voi)

    def aim(self, camera: VolumeCamera) -> None:
        """Sets the parallel camera; everything of the volume is between its clipping planes."""
        active = self.renderer.GetActiveCamera()
        active.ParallelProjectionOn()
        active.SetPosition(*camera.position)
        active.SetFocalPoint(*camera.focal_point)
        active.SetViewUp(*camera.view_up)
        active.SetParallelScale(camera.scale)
        self.renderer.ResetCameraClippingRange()

    def sample(self, between_rays: float | None) -> None:
        """How densely to sample: with None fully, else coarser, on a CPU with a ray every so many pixels."""
        moving = between_rays is not None
        if self._software:
            along_ray = self._finest * (2.0 if moving else 1.0)
        else:
            along_ray = self._finest * (1.0 if moving else 0.5)
        self._mapper.SetImageSampleDistance(between_rays if between_rays and self._software else 1.0)
        self._mapper.SetSampleDistance(along_ray)
        # The CPU mapper's gradients take a second or two once: the first moving pictures come without.
        self._lit = self._lit or not moving or not self._software
        self._property.SetShade(self._shaded and self._lit)

    def prepare(self, render: Callable[[vtkRenderer], object]) -> None:
        """Has the CPU mapper compute the gradients that shading needs, once: in one thread, and with hardly a ray.

        Each of VTK's threads computes those of a slab, and wrong ones at its ends: the picture would have seams, and other bytes
        on a machine with more cores.
        """
        mapper = self._mapper
        if self._has_gradients or not isinstance(mapper, vtkFixedPointVolumeRayCastMapper):
            return
        if not self._property.GetShade():
            return
        between_rays = mapper.GetImageSampleDistance()
        mapper.SetNumberOfThreads(1)
        mapper.SetImageSampleDistance(_FEW_RAYS)
        try:
            render(self.renderer)
        finally:
            mapper.SetNumberOfThreads(self._threads)
            mapper.SetImageSampleDistance(between_rays)
        self._has_gradients = True


def _cpu_mapper(threads: int) -> vtkFixedPointVolumeRayCastMapper:
    mapper = vtkFixedPointVolumeRayCastMapper()
    mapper.SetNumberOfThreads(threads)
    return mapper


def _headlight() -> vtkLight:
    """From the eye; VTK's own has no ambient part, which would leave the inside of even tissue black."""
    light = vtkLight()
    light.SetLightTypeToHeadlight()
    light.SetAmbientColor(1.0, 1.0, 1.0)
    return light


def _stored(value: float, pixels: PixelFormat) -> float:
    return (value - pixels.intercept) / (pixels.slope or 1.0)


def _matrix(values: np.ndarray[Any, Any]) -> vtkMatrix4x4:
    matrix = vtkMatrix4x4()
    matrix.DeepCopy(values.reshape(-1).tolist())
    return matrix
