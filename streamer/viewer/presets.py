"""Named windows, and the looks of volume rendering, as data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from streamer.viewer.stack import ImageTerms, Stack, Voi
from streamer.viewer.voi import Statistics, percentile_voi

WindowPreset = tuple[str, float, float]
"""Name, centre, width."""

CT_WINDOWS: tuple[WindowPreset, ...] = (
    ("Brain", 40.0, 80.0),
    ("Subdural", 80.0, 200.0),
    ("Stroke", 40.0, 40.0),
    ("Bone", 500.0, 2000.0),
    ("Soft tissue", 40.0, 400.0),
    ("Lung", -600.0, 1500.0),
    ("Liver", 30.0, 150.0),
    ("Mediastinum", 50.0, 350.0),
    ("Angio", 300.0, 600.0),
)


def presets_for(stack: Stack, terms: ImageTerms | None = None) -> tuple[WindowPreset, ...]:
    """The windows offered for a stack: those of its modality, then an image's own (or those of all images); names are unique."""
    if stack.pixels.samples == 3:
        return ()
    own = terms or stack.common
    found = list(CT_WINDOWS) if stack.modality == "CT" and own.units == "HU" else []
    taken = {name for name, _, _ in found}
    for number, voi in enumerate(own.windows, start=1):
        name = voi.source if voi.source not in ("", "file") else f"File {number}"
        if name in taken:
            name = f"{name} (file {number})"
        taken.add(name)
        found.append((name, voi.center, voi.width))
    return tuple(found)


def preset_voi(stack: Stack, name: str, terms: ImageTerms | None = None) -> Voi | None:
    """The window of a preset; None when the stack, or the image of these terms, has no preset of that name."""
    presets = presets_for(stack, terms)
    windows = (terms or stack.common).windows
    for position, (known, center, width) in enumerate(presets):
        if known == name:
            own = position - (len(presets) - len(windows))
            function = windows[own].function if own >= 0 else "LINEAR"
            return Voi(center, width, function, f"preset {name}")
    return None


@dataclass(frozen=True, slots=True)
class VolumePreset:
    """How a volume looks: points of piecewise linear functions of the modality value.

    `center` and `width` are the window at which the points hold as written; a viewport's own window shifts and stretches
    them. A `relative` preset is written for values 0 … 1 and takes its first window from the data's percentiles.
    `opacity` is per mm of tissue, (value, opacity); `color` is (value, red, green, blue), all 0 … 1. `mip` shows the highest
    value along the ray instead.
    """

    name: str
    center: float
    width: float
    opacity: tuple[tuple[float, float], ...]
    color: tuple[tuple[float, float, float, float], ...]
    shade: bool = True
    mip: bool = False
    relative: bool = False


_GREY_RAMP = ((0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0))

VOLUME_PRESETS: dict[str, VolumePreset] = {
    preset.name: preset
    for preset in (
        VolumePreset(
            "CT bone", 500.0, 800.0,
            ((-1000.0, 0.0), (150.0, 0.0), (300.0, 0.12), (600.0, 0.55), (1500.0, 0.9), (3000.0, 0.95)),
            (
                (-1000.0, 0.25, 0.10, 0.08), (150.0, 0.55, 0.28, 0.18), (300.0, 0.80, 0.62, 0.45),
                (600.0, 0.94, 0.87, 0.74), (1500.0, 1.0, 0.98, 0.93), (3000.0, 1.0, 1.0, 1.0),
            ),
        ),
        VolumePreset(
            "CT angio", 300.0, 600.0,
            ((-1000.0, 0.0), (110.0, 0.0), (180.0, 0.18), (350.0, 0.55), (700.0, 0.75), (3000.0, 0.85)),
            (
                (-1000.0, 0.3, 0.05, 0.05), (110.0, 0.55, 0.12, 0.08), (180.0, 0.80, 0.25, 0.16),
                (350.0, 0.95, 0.62, 0.42), (700.0, 1.0, 0.92, 0.80), (3000.0, 1.0, 1.0, 1.0),
            ),
        ),
        VolumePreset(
            "CT soft", 40.0, 400.0,
            (
                (-1000.0, 0.0), (-250.0, 0.0), (-150.0, 0.03), (-20.0, 0.12), (60.0, 0.30), (200.0, 0.55),
                (1000.0, 0.85), (3000.0, 0.9),
            ),
            (
                (-1000.0, 0.4, 0.25, 0.18), (-150.0, 0.90, 0.70, 0.50), (-20.0, 0.82, 0.50, 0.38),
                (60.0, 0.78, 0.36, 0.28), (200.0, 0.92, 0.76, 0.60), (1000.0, 1.0, 0.97, 0.92),
                (3000.0, 1.0, 1.0, 1.0),
            ),
        ),
        VolumePreset(
            "CT lung", -600.0, 1500.0,
            (
                (-1024.0, 0.0), (-940.0, 0.0), (-850.0, 0.02), (-650.0, 0.06), (-500.0, 0.015), (-300.0, 0.02),
                (0.0, 0.05), (500.0, 0.2), (3000.0, 0.4),
            ),
            (
                (-1024.0, 0.1, 0.1, 0.15), (-850.0, 0.35, 0.55, 0.75), (-650.0, 0.60, 0.75, 0.88),
                (-300.0, 0.85, 0.65, 0.60), (0.0, 0.80, 0.45, 0.38), (500.0, 1.0, 0.95, 0.88),
                (3000.0, 1.0, 1.0, 1.0),
            ),
        ),
        VolumePreset(
            "MR", 0.5, 1.0,
            ((0.0, 0.0), (0.15, 0.0), (0.35, 0.06), (0.6, 0.22), (1.0, 0.6)),
            ((0.0, 0.0, 0.0, 0.0), (0.3, 0.40, 0.26, 0.20), (0.6, 0.80, 0.66, 0.56), (1.0, 1.0, 0.98, 0.95)),
            relative=True,
        ),
        VolumePreset("MIP", 0.5, 1.0, ((0.0, 0.0), (1.0, 1.0)), _GREY_RAMP, shade=False, mip=True, relative=True),
    )
}  # fmt: skip


def default_volume_preset(stack: Stack) -> str:
    """The look a volume viewport opens with."""
    return (
        "CT bone"
        if stack.modality == "CT" and stack.common.units == "HU"
        else "MR"
        if stack.modality == "MR"
        else "MIP"
    )


def volume_voi(stack: Stack, name: str, statistics: Statistics | None) -> Voi:
    """The window at which a volume preset starts; its source is empty while it waits for statistics.

    Raises:
        KeyError: there is no such preset.
    """
    preset = VOLUME_PRESETS[name]
    source = f"preset {name}"
    if not preset.relative:
        return Voi(preset.center, preset.width, "LINEAR_EXACT", source)
    if statistics is not None:
        # A maximum projection shows the highest of hundreds of values at each point: in a window for single images, the
        # file's own or one of percentiles, it is white all over. Its window goes up to the highest value.
        high = statistics.maximum if preset.mip else statistics.high
        voi = percentile_voi(stack, replace(statistics, high=high))
        return Voi(voi.center, voi.width, "LINEAR_EXACT", source)
    return Voi(preset.center, preset.width, "LINEAR_EXACT", "")


def volume_points(
    name: str, voi: Voi
) -> tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float, float, float], ...]]:
    """Opacity and colour points of a preset, in modality units, shifted and stretched to a viewport's window.

    Raises:
        KeyError: there is no such preset.
    """
    preset = VOLUME_PRESETS[name]
    factor = voi.width / preset.width

    def placed(value: float) -> float:
        return voi.center + (value - preset.center) * factor

    return (
        tuple((placed(value), opacity) for value, opacity in preset.opacity),
        tuple((placed(value), red, green, blue) for value, red, green, blue in preset.color),
    )
