"""When each mark was changed last: by that two documents of one reader's marks are made one, and what was deleted stays so.

A deletion is a change like any other. `signaling/domain/joined_readings.py` joins stored documents by the same rule.
"""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.marks import Mark, Marks

Items = tuple[Mark, ...]

MOST_DELETED = 1000
"""So many marks that are there no more are remembered, those deleted last."""
DELETED_SECONDS = 366 * 24 * 3600.0
"""So long they are remembered."""
TOLD_DELETED = 100
"""So many deletions, the last ones, a page is told: by them it knows what was deleted elsewhere from what was lost."""
_STEP = 0.001
"""Seconds: a change is newer than what it changes, also where this clock is behind the one of the host before."""


def stamped(before: Marks, after: Marks, now: float) -> Marks:
    """`after`, which a hand made of `before` at `now` (Unix seconds), with that time for each mark in which they differ."""
    then, items = _by_id(before.items), _by_id(after.items)
    times = dict(before.changed)
    for name in then.keys() | items.keys():
        if then.get(name) != items.get(name):
            times[name] = round(max(now, times.get(name, 0.0) + _STEP), 3)
    return replace(after, changed=_kept(times, items, now))


def joined(stored: Marks, made: Marks) -> Marks:
    """The document with the marks of a stored one before those that were made without knowing of it; undo keeps them.

    Of a mark of which both know, the newest change counts; where that can't be told, it stands as it was made here. A mark
    that was deleted in one of them is gone, unless the other one changed it later.
    """
    theirs, ours = _by_id(stored.items), _by_id(made.items)
    their_times, our_times = dict(stored.changed), dict(made.changed)

    def is_theirs(name: str) -> bool:
        if name not in ours and name not in our_times:
            return True
        both = name in theirs and name in ours and not (name in their_times and name in our_times)
        return not both and their_times.get(name, 0.0) > our_times.get(name, 0.0)

    before = tuple(mark for mark in stored.items if is_theirs(mark.mark))
    decided = {name for name in theirs.keys() | their_times.keys() if is_theirs(name)}

    def after(items: Items) -> Items:
        return (*before, *(mark for mark in items if mark.mark not in decided))

    items = after(made.items)
    times = {**our_times, **{name: their_times[name] for name in decided if name in their_times}}
    newest = max(times.values(), default=0.0)
    return Marks(
        max(stored.version, made.version) + 1,
        items,
        _steps(tuple(after(each) for each in made.done), items),
        _steps(tuple(after(each) for each in made.undone), items),
        _kept(times, _by_id(items), newest),
    )


def times_told(marks: Marks) -> tuple[tuple[str, float], ...]:
    """When each mark of the document was changed last (0 = not known), and when the marks deleted last were, by id."""
    times, items = dict(marks.changed), _by_id(marks.items)
    gone = sorted((at, name) for name, at in times.items() if name not in items)[-TOLD_DELETED:]
    return (*((name, times.get(name, 0.0)) for name in items), *((name, at) for at, name in gone))


def _by_id(items: Items) -> dict[str, Mark]:
    return {mark.mark: mark for mark in items}


def _kept(times: dict[str, float], items: dict[str, Mark], now: float) -> tuple[tuple[str, float], ...]:
    """The times of the marks that are there, and of those whose deletion is remembered, by id."""
    gone = [(at, name) for name, at in times.items() if name not in items and now - at < DELETED_SECONDS]
    names = {name for _, name in sorted(gone)[-MOST_DELETED:]} | (times.keys() & items.keys())
    return tuple((name, times[name]) for name in sorted(names))


def _steps(history: tuple[Items, ...], items: Items) -> tuple[Items, ...]:
    """A history (newest last) of `items` without the steps that would do nothing any more."""
    following = (*history, items)[1:]
    return tuple(one for one, two in zip(history, following, strict=True) if one != two)
