"""A mark belongs to its image, whatever part of the series the image is shown in."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.image_marks import frame_of, located, on_frame
from streamer.viewer.marks import Mark, Marks
from tests.unit.viewer import stacks


def test_a_mark_follows_its_image_into_another_part_of_the_series() -> None:
    whole = stacks.axial("1.2#1")
    odd, even = (
        replace(
            whole,
            key=f"1.2#{part + 1}",
            frames=whole.frames[part::2],
            geometry=replace(whole.geometry, positions=whole.geometry.positions[part::2]),
        )
        for part in (0, 1)
    )
    whole, odd, even = (replace(stack, series_instance_uid="1.2") for stack in (whole, odd, even))
    frame = even.frames[3]
    mark = Mark(
        mark="m", kind="probe", stack_key=even.key, sop_instance_uid=frame.sop_instance_uid,
        frame_number=1, image=3, plane="", normal=(0.0, 0.0, -1.0), points=((0.0, 0.0, 0.0),),
    )  # fmt: skip
    mark = on_frame(mark, even, 3, ((4.0, 5.0),))
    (now,) = located(Marks(items=(mark,)), (whole,)).items
    assert (now.stack_key, now.image, now.pixels, now.points) == (whole.key, 7, mark.pixels, mark.points)
    assert frame_of(now, whole) == 7
    assert located(Marks(items=(now,)), (odd, even)).items == (mark,)
    other = replace(mark, stack_key="9.9#2")
    assert located(Marks(items=(other,)), (whole,)).items == (other,), "of another series nothing is taken"
