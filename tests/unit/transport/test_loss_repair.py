"""Which packets transport-wide feedback shows to be missing."""

from __future__ import annotations

from streamer.transport.base import PacketReport
from streamer.transport.loss_repair import KEPT_COPIES, LossRepair, PacketId

FIRST, SECOND = PacketId(1, 100), PacketId(2, 100)


def came(number: int) -> PacketReport:
    return PacketReport(number, 0.0, 5.0, 1000)


def lost(number: int) -> PacketReport:
    return PacketReport(number, 0.0, None, 1000)


def test_a_lost_packet_is_named_by_track_and_number() -> None:
    repair = LossRepair()
    repair.sent(0, FIRST)
    repair.sent(1, SECOND)
    assert repair.lost([lost(0), came(1)]) == [FIRST]


def test_feedback_that_repeats_itself_changes_nothing() -> None:
    repair = LossRepair()
    repair.sent(0, FIRST)
    assert repair.lost([lost(0), lost(0)]) == [FIRST]
    assert repair.lost([lost(0)]) == []


def test_a_repeat_on_its_way_is_waited_for() -> None:
    repair = LossRepair()
    repair.sent(0, FIRST)
    repair.sent(5, FIRST)
    assert repair.lost([lost(0)]) == []
    assert repair.lost([lost(5)]) == [FIRST], "the repeat got lost too"


def test_a_copy_that_came_makes_the_others_needless() -> None:
    repair = LossRepair()
    repair.sent(0, FIRST)
    repair.sent(5, FIRST)
    assert repair.lost([came(0)]) == []
    assert repair.lost([lost(5)]) == []


def test_numbers_never_sent_are_ignored() -> None:
    assert LossRepair().lost([lost(3), came(4)]) == []


def test_is_bounded() -> None:
    repair = LossRepair()
    for number in range(3 * KEPT_COPIES):
        repair.sent(number, PacketId(1, number & 0xFFFF))
    assert len(repair._copies) == KEPT_COPIES
    assert len(repair._newest) == KEPT_COPIES
