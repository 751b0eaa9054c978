"""A mark is drawn, hit, taken hold of and edited where it is seen, and nowhere else; it stays what it is."""

from __future__ import annotations

import pytest

from tests.contract.samples.marks_seen import cases

CASES = cases()


BETWEEN = " at 10:1 between pixels"


def seen(mark: str) -> set[str]:
    """Where a mark is seen; how an image lies on the glass does not count."""
    named = {
        case["name"].partition(" on ")[2]: case["seen"]
        for case in CASES
        if case["name"].startswith(f"{mark} on ")
    }
    for name in [name for name in named if name.endswith(BETWEEN)]:
        assert named.pop(name) == named[name.removesuffix(BETWEEN)], name
    return {name for name, is_seen in named.items() if is_seen}


def test_a_mark_of_an_image_is_seen_on_it_and_on_planes_through_it() -> None:
    assert seen("axial#0 image 10") == {"image 10", "axial -1.2", "axial +0.0", "axial +0.3"}
    assert seen("coronal#0 image 10") == {"image 10", *(f"coronal {depth}" for depth in ("+0.0", "+0.3"))}
    assert seen("us#0 image 6") == {"image 6"}
    assert seen("xray#0 image 0") == {"image 0"}


def test_a_mark_of_a_plane_is_seen_on_it_and_on_images_in_it() -> None:
    assert seen("axial#0 axial") == {"image 10", "axial -1.2", "axial +0.0", "axial +0.3"}
    assert {name for name in seen("axial#0 coronal") if not name.startswith("coronal")} == set()


@pytest.mark.parametrize("stack", ["oblique#0", "tilted#0"])
def test_oblique_planes_show_no_mark_of_an_image(stack: str) -> None:
    assert seen(f"{stack} image 10") == {"image 10"}
    for plane in ("axial", "coronal", "sagittal"):
        assert {name.split()[0] for name in seen(f"{stack} {plane}")} == {plane}


def test_a_hand_holds_exactly_what_is_seen() -> None:
    for case in CASES:
        held = {handle for _x, _y, handle in case["grabs"]} - {None}
        assert held == ({0, 1} if case["seen"] else set()), case["name"]
