"""Random views stay among those a reader looks at."""

from __future__ import annotations

from random import Random

from scripts.benchmark.links.wandering import MOST_STEPS, REACH_IMAGES, REACH_PIXELS, Wanderer


def test_every_move_changes_the_view_and_none_leaves_its_bounds() -> None:
    wanderer = Wanderer(Random(1))
    x = y = 0.0
    images = []
    for _ in range(2_000):
        steps = wanderer.steps()
        assert 0 < abs(steps) <= MOST_STEPS
        images.append(wanderer.image)
        right, down = wanderer.drag()
        x, y = x + right, y + down
        assert max(abs(x), abs(y)) <= REACH_PIXELS + 1e-6
    assert max(map(abs, images)) <= REACH_IMAGES + 1
    assert len(set(images)) > REACH_IMAGES
