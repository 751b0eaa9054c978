"""The command lines of `scripts/soak`."""

from __future__ import annotations

import pytest

from scripts.soaking.__main__ import parse
from scripts.soaking.month.command import parse as parse_month


def test_several_seeds_are_run_in_their_order_and_each_once() -> None:
    assert parse(["--seeds", "5,3,5,8", "--minutes", "20"]).seeds == (5, 3, 8)


def test_one_seed_is_a_series_of_one_and_none_is_drawn() -> None:
    assert parse(["--seed", "5"]).seeds == (5,)
    assert len(parse([]).seeds) == 1


@pytest.mark.parametrize(
    "words",
    [["--resume"], ["--seed", "1", "--seeds", "2"], ["--seeds", "1,x"], ["--only", "earthquake"]],
)
def test_what_makes_no_sense_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(words)
    assert ended.value.code == 2
    assert "usage: scripts/soak " in capsys.readouterr().err


def test_troubles_may_be_chosen() -> None:
    options = parse(["--only", "share away", "--only", "line cut", "--each", "--proxy"])
    assert (options.only, options.each, options.proxy) == (["share away", "line cut"], True, True)


@pytest.mark.parametrize("words", [["--openings", "0"], ["--studies", "401"], ["--readers", "x"]])
def test_a_month_of_nothing_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_month(words)
    assert ended.value.code == 2
    assert "usage: scripts/soak month " in capsys.readouterr().err


def test_a_month_is_five_thousand_openings_of_four_hundred_studies() -> None:
    options = parse_month([])
    assert (options.openings, options.studies) == (5000, 400)
