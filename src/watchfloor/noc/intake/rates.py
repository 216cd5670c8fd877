"""How fast a key may send. Counted in this process: N web processes allow N times as much."""

from __future__ import annotations

import math
from uuid import UUID

from watchfloor.platform.accounts.keys import KeyInfo

_MOST_KEYS = 10_000


class Rates:
    """Buckets that hold a minute's worth of reports; only keys with a rate of their own have one.

    A body passes while its key's bucket is not empty, and may leave it in debt: a body larger
    than a minute's worth is slow, not impossible.
    """

    def __init__(self) -> None:
        self._buckets: dict[UUID, tuple[float, float]] = {}

    def wait(self, key: KeyInfo, reports: int, at: float) -> int:
        """Return 0 and count the reports, or the seconds until the key may send again.

        `at` is monotonic seconds.
        """
        rate = key.rate_per_minute
        if not rate:
            return 0
        left, since = self._buckets.get(key.key_id, (float(rate), at))
        left = min(float(rate), left + (at - since) * rate / 60)
        if left < 1:
            return math.ceil((1 - left) * 60 / rate)
        if len(self._buckets) >= _MOST_KEYS:
            self._buckets.clear()
        self._buckets[key.key_id] = (left - reports, at)
        return 0
