from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from watchfloor.bench import processes
from watchfloor.bench.machine import described, fsyncs_per_second

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
BUSY = "import time\nwhile time.process_time() < 0.5: pass\n"


def test_processor_time_of_children_counts_while_they_run_and_after() -> None:
    before = processes.cpu_seconds(os.getpid())["supervisor"]
    child = subprocess.Popen([sys.executable, "-c", BUSY + "time.sleep(30)"])
    deadline = time.monotonic() + 20
    running = 0.0
    while running < 0.5 and time.monotonic() < deadline:
        time.sleep(0.05)
        running = processes.cpu_seconds(os.getpid())["supervisor"] - before
    child.kill()
    child.wait()

    assert running >= 0.5
    assert processes.cpu_seconds(os.getpid())["supervisor"] - before >= 0.5


def test_memory_of_this_process_is_more_than_nothing() -> None:
    assert processes.pss_megabytes(os.getpid())["supervisor"] > 5


def test_a_process_that_ended_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    assert processes.is_alive(os.getpid())
    assert not processes.is_alive(child.pid)


def test_the_machine_is_described_with_what_makes_figures_comparable(tmp_path: Path) -> None:
    told = described(tmp_path)

    assert f"{len(os.sched_getaffinity(0))} cores" in told
    assert "fsync/s" in told


def test_the_disk_is_asked_to_be_sure(tmp_path: Path) -> None:
    assert fsyncs_per_second(tmp_path, seconds=0.05) > 0
