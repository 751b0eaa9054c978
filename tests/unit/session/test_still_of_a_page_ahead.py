"""A page that is ahead of the still, as after it came back from another host, is never left without the exact picture."""

from __future__ import annotations

from signaling.protocol import control
from streamer.session.still_policy import MOST_TRIES, Phase
from tests.unit.session.test_still_loop import Run


async def test_a_page_that_was_ahead_gets_the_exact_picture_without_a_hand() -> None:
    """As after it came back from another host: the hand rests, and what the page waits for comes by itself."""
    run = Run()
    run.send("one")
    for _ in range(2 * MOST_TRIES):
        sent = len(run.page.proofs)
        run.check(run.page.proofs[-1], "stale")
        while len(run.page.proofs) == sent and run.now < 100.0:
            run.wait(0.05)
    assert not [message for message in run.page.said if isinstance(message, control.StillWithdrawn)]
    run.check(run.page.proofs[-1])
    assert run.stills.policy.phase is Phase.PROVEN
