"""`scripts/soak [--minutes N]`: reads at random among troubles; `scripts/soak month`: opens studies by the thousand."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from scripts.benchmark.__main__ import make_demo
from scripts.benchmark.links.volume import LinkVolume, link_volume
from scripts.benchmark.setting import RESULTS, NotMeasured
from scripts.soaking import record
from scripts.soaking.disks import own_mounts
from scripts.soaking.overdue import overdue
from scripts.soaking.soak import Course, most_seconds, soak
from scripts.soaking.soaked import Soaked
from scripts.soaking.troubles import TROUBLES
from scripts.soaking.verdict import is_good, series_summary, summary


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; `seeds` are those to run."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=120, metavar="N", help="how long (%(default)s; short: 3)"
    )
    parser.add_argument("--readers", type=int, default=1, choices=(1, 2), help="at once (%(default)s)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--seed", type=int, help="which acts and troubles; said at the end")
    which.add_argument(
        "--seeds", type=_numbers, metavar="A,B,C", help="one run after the other, so many minutes each"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run of that seed, until all minutes are done"
    )
    parser.add_argument(
        "--proxy", action="store_true", help="behind a haproxy, which is restarted now and then"
    )
    parser.add_argument("--each", action="store_true", help="the troubles take turns, at short intervals")
    parser.add_argument(
        "--only", action="append", default=[], choices=tuple(TROUBLES), metavar="TROUBLE",
        help=f"only this trouble; may be given again. One of: {', '.join(TROUBLES)}",
    )  # fmt: skip
    parser.add_argument(
        "--data", type=Path, default=RESULTS / "demo", metavar="DIR",
        help="a folder with the demonstration studies; made where it is not there (%(default)s)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.resume and options.seed is None and not options.seeds:
        parser.error("--resume needs --seed or --seeds: which run is to be gone on with")
    if options.seeds is None:
        options.seeds = (random.randrange(1_000_000) if options.seed is None else options.seed,)
    return options


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in text.split(",")))


def main(arguments: list[str]) -> int:
    """0 where everything was as it must be."""
    if arguments[:1] == ["month"]:
        from scripts.soaking.month.command import main as month

        return month(arguments[1:])
    options = parse(arguments)
    RESULTS.mkdir(exist_ok=True)
    mounts = own_mounts()
    try:
        make_demo(options.data.absolute())
        volume = link_volume(RESULTS, options.data.absolute())
        runs: dict[int, Soaked] = {}
        for seed in options.seeds:
            course = Course(seed, options.readers, options.proxy, options.each, tuple(options.only))
            runs[seed], is_whole = _run(course, volume, options.minutes, mounts=mounts, resume=options.resume)
            if not is_whole:
                break
    except (NotMeasured, ValueError) as reason:
        print(f"scripts/soak: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("scripts/soak: ended before the reading began", file=sys.stderr)
        return 130
    if len(options.seeds) > 1:
        print("\n".join(series_summary(runs)))
    return 0 if all(map(is_good, runs.values())) else 1


def _run(
    course: Course, volume: LinkVolume, minutes: float, *, mounts: bool, resume: bool
) -> tuple[Soaked, bool]:
    """What came of one seed, and whether it was not ended before its time."""
    path = record.path_of(RESULTS, course.seed)
    soaked = record.load(path, minutes) if resume and path.is_file() else Soaked(minutes)
    is_whole = True
    if soaked.left > 0:
        with tempfile.TemporaryDirectory(prefix="soak-", dir=RESULTS, ignore_cleanup_errors=True) as folder:

            def write_down() -> None:
                if soaked.seconds > soaked.began:
                    record.save(path, soaked)
                log = Path(folder) / "farview.log"
                if log.is_file() and not is_good(soaked):
                    (RESULTS / f"soak-{course.seed}.log").write_bytes(log.read_bytes())

            def give_up(waits: list[str]) -> None:
                soaked.broken.append("the run did not end; it waits in: " + "; ".join(waits))
                soaked.seconds = max(soaked.seconds, soaked.minutes * 60)
                write_down()
                print("\n".join(summary(soaked)), flush=True)

            with overdue(most_seconds(soaked.left / 60), give_up) as begun:

                async def run() -> bool:
                    begun(asyncio.get_running_loop())
                    return await soak(Path(folder), volume, course, soaked, mounts=mounts)

                try:
                    is_whole = asyncio.run(run())
                except NotMeasured as reason:
                    if soaked.seconds <= soaked.began:
                        raise
                    soaked.broken.append(str(reason))
                finally:
                    write_down()
    print("\n".join(summary(soaked)))
    print(f"seed {course.seed}; it is written down in {path}")
    if soaked.left > 0:
        print(f"ended early; go on with: scripts/soak --resume --seed {course.seed} --minutes {minutes:g}")
    return soaked, is_whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
