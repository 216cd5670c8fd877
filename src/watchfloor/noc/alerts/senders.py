"""What each sender has sent of late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

PERIOD = timedelta(hours=24)

_SENT = """
SELECT integration_id, count(*), max(received_at)
FROM alerts_report WHERE tenant_id = %b AND received_at > %b AND received_at <= %b
GROUP BY 1"""


@dataclass(frozen=True, slots=True)
class Sent:
    """The last 24 hours of one sender."""

    reports: int
    last_at: datetime


def lately(now: datetime) -> Mapping[int, Sent]:
    """Return what each integration of the tenant in scope has sent in the last 24 hours.

    Cost: linear in the reports of the period.
    """
    rows = bulk.run(_SENT, [require_tenant_id(), now - PERIOD, now])
    return {number: Sent(reports, last_at) for number, reports, last_at in rows}
