"""Splitting a series into stacks: one matrix, pixel kind and orientation, and no place twice if they can be told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations, pairwise

from streamer.dicom.image_frame import ImageFrame, display_normal

ORIENTATION_TOLERANCE = 5e-4
"""Direction cosines this near to those of a part's first image are its own: 0.03°, 0.2 mm at the image's edge."""
SPACING_TOLERANCE = 5e-4
"""Part of a part's first image's pixel spacing by which another's may differ."""
PLACE_TOLERANCE_MM = 1e-2
MOST_PARTS = 16
"""A series over time of more parts than this stays one stack, place by place."""
Frames = list[ImageFrame]


def split_series(frames: Sequence[ImageFrame]) -> list[Frames]:
    """The parts of a series, each in the order of its instances; the first instance's part first."""
    parts: list[Frames] = []
    for alike in _grouped(sorted(frames, key=lambda frame: frame.order), _kind):
        for scaled in _clustered(alike, _same_spacing):
            for parallel in _by_orientation(scaled):
                parts.extend(_by_key(parallel))
    return sorted(parts, key=lambda part: part[0].order)


def _kind(frame: ImageFrame) -> Hashable:
    pixels, header = frame.pixels, frame.file.header
    return (
        pixels.rows, pixels.columns, pixels.samples, pixels.photometric == "PALETTE_COLOR",
        pixels.photometric == "MONOCHROME1", bool(pixels.refusal), pixels.lookup, frame.values_known,
        frame.fields.spacing_kind,
        header.series.frame_of_reference_uid, "LOCALIZER" in header.image_type,
        # A series has one modality (PS3.3 C.7.3.1): windows, presets and units are its, so that another one's are not.
        header.series.modality,
        # A cine run is a stack of its own, also when its series holds several.
        frame.file.instance if pixels.frames > 1 and not frame.placed else "",
    )  # fmt: skip


def _grouped(frames: Iterable[ImageFrame], key: Callable[[ImageFrame], Hashable]) -> list[Frames]:
    groups: dict[Hashable, Frames] = defaultdict(list)
    for frame in frames:
        groups[key(frame)].append(frame)
    return list(groups.values())


def _by_orientation(frames: Frames) -> list[Frames]:
    placeless = [frame for frame in frames if not frame.placed]
    clusters = _clustered([frame for frame in frames if frame.placed], _same_orientation)
    return [*clusters, placeless] if placeless else clusters


def _clustered(frames: Frames, alike: Callable[[ImageFrame, ImageFrame], bool]) -> list[Frames]:
    """Frames with the first part whose first frame is alike: by tolerance, since what is rounded may fall on either side."""
    clusters: list[Frames] = []
    for frame in frames:
        for cluster in reversed(clusters):
            if alike(cluster[0], frame):
                cluster.append(frame)
                break
        else:
            clusters.append([frame])
    return clusters


def _same_orientation(one: ImageFrame, other: ImageFrame) -> bool:
    if one.fields.orientation == other.fields.orientation:
        return True
    pairs = zip(one.fields.orientation, other.fields.orientation, strict=True)
    return all(abs(a - b) <= ORIENTATION_TOLERANCE for a, b in pairs)


def _same_spacing(one: ImageFrame, other: ImageFrame) -> bool:
    if one.fields.spacing == other.fields.spacing:
        return True
    pairs = zip(one.fields.spacing, other.fields.spacing, strict=True)
    return all(abs(a - b) <= SPACING_TOLERANCE * a for a, b in pairs)


def _by_key(frames: Frames) -> list[Frames]:
    """Parts in which no place comes twice, told apart by acquisition, echo, time …; the whole where that can't be done."""
    if not frames[0].placed or places(frames) == len(frames) or places(frames) < 3:
        return [frames]
    count = max((len(frame.fields.keys) for frame in frames), default=0)
    varying = [n for n in range(count) if len({_key(frame, n) for frame in frames}) > 1]
    for size in (1, 2):
        for chosen in combinations(varying, size):
            parts = _grouped(frames, lambda frame, chosen=chosen: tuple(_key(frame, n) for n in chosen))  # type: ignore[misc]
            if (
                1 < len(parts) <= MOST_PARTS
                and _even(parts)
                and all(places(part) == len(part) for part in parts)
            ):
                return parts
    return [frames]


def _even(parts: Sequence[Frames]) -> bool:
    """Whether the parts are of a size: a key that differs in each image tells nothing apart."""
    sizes = Counter(len(part) for part in parts)
    return min(sizes) * 3 >= max(sizes) and max(sizes) >= 2


def _key(frame: ImageFrame, number: int) -> str:
    keys = frame.fields.keys
    return keys[number] if number < len(keys) else ""


def places(frames: Sequence[ImageFrame]) -> int:
    """How many different places along the normal the frames have."""
    normal = display_normal(frames[0].row, frames[0].column)
    depths = sorted(frame.depth(normal) for frame in frames)
    return 1 + sum(1 for a, b in pairwise(depths) if b - a > PLACE_TOLERANCE_MM)
