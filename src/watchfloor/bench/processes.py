"""Processor time and memory of a floor's processes, read from /proc, by part."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARTS = ("web", "pipeline", "worker", "prepare", "demo")
UTIME, CSTIME = 11, 14
"""Places in /proc/PID/stat after the name: own and reaped children's user and system time."""


def tree(root: int) -> dict[int, str]:
    """Return the processes of a floor with the part each belongs to; `root` is its supervisor."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = {root: "supervisor"}
    waiting = [(root, "supervisor")]
    while waiting:
        pid, part = waiting.pop()
        for child in children.get(pid, []):
            found[child] = part if part != "supervisor" else _part(child)
            waiting.append((child, found[child]))
    return found


def cpu_seconds(root: int) -> dict[str, float]:
    """Return the processor seconds of each part so far, with those of children that ended."""
    spent: defaultdict[str, float] = defaultdict(float)
    for pid, part in tree(root).items():
        fields = _fields(pid)
        if fields:
            spent[part] += sum(map(int, fields[UTIME : CSTIME + 1])) / TICKS
    return spent


def pss_megabytes(root: int) -> dict[str, float]:
    """Return the memory of each part, with shared pages divided among those that share them."""
    held: defaultdict[str, float] = defaultdict(float)
    for pid, part in tree(root).items():
        held[part] += _pss_kilobytes(pid) / 1024
    return held


def pids_of(root: int, part: str) -> list[int]:
    """Return the processes of a part, the topmost first."""
    return [pid for pid, name in tree(root).items() if name == part]


def is_alive(pid: int) -> bool:
    fields = _fields(pid)
    return bool(fields) and fields[0] != "Z"


def _part(pid: int) -> str:
    words = _command(pid)
    if any("postgres" in word for word in words[:1]):
        return "postgres"
    return next((name for name in PARTS if name in words), "supervisor")


def _command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _fields(int(entry))):
            yield int(entry), int(fields[1])


def _fields(pid: int) -> list[str]:
    """Return what follows the name in /proc/PID/stat: state, parent, ...; nothing if it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
