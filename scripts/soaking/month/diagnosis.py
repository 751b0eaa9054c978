"""What stands between a reader and a picture: the states of session, renderer, loads, cache and indexer, as lines."""

from __future__ import annotations

import asyncio
import time

from scripts.soaking.month.host import TENANT, MonthHost
from scripts.soaking.month.page import Page
from streamer.session.session import Session


def diagnosis(host: MonthHost, seat: str, page: Page) -> list[str]:
    """All that may say why a page on that seat has no picture. Looks into the host's own parts, and changes nothing."""
    seat_ = host._seats.get(seat)
    session = seat_.session if seat_ is not None else None
    lines = [
        (
            f"page: opened {page.opened is not None}, renderer “{page.renderer}”, {page.pictures} pictures in all, "
            f"records {[(r.viewport, r.series, r.image, int(r.flags)) for r in page.records.values()]}, "
            f"state {page.state.layout if page.state else None}, active {page.state.active if page.state else None}"
        ),
        (
            f"seat: {'there' if seat_ is not None else 'gone'}, silent "
            f"{seat_.silent_seconds if seat_ is not None else 0:.1f} s, opening {seat_ in host._sessions._opening}"
        ),
    ]
    if session is None:
        return [*lines, "session: none", *_host(host)]
    return [*lines, *_session(session), *_loads(host, session), *_host(host)]


def _session(session: Session) -> list[str]:
    worker, policy = session.worker, session.pictures.policy
    drawn = (
        f"{worker.pid}, lost {worker.lost}, silent {worker.silent_ms} ms" if worker is not None else "none"
    )
    viewports = [(each.kind, each.stack, each.image) for each in session.state.viewports]
    return [
        (
            f"session: worker {drawn}; taking one {session._taking}; given up “{session.undrawable}”; outlet "
            f"{session.outlet is not None}; revision {session.revision}; {session.state.layout} {viewports}"
        ),
        (
            f"pictures: outstanding {policy.outstanding}, dirty {policy._dirty}, drawn {policy._drawn}, held {policy._held}, "
            f"sent {session.pictures.pictures}, room {session.outlet.has_room() if session.outlet is not None else None}, "
            f"still {session.pictures.stills.policy.phase.name}"
        ),
        f"attached: {sorted(session._attached._files)}",
    ]


def _loads(host: MonthHost, session: Session) -> list[str]:
    store, study = host._store, session.study
    if study is None:
        return ["study: closed"]
    lines = []
    for number, plan in enumerate(study.plans):
        load = study.load_of(number)
        if load is None:
            lines.append(f"stack {number}: not asked for; fault “{plan.stack.fault}”")
            continue
        path = load.cache_path
        child = load._child.pid if load._child is not None else None
        lines.append(
            f"stack {number}: {load.life.value}, {load.present_count} of {len(load.present)}, complete {load.complete}, "
            f"problem “{load.problem}”, failures {sorted(set(load.failures.values()))[:3]}, "
            f"loader {child}, task {path in store._tasks}, "
            f"waits {path in store._waiting}, stopped {path in store._stopped}, again {path in store._again}, its own "
            f"{store._loads.get(path) is load}, evicted {load.is_evicted}, shown by {len(load.shown_by)}, heard by "
            f"{len(load.listeners)}, file {load.descriptor}, lacks room {load.lacks_room}, tried {load.attempts} times"
        )
    return lines


def _host(host: MonthHost) -> list[str]:
    store, pool = host._store, host._pool
    now = asyncio.get_running_loop().time()
    info = host.archive.info if host.archive is not None else None
    promised = sum(store._room._promised.values())
    spare = store._loaders._spare
    return [
        (
            f"cache: {store._room.used(TENANT) / 1e6:.2f} of {host.cap_bytes / 1e6:.2f} MB, promised {promised / 1e6:.2f}; "
            f"{len(store._tasks)} loads at work, {store._running} running, {len(store._waiting)} waiting; spare loader "
            f"{spare.pid if spare is not None else None}"
        ),
        (
            f"renderers: {len(pool._idle)} idle, {len(pool.taken)} taken, {len(pool._waiting)} asked for, starting since "
            f"{[round(now - began, 1) for began in pool._starting]} s; “{pool._problem}”"
        ),
        (
            f"indexer: {host.archive.pid if host.archive is not None else None}, "
            f"{info.studies if info is not None else 0} studies, problem “{info.problem if info is not None else ''}”"
        ),
        f"readings: {host.parked_and_live}, seats {len(host._seats)}, at {time.strftime('%H:%M:%S')}",
    ]
