"""The load report counts this process and its children."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from streamer.host import machine


def test_usage_counts_work_and_memory_of_children() -> None:
    usage = machine.Usage()
    _, alone = usage.sample()
    hog = "data = bytearray(80_000_000)\nprint(flush=True)\nwhile True: pass"
    child = subprocess.Popen([sys.executable, "-c", hog], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        cpu, memory = usage.sample()
        assert memory > alone + 60_000_000
        assert cpu > 0.2 / machine.cores()
    finally:
        child.kill()
        child.communicate()


def test_the_machine_is_described() -> None:
    assert machine.cores() == len(os.sched_getaffinity(0))
    assert machine.memory_total() > 100_000_000
    assert machine.machine_id()
