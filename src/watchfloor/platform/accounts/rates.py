"""How often one caller may call, counted over all web processes in one table.

The table is not logged: counting costs no write to disk, and a crash of the database forgets the
current minute. The clock is the database's, so that web machines need not agree on theirs.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connections

from watchfloor.platform.errors import TooMany

WINDOW = timedelta(minutes=1)

_COUNT = """
INSERT INTO accounts_callcount AS c (caller, began_at, calls) VALUES (%s, clock_timestamp(), 1)
ON CONFLICT (caller) DO UPDATE SET
    calls = CASE WHEN c.began_at > excluded.began_at - make_interval(secs => %s)
        THEN c.calls + 1 ELSE 1 END,
    began_at = CASE WHEN c.began_at > excluded.began_at - make_interval(secs => %s)
        THEN c.began_at ELSE excluded.began_at END
RETURNING calls, %s - extract(epoch FROM clock_timestamp() - began_at)::float8"""


class RateLimiter:
    """A window begins with a caller's first call, and ends a minute later.

    `door` keeps the counts of different limits on one caller apart.
    """

    def __init__(self, door: str, limit: int, window: timedelta = WINDOW) -> None:
        self._door = door
        self._limit = limit
        self._window = window

    def count(self, caller: str) -> None:
        """Count one call. Raises `TooMany` above the limit."""
        window = self._window.total_seconds()
        with connections["system"].cursor() as cursor:
            cursor.execute(_COUNT, [f"{self._door} {caller}", window, window, window])
            calls, left = cursor.fetchone()
        if calls > self._limit:
            raise TooMany("Too many calls in this minute.", retry_after=max(1, round(left)))
