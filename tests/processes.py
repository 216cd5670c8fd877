"""Looking at real processes: who descends from whom, who is gone, how much memory they hold."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """Return all processes below `pid`, without itself."""
    parents = _parents()
    found: set[int] = set()
    grown = {pid}
    while grown:
        grown = {child for child, parent in parents.items() if parent in grown} - found
        found |= grown
    return found


def alive(pid: int) -> bool:
    """Say whether `pid` runs; one that ended and only waits to be collected does not."""
    try:
        return _fields(pid)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone_within(pids: Iterable[int], *, seconds: float) -> bool:
    pids = list(pids)
    return happens_within(lambda: not any(alive(pid) for pid in pids), seconds=seconds)


def happens_within(true: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return true()


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def pss_megabytes(pids: Iterable[int]) -> float:
    """Return the memory of `pids` with shared pages divided among those that share them."""
    kilobytes = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def _parents() -> dict[int, int]:
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = int(_fields(int(entry))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    return found


def _fields(pid: int) -> list[str]:
    """Return what follows the name in /proc/PID/stat: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
