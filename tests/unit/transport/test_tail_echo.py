"""The last picture of a movement, once more."""

from __future__ import annotations

from streamer.transport.tail_echo import ECHO_AFTER_SECONDS, MOST_PACKETS, TailEcho


def test_a_picture_that_none_follows_is_sent_once_more() -> None:
    echo = TailEcho()
    echo.left(b"a", 1, ends=False, now=1.0)
    assert echo.wait(1.0) is None, "it has not all left"
    echo.left(b"b", 1, ends=True, now=1.01)
    assert echo.take(1.0 + ECHO_AFTER_SECONDS) == []
    assert echo.take(1.02 + ECHO_AFTER_SECONDS) == [b"a", b"b"]
    assert echo.take(9.0) == []
    assert echo.wait(9.0) is None


def test_a_picture_that_another_follows_is_not() -> None:
    echo = TailEcho()
    echo.left(b"a", 1, ends=True, now=1.0)
    echo.left(b"b", 2, ends=False, now=1.05)
    assert echo.take(2.0) == []
    echo.left(b"c", 2, ends=True, now=1.06)
    assert echo.take(2.0) == [b"b", b"c"]


def test_nor_is_a_large_one() -> None:
    echo = TailEcho()
    for n in range(MOST_PACKETS + 1):
        echo.left(b"x", 1, ends=n == MOST_PACKETS, now=1.0)
    assert echo.take(2.0) == []
