"""How often one caller may call. Counted in this process: N web processes allow N times as much."""

from __future__ import annotations

import threading
import time

from watchfloor.platform.errors import TooMany

WINDOW_SECONDS = 60.0


class RateLimiter:
    """Fixed windows of a minute; all counts are dropped when a window ends."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: dict[str, int] = {}
        self._began = float("-inf")
        self._lock = threading.Lock()

    def count(self, caller: str, *, at: float | None = None) -> None:
        """Count one call at `at` (monotonic seconds). Raises `TooMany` above the limit."""
        at = time.monotonic() if at is None else at
        with self._lock:
            if at - self._began >= WINDOW_SECONDS:
                self._counts, self._began = {}, at
            self._counts[caller] = count = self._counts.get(caller, 0) + 1
            left = self._began + WINDOW_SECONDS - at
        if count > self._limit:
            raise TooMany("Too many calls in this minute.", retry_after=max(1, round(left)))
