"""What each sender has sent of late, and whether its silence is unlike it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

PERIOD = timedelta(hours=24)
STEP = timedelta(minutes=10)
FEWEST_STEPS = 6
"""Less often heard, a sender has no rhythm that its silence could break."""
LONGEST_PAUSES = 2
"""A silence longer than this many of its longest pauses is unlike it."""

_SENT = """
SELECT integration_id, date_bin(%b, received_at, %b) AS step, count(*), max(received_at)
FROM alerts_report WHERE tenant_id = %b AND received_at > %b AND received_at <= %b
GROUP BY 1, 2 ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Sent:
    """The last 24 hours of one sender. `longest_pause` lies between two of its reports."""

    reports: int
    last_at: datetime
    longest_pause: timedelta
    is_silent: bool


def lately(now: datetime) -> Mapping[int, Sent]:
    """Return what each integration of the tenant in scope has sent in the last 24 hours.

    Cost: linear in the reports of the period.
    """
    since = now - PERIOD
    steps: dict[int, list[tuple[datetime, int, datetime]]] = {}
    for number, step, count, last in bulk.run(
        _SENT, [STEP, since, require_tenant_id(), since, now]
    ):
        steps.setdefault(number, []).append((step, count, last))
    return {number: _sent(found, now) for number, found in steps.items()}


def _sent(steps: Sequence[tuple[datetime, int, datetime]], now: datetime) -> Sent:
    begins = [step for step, _, _ in steps]
    pauses = [later - step for step, later in pairwise(begins)]
    pause, last = max(pauses, default=STEP), steps[-1][2]
    broken = len(steps) >= FEWEST_STEPS and now - last > LONGEST_PAUSES * pause + STEP
    return Sent(sum(count for _, count, _ in steps), last, pause, broken)
