"""What the figures were measured on: without it they say nothing."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from pathlib import Path

FSYNC_SECONDS = 1.0


def described(folder: Path | None = None) -> str:
    """Return cores, processor and how many times a second the disk of `folder` can be made sure."""
    rate = fsyncs_per_second(folder or Path(tempfile.gettempdir()))
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores ({_processor()}), Python {platform.python_version()}, {rate:,.0f} fsync/s"
    )


def fsyncs_per_second(folder: Path, *, seconds: float = FSYNC_SECONDS) -> float:
    """Measure appends of 8 kB, each made sure; a rate of many thousands says that it is not."""
    page = os.urandom(8192)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
            count += 1
        return count / (time.perf_counter() - began)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
