"""ViewState: everything a picture depends on, immutable, at most 4 kB, latest wins. The renderer is a function of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from streamer.viewer.stack import Voi
from streamer.viewer.vector import Vec3

KINDS = ("empty", "stack", "mpr", "volume")
PLANES = ("axial", "coronal", "sagittal")
INTERPOLATIONS = ("nearest", "linear", "cubic")
OVERSHOOTING = frozenset({"cubic"})
"""Interpolations whose values may leave the range of the pixels around a point: they draw rims that are not in the data."""
LAYOUTS = ("1x1", "1x2", "2x1", "2x2", "1x3", "3x3", "mpr", "mpr+3d")
TOOLS = ("scroll", "window", "pan", "zoom", "crosshair", "length", "probe", "rotate")


@dataclass(frozen=True, slots=True)
class VolumeCamera:
    """A parallel camera on a volume, in world mm: `scale` is half the height of the viewport."""

    position: Vec3
    focal_point: Vec3
    view_up: Vec3
    scale: float


class ImageWindow(NamedTuple):
    """A window that the hand has set on one image (from 0) of a series of radiographs."""

    image: int
    center: float
    width: float
    function: str
    source: str

    @classmethod
    def of(cls, image: int, voi: Voi) -> ImageWindow:
        """That of an image."""
        return cls(image, voi.center, voi.width, voi.function, voi.source)

    @property
    def voi(self) -> Voi:
        """The window."""
        return Voi(self.center, self.width, self.function, self.source)


@dataclass(frozen=True, slots=True)
class ViewportState:
    """One viewport. `voi` is the window of what is shown: see windowing for who sets it.

    `zoom` 1 is fitted; `pan` is the in-plane offset (right, down on screen, mm) of the image's centre from the viewport's centre.
    Order of the display transform: image → flip (left-right) → rotate (clockwise quarter turns) → zoom → pan.
    """

    kind: str = "empty"
    stack: int = -1
    image: int = 0
    plane: str = ""
    voi: Voi = Voi(40.0, 400.0)
    inverted: bool = False
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    flipped: bool = False
    quarter_turns: int = 0
    camera: VolumeCamera | None = None
    preset: str = ""
    kept: tuple[ImageWindow, ...] = ()
    """Windows set by hand on single radiographs of the series, the oldest first."""
    on_pixels: bool = True
    """An image shown at a whole multiple of its pixels is laid on whole device pixels. False only in the picture of a record
    that was made before that was so, drawn again, and in pictures coarser than the device's pixels."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """The whole view: as many viewports as the layout has.

    `cross_hair` is a world point shared by all MPR viewports; `maximized` shows only the active viewport.
    """

    layout: str = "1x1"
    viewports: tuple[ViewportState, ...] = (ViewportState(),)
    active: int = 0
    maximized: bool = False
    tool: str = "scroll"
    interpolation: str = "linear"
    cross_hair: Vec3 | None = None
    shelf: tuple[ViewportState, ...] = ()
    """Viewports that the layout has no place for, at most 9: a larger layout, or the way back from MPR, shows them again."""
