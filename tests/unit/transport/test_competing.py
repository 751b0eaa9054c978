"""A share of the link beside other flows."""

from __future__ import annotations

from streamer.transport.competing import LEAST_SHARE, MOST_SHARE, Competing, Over, Surroundings

CARRIED = 3e6
FULL = Surroundings(queue_is_long=True, spread=0.08, loss=0.005, sent=1e6, delivered=1e6)


def run(competing: Competing, seen: Surroundings, seconds: float, since: float = 0.0) -> Over | None:
    for n in range(int(seconds / 0.06)):
        over = competing.step(since + n * 0.06, 0.06, seen)
        if over is not None:
            return over
    return None


def test_holds_a_share_whatever_it_was_cut_to() -> None:
    competing = Competing(0.0, 150_000.0, CARRIED)
    assert competing.rate == LEAST_SHARE * CARRIED
    assert run(competing, FULL, 20.0) is None
    assert competing.rate == MOST_SHARE * CARRIED


def test_follows_loss_but_not_below_its_share() -> None:
    competing = Competing(0.0, CARRIED, CARRIED)
    lossy = Surroundings(queue_is_long=True, spread=0.08, loss=0.05, sent=1e6, delivered=1e6)
    run(competing, lossy, 1.5)
    assert competing.rate < MOST_SHARE * CARRIED
    run(competing, lossy, 20.0, since=1.5)
    assert competing.rate >= LEAST_SHARE * CARRIED


def test_is_over_when_the_queue_is_gone() -> None:
    assert run(Competing(0.0, 1e6, CARRIED), Surroundings(False, 0.08, 0.0, 1e6, 1e6), 1.0) is Over.ALONE


def test_is_over_when_the_delay_does_not_change() -> None:
    flat = Surroundings(queue_is_long=True, spread=0.002, loss=0.0, sent=1e6, delivered=1e6)
    assert run(Competing(0.0, 1e6, CARRIED), flat, 2.5) is None
    assert run(Competing(0.0, 1e6, CARRIED), flat, 4.0) is Over.LONGER_WAY


def test_is_over_when_it_is_we_who_send_too_much() -> None:
    choked = Surroundings(queue_is_long=True, spread=0.05, loss=0.5, sent=1e6, delivered=0.4e6)
    assert run(Competing(0.0, 1e6, CARRIED), choked, 5.0) is Over.OVERLOAD
