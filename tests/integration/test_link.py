"""The thin link carries real TCP and UDP by the terms asked for, and is gone when its owner is."""

from __future__ import annotations

import json
import os
import select
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.thin_link import Link

ROOT = Path(__file__).resolve().parents[2]
LINK_END = [sys.executable, str(Path(__file__).with_name("link_end.py"))]


def serve(link: Link) -> None:
    server = link.start_server([*LINK_END, "echo"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"


def ask(link: Link, what: str, number: int) -> dict[str, Any]:
    command = [*LINK_END, what, link.server_ip, str(number)]
    return json.loads(link.run_client(command, capture_output=True, text=True, timeout=40).stdout)


@pytest.fixture
def link() -> Iterator[Link]:
    with Link(down_kbit=4000, up_kbit=2000, rtt_ms=80) as made:
        serve(made)
        yield made


def test_round_trip_is_as_asked_and_follows_a_change(link: Link) -> None:
    far = ask(link, "ping", 10)["round_trips"]
    assert min(far) >= 80
    link.set(rtt_ms=10)
    near = ask(link, "ping", 10)["round_trips"]
    assert min(near) >= 10
    assert statistics.median(near) < statistics.median(far)


def test_connecting_takes_one_round_trip_and_the_rate_is_kept(link: Link) -> None:
    fetched = ask(link, "fetch", 400_000)
    assert fetched["connect"] >= 80
    assert fetched["bytes"] == 400_000
    # The line never gives more than its rate; TCP over a calm link uses most of it.
    assert 0.5 * 4000 < fetched["kbit"] < 4000
    measures = link.measures()
    assert measures.down.bytes > 400_000
    assert measures.down.wait_p95 > 0
    assert measures.down.lost == measures.up.lost == 0


def test_a_full_queue_drops_and_its_wait_stays_within_the_bound() -> None:
    with Link(down_kbit=2000, rtt_ms=20, queue_ms=40) as link:
        serve(link)
        assert ask(link, "fetch", 300_000)["bytes"] == 300_000
        measures = link.measures()
    assert measures.down.overrun > 0
    assert measures.down.wait_max <= 40


def test_loss_is_counted_and_seen_by_the_client() -> None:
    with Link(loss=0.5, seed=5) as link:
        serve(link)
        round_trips = ask(link, "ping", 6)["round_trips"]
        measures = link.measures()
    assert None in round_trips
    assert measures.down.lost + measures.up.lost >= round_trips.count(None)


def test_nothing_passes_in_an_outage(link: Link) -> None:
    with link.outage():
        assert ask(link, "ping", 2)["round_trips"] == [None, None]
    assert None not in ask(link, "ping", 2)["round_trips"]
    assert link.measures(forget=True).up.cut >= 2
    assert link.measures().up.cut == 0


def test_without_udp_only_tcp_passes(link: Link) -> None:
    link.set(udp=False)
    assert ask(link, "ping", 2)["round_trips"] == [None, None]
    assert ask(link, "fetch", 10)["bytes"] == 10
    link.set(udp=True)
    assert None not in ask(link, "ping", 2)["round_trips"]


def test_a_client_that_moved_is_reached_at_its_new_address_and_no_other(link: Link) -> None:
    link.move_client("10.77.0.9")
    shown = link.run_client(["ip", "-brief", "address"], capture_output=True, text=True).stdout
    assert "10.77.0.9" in shown
    assert f"{link.client_ip}/" not in shown
    assert None not in ask(link, "ping", 2)["round_trips"]


def test_two_links_at_once_do_not_meet(link: Link) -> None:
    with Link() as other:
        with pytest.raises(subprocess.CalledProcessError):
            ask(other, "fetch", 10)
        assert ask(link, "fetch", 10)["bytes"] == 10


def test_what_runs_at_an_end_ends_with_the_link_even_when_it_forked() -> None:
    with Link() as link:
        forked = link.run_client(
            ["sh", "-c", "sleep 100 > /dev/null 2>&1 & echo $!"], capture_output=True, text=True
        )
        pid = int(forked.stdout)
        assert runs(pid)
    assert not runs(pid)


def test_a_wrapped_program_runs_at_its_end(link: Link) -> None:
    program = link.wrapper("client", "/usr/bin/env")
    shown = subprocess.run(
        [str(program), "ip", "-brief", "address"], capture_output=True, text=True, check=True
    )
    assert link.client_ip in shown.stdout


def test_nothing_is_left_when_the_owner_is_killed() -> None:
    """Neither the process that carries the packets, which holds the namespaces, nor what runs at the ends."""
    program = (
        "import signal; from scripts.thin_link import Link\n"
        "with Link() as link:\n"
        "    print(link.client_ns.split('/')[2], link.start_server(['sleep', '100']).pid, flush=True)\n"
        "    signal.pause()\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout is not None
        left = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(left) == 2
        owner.send_signal(signal.SIGKILL)
        assert [pid for pid in left if not ends(pid, within=20)] == []


def ends(pid: int, within: float) -> bool:
    """Whether that process ends in so many seconds."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], within)[0])
    finally:
        os.close(process)


def runs(pid: int) -> bool:
    """Whether that process exists and is not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_without_root_it_says_what_to_do() -> None:
    program = "import os\nfrom scripts.thin_link import Link\nos.seteuid(65534)\nwith Link(): pass"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "a thin link needs root" in done.stderr
