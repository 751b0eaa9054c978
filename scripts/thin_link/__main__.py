"""`scripts/link [terms] [--server COMMAND] -- COMMAND …`: runs a command at the client's end of a thin link."""

from __future__ import annotations

import argparse
import shlex
import sys

from scripts.thin_link.link import Link, LinkUnavailable
from scripts.thin_link.measures import DirectionMeasures


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/link",
        description=f"Runs COMMAND behind a thin link. The other end, where --server runs, is {Link.server_ip}; needs root.",
    )
    parser.add_argument(
        "--down", type=float, default=5000, metavar="KBIT", help="kbit/s to the client (0: no limit)"
    )
    parser.add_argument(
        "--up", type=float, default=1000, metavar="KBIT", help="kbit/s to the server (0: no limit)"
    )
    parser.add_argument("--rtt", type=float, default=60, metavar="MS", help="delay there and back, in ms")
    parser.add_argument(
        "--loss", type=float, default=0, metavar="SHARE", help="lost packets each way, 0 to 1"
    )
    parser.add_argument(
        "--queue", type=float, default=300, metavar="MS", help="longest wait in the queue, in ms"
    )
    parser.add_argument("--seed", type=int, default=1, help="which packets are lost")
    parser.add_argument("--server", metavar="COMMAND", help="runs meanwhile at the server's end")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    return parser.parse_args(arguments)


def described(name: str, measures: DirectionMeasures) -> str:
    """One direction in a line."""
    return (
        f"{name:<5} {measures.packets} packets, {measures.bytes} bytes; dropped {measures.lost} by chance, "
        f"{measures.overrun} by a full queue; waited {measures.wait_p50:.1f} ms p50, {measures.wait_p95:.1f} ms p95"
    )


def main(arguments: list[str]) -> int:
    """Run the command; its exit code is ours."""
    options = parse(arguments)
    link = Link(
        down_kbit=options.down,
        up_kbit=options.up,
        rtt_ms=options.rtt,
        loss=options.loss,
        queue_ms=options.queue,
        seed=options.seed,
    )
    try:
        with link:
            if options.server:
                link.start_server(shlex.split(options.server))
            code = link.run_client(options.command, check=False).returncode
            measures = link.measures()
    except LinkUnavailable as reason:
        print(reason, file=sys.stderr)
        return 2
    print(described("down", measures.down), described("up", measures.up), sep="\n", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
