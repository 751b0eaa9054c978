"""Which archives of several hosts are one: by name and sample, decided once, and what is said where both do not fit."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.shared_archives import (
    APART,
    CONTRADICTS,
    UNLIKE,
    Sample,
    Shared,
    Source,
    agree,
    contradict,
    decided,
    troubles,
)

ALL = {str(image): f"content {image}" for image in range(8)}
HALF = {image: ALL[image] for image in "0123"}
OTHER_HALF = {image: ALL[image] for image in "4567"}
FEW = {"0": ALL["0"], "a": "x", "b": "y"}
CHANGED = {**ALL, "3": "another content"}
OTHER = {"a": "x", "b": "y"}


def source(own: str, name: str = "main", sample: Sample | None = None, host: str = "") -> Source:
    return Source(host or f"host of {own}", own, name, sample)


SAMPLES: list[tuple[str, Sample, Sample, bool, bool]] = [
    ("the same", ALL, ALL, False, True),
    ("half of the smaller one is in the other", HALF, {**dict(list(HALF.items())[:2]), "z": ""}, False, True),
    ("less than half", FEW, ALL, False, False),
    ("one is a part of the other", HALF, ALL, False, True),
    ("nothing in common", HALF, OTHER_HALF, False, False),
    ("one image differs", ALL, CHANGED, True, False),
    ("one is empty", {}, ALL, False, False),
    ("both are empty", {}, {}, False, False),
]


@pytest.mark.parametrize(("what", "one", "other", "contradicts", "agrees"), SAMPLES)
def test_two_samples(what: str, one: Sample, other: Sample, contradicts: bool, agrees: bool) -> None:
    for pair in ((one, other), (other, one)):
        assert contradict(*pair) is contradicts, what
        assert agree(*pair) is agrees, what


@dataclass(frozen=True)
class Case:
    """What hosts say, what was decided before, and which archives are one afterwards; those in no group go by their own ids."""

    what: str
    sources: list[Source]
    together: list[set[str]]
    before: list[set[str]] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)


def shared(groups: list[set[str]], name: str = "main") -> dict[str, Shared]:
    return {own: Shared("id " + min(group), name) for group in groups for own in group}


CASES = [
    Case("one folder, one name", [source("a", sample=ALL), source("b", sample=ALL)], [{"a", "b"}]),
    Case(
        "three hosts",
        [source("a", sample=ALL), source("b", sample=HALF), source("c", sample=ALL)],
        [{"a", "b", "c"}],
    ),
    Case("no name", [source("a", "", ALL), source("b", "", ALL)], []),
    Case("one has no name", [source("a", "main", ALL), source("b", "", ALL)], []),
    Case("two names", [source("a", "main", ALL), source("b", "other", ALL)], []),
    Case("separate folders of one name", [source("a", sample=ALL), source("b", sample=OTHER)], []),
    Case("other content of one image", [source("a", sample=ALL), source("b", sample=CHANGED)], []),
    Case("one is not known yet", [source("a", sample=ALL), source("b", sample=None)], []),
    Case("both are empty", [source("a", sample={}), source("b", sample={})], []),
    Case(
        "two and two of one name",
        [
            source("a", sample=ALL),
            source("b", sample=OTHER),
            source("c", sample=ALL),
            source("d", sample=OTHER),
        ],
        [{"a", "c"}, {"b", "d"}],
    ),
    Case(
        "who contradicts one of them is not taken to them",
        [source("a", sample=HALF), source("b", sample=ALL), source("c", sample={**HALF, "7": "another"})],
        [{"a", "b"}],
        before=[{"a", "b"}],
    ),
    Case(
        "two hosts say one id and different names",
        [source("a", "main", ALL, "one"), source("a", "other", ALL, "two"), source("b", "main", ALL)],
        [],
    ),
    Case("known from before, before any look", [source("b", sample=None)], [{"a", "b"}], before=[{"a", "b"}]),
    Case("the other is away", [source("b", sample=ALL)], [{"a", "b"}], before=[{"a", "b"}], fresh={"b"}),
    Case(
        "in use, and one image more came to one of them",
        [source("a", sample=ALL), source("b", sample={**ALL, "8": "new"})],
        [{"a", "b"}],
        before=[{"a", "b"}],
    ),
    Case(
        "in use, and an image differs",
        [source("a", sample=ALL), source("b", sample=CHANGED)],
        [{"a", "b"}],
        before=[{"a", "b"}],
    ),
    Case(
        "one came back with another content",
        [source("a", sample=ALL), source("b", sample=CHANGED)],
        [{"a"}],
        before=[{"a", "b"}],
        fresh={"b"},
    ),
    Case(
        "one came back with another folder",
        [source("a", sample=ALL), source("b", sample=OTHER)],
        [{"a"}],
        before=[{"a", "b"}],
        fresh={"b"},
    ),
    Case(
        "all of them came back",
        [source("a", sample=ALL), source("b", sample=ALL)],
        [{"a", "b"}],
        before=[{"a", "b"}],
        fresh={"a", "b"},
    ),
    Case(
        "the name was taken away",
        [source("a", sample=ALL), source("b", "", sample=None)],
        [{"a"}],
        before=[{"a", "b"}],
    ),
    Case(
        "two groups that turn out to be one",
        [source("a", sample=ALL), source("c", sample=ALL)],
        [{"a", "b", "c", "d", "id c"}],
        before=[{"a", "b"}, {"c", "d"}],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_decision(case: Case) -> None:
    before = shared(case.before)
    for sources in (case.sources, case.sources[::-1]):
        after = decided(sources, before, case.fresh)
        groups: dict[str, set[str]] = {}
        for own, each in after.items():
            groups.setdefault(each.id, set()).add(own)
        assert sorted(map(sorted, groups.values())) == sorted(map(sorted, case.together))
        assert decided(sources, after) == after, "what is decided stays decided"


def test_what_comes_apart_and_together_again_is_called_as_before() -> None:
    both = [source("a", sample=ALL), source("b", sample=ALL)]
    first = decided(both, {})
    apart = decided([source("a", "", ALL), source("b", "", ALL)], first)
    assert apart == {}
    assert decided(both, apart) == first


SOURCES = st.lists(
    st.builds(
        Source,
        host=st.sampled_from(["one", "two", "three"]),
        archive=st.sampled_from("abcd"),
        name=st.sampled_from(["", "main", "other"]),
        sample=st.none() | st.dictionaries(st.sampled_from("01234"), st.sampled_from("xy"), max_size=4),
    ),
    max_size=5,
    unique_by=lambda each: (each.host, each.archive),
)


@given(steps=st.lists(st.tuples(SOURCES, st.booleans()), max_size=4))
def test_whatever_hosts_say(steps: list[tuple[list[Source], bool]]) -> None:
    """Nothing is made one without a name, nothing new against what the samples say, and nothing that is in use comes apart."""
    known: dict[str, Shared] = {}
    for sources, judged in steps:
        fresh = {each.archive for each in sources} if judged else set()
        after = decided(sources, known, fresh)
        names: dict[str, set[str]] = {}
        for each in sources:
            names.setdefault(each.archive, set()).add(each.name)
        for own, each_shared in after.items():
            assert each_shared.name
            assert own not in names or names[own] == {each_shared.name}
        for one in sources:
            for other in sources:
                ids = [after.get(each.archive) for each in (one, other)]
                was = [known.get(each.archive) for each in (one, other)]
                if (
                    one.sample
                    and other.sample
                    and one.archive != other.archive
                    and ids[0]
                    and ids[0] == ids[1]
                ):
                    assert was[0] or was[1] or not contradict(one.sample, other.sample)
        for own, was_shared in known.items():
            if own not in fresh and names.get(own, {was_shared.name}) == {was_shared.name}:
                assert own in after, "what is in use is not torn apart"
        known = after


WORDS: list[tuple[str, Source, Source, bool, str]] = [
    ("one archive, the same content", source("a", sample=ALL), source("b", sample=ALL), True, ""),
    (
        "one archive, an image differs",
        source("a", sample=ALL),
        source("b", sample=CHANGED),
        True,
        CONTRADICTS,
    ),
    (
        "one id, an image differs",
        source("a", "", ALL, "1"),
        source("a", "", CHANGED, "2"),
        False,
        CONTRADICTS,
    ),
    ("one name, an image differs", source("a", sample=ALL), source("b", sample=CHANGED), False, APART),
    ("one name, other images", source("a", sample=ALL), source("b", sample=OTHER), False, UNLIKE),
    ("other names", source("a", "main", ALL), source("b", "other", CHANGED), False, ""),
    ("no names", source("a", "", ALL), source("b", "", CHANGED), False, ""),
    ("one is not known yet", source("a", sample=ALL), source("b", sample=None), False, ""),
    ("one is empty", source("a", sample=ALL), source("b", sample={}), False, ""),
]


@pytest.mark.parametrize(("what", "one", "other", "is_one", "sentence"), WORDS)
def test_what_is_said(what: str, one: Source, other: Source, is_one: bool, sentence: str) -> None:
    ids = shared([{one.archive, other.archive}]) if is_one else {}
    said = troubles([one, other], ids)
    assert {where: each.sentence for where, each in said.items()} == (
        {(one.host, one.archive): sentence, (other.host, other.archive): sentence} if sentence else {}
    ), what
    assert all(each.is_grave is (sentence != UNLIKE) for each in said.values())
