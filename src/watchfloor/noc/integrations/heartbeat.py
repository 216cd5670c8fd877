"""The outward heartbeat: called while reports and events flow, silent when they do not."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.integrations.models import Heartbeat
from watchfloor.platform import egress
from watchfloor.platform.errors import ExternalError
from watchfloor.platform.events.models import OutboxEvent

# Nothing that was accepted waits this long on a floor that works.
LONGEST_LAG = timedelta(seconds=60)


def is_healthy(now: datetime) -> bool:
    """Say whether no report and no event has waited for over a minute."""
    since = now - LONGEST_LAG
    reports = IntakeRecord.objects.using("system").filter(
        quarantined_at=None, received_at__lt=since
    )
    events = OutboxEvent.everybody.using("system").filter(created_at__lt=since)
    return not (reports.exists() or events.exists())


def due(now: datetime) -> list[tuple[int, UUID]]:
    """Return (tenant, id) of the heartbeats to call now."""
    active = Heartbeat.everybody.using("system").filter(is_active=True)
    return [(row.tenant_id, row.pk) for row in active if _is_due(row, now)]


def call(heartbeat_id: UUID, *, now: datetime) -> bool:
    """Call once and note how it went; False if somebody else just did."""
    beat = Heartbeat.objects.filter(pk=heartbeat_id, is_active=True).first()
    if beat is None or not _is_due(beat, now):
        return False
    row = Heartbeat.objects.filter(pk=beat.pk)
    if not row.filter(last_at=beat.last_at).update(last_at=now):
        return False
    try:
        answer = egress.request("GET", beat.url)
        error = "" if 200 <= answer.status < 300 else f"answered {answer.status}"
    except ExternalError as failure:
        error = failure.message
    row.update(last_error=error)
    return True


def _is_due(beat: Heartbeat, now: datetime) -> bool:
    pace = timedelta(seconds=beat.every_seconds)
    return beat.last_at is None or beat.last_at + pace <= now
