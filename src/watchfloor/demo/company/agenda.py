"""What will happen when: processes that wait, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

from watchfloor.aiops.types import Seconds

Process = Iterator[Seconds]
"""Does something, says how long it waits, and goes on from there."""


class Agenda:
    """However a span of time is cut into runs, the same happens in the same order."""

    def __init__(self, now: Seconds) -> None:
        self.now = now
        self._waiting: list[tuple[Seconds, int, Process]] = []
        self._numbers = count()

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def start(self, process: Process, after: Seconds = 0.0) -> None:
        heappush(self._waiting, (self.now + max(after, 0.0), next(self._numbers), process))

    def run(self, until: Seconds) -> None:
        """Let happen what is due before `until`."""
        while self._waiting and self._waiting[0][0] < until:
            self.now, _, process = heappop(self._waiting)
            wait = next(process, None)
            if wait is not None:
                self.start(process, wait)
        self.now = until
