"""When a message that did not get through is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

# After the n-th try. The last one repeats until the message is a day old.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 7200, 18000))
GIVE_UP_AFTER = timedelta(hours=24)


def next_try(
    *, attempts: int, created_at: datetime, now: datetime, retry_after: float | None = None
) -> datetime | None:
    """Return when to try again after `attempts` tries, None when it is no use any more.

    `retry_after`: seconds that the other side asked for; it may prolong the pause, not cut it.
    """
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    if retry_after is not None:
        pause = max(pause, timedelta(seconds=min(retry_after, GIVE_UP_AFTER.total_seconds())))
    at = now + pause
    return at if at - created_at <= GIVE_UP_AFTER else None
