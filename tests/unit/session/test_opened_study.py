"""A mark stays on its image when other images come between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from signaling.protocol.records import StudyInfo
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_store import SeriesStore
from streamer.viewer.marks import Mark
from streamer.viewer.stack import FrameRef, PixelFormat, Stack, StackGeometry


def opened(tmp_path: Path, *names: str) -> OpenedStudy:
    frames = tuple(FrameRef(name, 1, n) for n, name in enumerate(names))
    positions = tuple((0.0, 0.0, float(n)) for n in range(len(names)))
    geometry = StackGeometry((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), positions, (1.0, 1.0))
    stack = Stack("s#0", "s", 4, 4, frames, geometry, PixelFormat("int16"))
    plan = StackPlan(
        stack=stack,
        sources=(),
        transfer_syntax="",
        photometric="MONOCHROME2",
        bits_allocated=16,
        bits_stored=16,
        signed=True,
        samples=1,
    )
    described = StudyDescribed(request=0, study=StudyInfo(archive="a", study="1"), plans=(plan,))
    store = SeriesStore(tmp_path, 0, 0)
    return OpenedStudy(described, "default", "a", str(tmp_path), store, lambda stack, load: None)


MARK = Mark("m", "probe", "s#0", "two", 1, 1, "", (0.0, 0.0, 1.0), ((0.0, 0.0, 0.0),), pixels=((0.0, 0.0),))


def test_a_mark_is_found_on_its_image_by_instance_and_frame(tmp_path: Path) -> None:
    assert opened(tmp_path, "one", "two", "three").image_of(MARK) == 1
    assert opened(tmp_path, "one", "between", "two", "three").image_of(MARK) == 2


def test_a_mark_whose_image_or_series_is_gone_is_on_none(tmp_path: Path) -> None:
    study = opened(tmp_path, "one", "three")
    assert study.image_of(MARK) is None
    assert study.image_of(replace(MARK, frame_number=2)) is None
    assert study.image_of(replace(MARK, stack_key="other#0")) is None


def test_a_mark_whose_place_on_its_image_is_not_known_is_on_none(tmp_path: Path) -> None:
    assert opened(tmp_path, "one", "two").image_of(replace(MARK, pixels=())) is None


def test_a_mark_on_a_plane_belongs_to_no_image(tmp_path: Path) -> None:
    assert opened(tmp_path, "one").image_of(replace(MARK, plane="coronal", image=77)) == 77
