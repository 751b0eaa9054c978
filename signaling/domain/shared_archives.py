"""Which archives of several hosts are one: the rule, without a clock or a database.

Two hosts that reach one folder each have an index of it, with an id of its own. The name that they give the archive says that
they mean one; samples of its images say whether that is so. Only both together make one archive of two: a name alone may be
given twice by mistake, and images alone may have been copied.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Sample = Mapping[str, str]
"""Digests of the content of some images, by a digest of their UID; both ends choose the same images of the same archive."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive as one host reaches it. `archive` is the id in that host's index; `sample` None is not known yet."""

    host: str
    archive: str
    name: str
    sample: Sample | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What an archive is called by all, and by which name it came to that."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What has been judged of a host's archives: by which start of it (`instance`), and by own id with which sample (a digest).

    A sample that changes while its host is connected is not judged anew, but is the one by which the host is known again.
    """

    instance: str = ""
    samples: Mapping[str, str] = field(default_factory=dict)

    def knows(self, instance: str, archive: str, sample: Sample) -> bool:
        """Whether it is the same start of the host, with the same sample of that archive."""
        return bool(instance) and instance == self.instance and self.samples.get(archive) == digest(sample)


def digest(sample: Sample) -> str:
    """The same for samples that are the same."""
    text = "\0".join(f"{image} {content}" for image, content in sorted(sample.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def contradict(one: Sample, other: Sample) -> bool:
    """Whether an image is in both, and its content differs."""
    return any(other.get(image, content) != content for image, content in one.items())


def agree(one: Sample, other: Sample) -> bool:
    """Whether both can only be of one archive: no image differs, and half of the smaller sample is in the other one."""
    smaller = min(len(one), len(other))
    return smaller > 0 and not contradict(one, other) and 2 * len(one.keys() & other.keys()) >= smaller


def decided(
    sources: Iterable[Source], before: Mapping[str, Shared], fresh: Collection[str] = ()
) -> dict[str, Shared]:
    """What each archive is called by all, by its own id; one that is not in it goes by its own id.

    Args:
        sources: what the connected hosts of one tenant say.
        before: what was decided until now, also of hosts that are not connected.
        fresh: the own ids of archives whose sample has just become known. Only they, and those that have another name now,
            come apart from what they were one with: what is in use is not torn apart since one image more came.
    """
    known = _by_name(sources)
    after = {own: shared for own, shared in before.items() if known.name.get(own, shared.name) == shared.name}
    for own in sorted(known.samples.keys() & after.keys() & set(fresh)):
        others = [other for other in known.samples if other != own and after.get(other) == after[own]]
        if others and not known.fits(own, others):
            del after[own]
    for own in sorted(known.samples.keys() - after.keys()):
        _join(own, known, after)
    _unite(known, after)
    return after


@dataclass(frozen=True, slots=True)
class _Known:
    name: dict[str, str]
    """By own id; empty where two hosts say one id and different names."""
    samples: dict[str, list[Sample]]
    """Of those that have a name and a sample with images, by own id."""

    def fits(self, own: str, others: Iterable[str]) -> bool:
        """Whether it contradicts none of the others, and agrees with one."""
        pairs = [(one, two) for one in self.samples[own] for each in others for two in self.samples[each]]
        return not any(contradict(*pair) for pair in pairs) and any(agree(*pair) for pair in pairs)

    def alike(self, own: str) -> list[str]:
        """The others of that name."""
        return sorted(other for other in self.samples if other != own and self.name[other] == self.name[own])


def _by_name(sources: Iterable[Source]) -> _Known:
    names: defaultdict[str, set[str]] = defaultdict(set)
    samples: defaultdict[str, list[Sample]] = defaultdict(list)
    for source in sources:
        names[source.archive].add(source.name)
        if source.sample:
            samples[source.archive].append(source.sample)
    name = {own: next(iter(said)) if len(said) == 1 else "" for own, said in names.items()}
    return _Known(name, {own: each for own, each in samples.items() if name[own]})


def _join(own: str, known: _Known, after: dict[str, Shared]) -> None:
    """Takes an archive that stands alone to those that it is one with."""
    if own in after:
        return
    name, alike = known.name[own], known.alike(own)
    for shared in sorted({after[other].id for other in alike if other in after}):
        if known.fits(own, [other for other in alike if other in after and after[other].id == shared]):
            after[own] = Shared(shared, name)
            return
    for other in alike:
        if other not in after and known.fits(own, [other]):
            after[own] = after[other] = Shared(_new_id(name, min(own, other), after), name)
            return


def _unite(known: _Known, after: dict[str, Shared]) -> None:
    """Where two groups that came about apart turn out to be one archive, the later id gives way, and leads to the other."""
    groups = sorted({(shared.name, shared.id) for own, shared in after.items() if own in known.samples})
    for place, (name, kept) in enumerate(groups):
        for other_name, given_up in groups[place + 1 :]:
            one, two = (
                [own for own in known.samples if after.get(own) == Shared(shared, name)]
                for shared in (kept, given_up)
            )
            if other_name == name and one and two and all(known.fits(own, one) for own in two):
                # Also those that are not connected now: what leads to the one that gives way must lead on.
                for own in [own for own, shared in after.items() if shared.id == given_up]:
                    after[own] = Shared(kept, name)
                after[given_up] = Shared(kept, name)


def _new_id(name: str, own: str, taken: Mapping[str, Shared]) -> str:
    """The same each time, so that what came apart and is one again is called as before."""
    new = f"{name}\0{own}"
    while True:
        new = hashlib.sha256(new.encode()).hexdigest()[:32]
        if new not in taken:
            return new


CONTRADICTS = "is served with other content of the same image by {}: look at their data folders."
APART = (
    "is a name that {} gives, too, to a folder with other content of the same image: they are kept apart. "
    "Look at their data folders, or give them different names."
)
UNLIKE = "is a name that {} gives, too, to a folder with other images: they are kept apart."


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is odd about an archive of a host, and with which other host: one of the sentences above, without its subject.

    `is_grave`: readers must know it, too.
    """

    sentence: str
    host: str

    @property
    def is_grave(self) -> bool:
        """Whether an image may be another one by the other host."""
        return self.sentence != UNLIKE


def troubles(sources: Iterable[Source], ids: Mapping[str, Shared]) -> dict[tuple[str, str], Trouble]:
    """By host and own id what is odd: the gravest, with one other host."""
    listed = [source for source in sources if source.sample]
    found: dict[tuple[str, str], Trouble] = {}
    for one in listed:
        for other in listed:
            sentence = _trouble(one, other, ids) if one.host != other.host else ""
            before = found.get((one.host, one.archive))
            if sentence and (before is None or not before.is_grave):
                found[one.host, one.archive] = Trouble(sentence, other.host)
    return found


def _trouble(one: Source, other: Source, ids: Mapping[str, Shared]) -> str:
    assert one.sample is not None
    assert other.sample is not None
    called = [ids[each.archive].id if each.archive in ids else each.archive for each in (one, other)]
    if called[0] == called[1]:
        return CONTRADICTS if contradict(one.sample, other.sample) else ""
    if not one.name or one.name != other.name:
        return ""
    return APART if contradict(one.sample, other.sample) else UNLIKE
