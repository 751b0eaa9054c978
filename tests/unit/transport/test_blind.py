"""Pings, receiver reports and REMB, where there is nothing better."""

from __future__ import annotations

from streamer.transport.blind import Blind

RATE = 1e6


def pings(blind: Blind, seconds: float, count: int, used: float = 1.0) -> float:
    rate = RATE
    for n in range(count):
        rate = blind.ping(n * 0.3, seconds, 0.06, rate, used)
    return rate


def test_a_longer_round_trip_is_a_queue() -> None:
    assert pings(Blind(), 0.3, 1) == RATE
    assert pings(Blind(), 0.3, 4) < 0.7 * RATE


def test_grows_only_while_the_rate_is_used() -> None:
    assert pings(Blind(), 0.06, 10) > 1.2 * RATE
    assert pings(Blind(), 0.06, 10, used=0.3) == RATE
    assert pings(Blind(), 0.09, 10) == RATE


def test_heavy_loss_is_obeyed() -> None:
    assert Blind().report(0.05, RATE) == RATE
    assert Blind().report(0.3, RATE) < RATE


def test_remb_is_an_upper_bound_where_the_rate_is_used() -> None:
    assert Blind().remb(4e5, RATE, 1.0) == 4e5
    assert Blind().remb(4e5, RATE, 0.2) == RATE
    assert Blind().remb(5e6, RATE, 1.0) == RATE
    assert Blind().remb(0.0, RATE, 1.0) == RATE
