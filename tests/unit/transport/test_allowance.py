"""A bounded share of the rate."""

from __future__ import annotations

from streamer.transport.allowance import Allowance


def test_spends_no_more_than_its_rate() -> None:
    allowance = Allowance(most=3000)
    allowance.bit_rate = 80_000
    spent = sum(1000 for n in range(1000) if allowance.spend(1000, 5.0 + n * 0.01))
    assert 100_000 <= spent <= 104_000


def test_saves_no_more_than_its_most() -> None:
    allowance = Allowance(most=3000)
    allowance.bit_rate = 80_000
    assert [allowance.spend(1000, 1000.0) for _ in range(4)] == [True, True, True, False]
    assert not allowance.spend(3001, 2000.0)


def test_without_a_rate_nothing_is_spent() -> None:
    assert not Allowance(most=3000).spend(1, 10.0)
