"""Record which reports were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from watchfloor.aiops.operation.events import ReportFiled
from watchfloor.domain.filings.models import Filing
from watchfloor.domain.naming.happenings import Happening
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.moments import moment

KEPT = timedelta(days=731)


def record_filings(happenings: Sequence[Happening], now: datetime) -> None:
    """Write what was filed; one that came before stays as it was told first."""
    filings = [_filing(one, one.event) for one in happenings if isinstance(one.event, ReportFiled)]
    Filing.objects.bulk_create(filings, ignore_conflicts=True)


def forget(now: datetime) -> None:
    """Delete what is older than two years of the tenant in scope."""
    delete_in_batches(Filing.objects.filter(at__lt=now - KEPT))


def _filing(one: Happening, event: ReportFiled) -> Filing:
    return Filing(
        id=UUID(one.event_id),
        at=moment(one.at),
        site_id=one.site_id,
        report=event.report,
        day=event.day,
        person_code=event.person,
        text=event.text,
        told_by=event.told_by,
        link=event.link,
    )
