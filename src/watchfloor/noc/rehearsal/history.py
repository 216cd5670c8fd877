"""Stored reports of a period, read back as the core told them, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.rehearsal.rehearse import Replayed
from watchfloor.aiops.types import Severity, Signal
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

PAGE = 5_000
_AHEAD = timedelta(minutes=6)
"""So much may an event's time be ahead of its arrival."""
_SIGNALS = {signal.value: signal for signal in Signal}
_SEVERITIES = {severity.value: severity for severity in Severity}

_WHERE = """
FROM alerts_report r JOIN alerts_nocalertevent a ON a.id = r.alert_id AND a.tenant_id = r.tenant_id
WHERE r.tenant_id = %b AND r.received_at >= %b AND r.occurred_at >= %b AND r.occurred_at < %b"""
_COUNT = f"SELECT count(*) FROM (SELECT {_WHERE} LIMIT %b) r"  # noqa: S608  names of our own
_READ = f"""
SELECT r.received_at, r.event_id, extract(epoch FROM r.received_at)::float8, r.integration_id,
    r.signal, r.severity, extract(epoch FROM r.claimed_at)::float8, r.source, r.message,
    r.labels, r.is_touch, r.sender_id, extract(epoch FROM r.announced_end)::float8,
    r.announced_silence, r.alert_id, a.fingerprint, a.alert_type, a.entity_type, a.entity_id,
    a.client_name, a.site_name, a.device_name, a.person_name, a.dedup_key
{_WHERE} AND (r.received_at, r.event_id) > (%b, %b)
ORDER BY r.received_at, r.event_id LIMIT %b"""  # noqa: S608  names of our own columns


def count(start: datetime, end: datetime, *, most: int = 2**62) -> int:
    """Return how many reports of the tenant in scope happened in that time, up to `most`."""
    with transaction.atomic():
        [(number,)] = bulk.run(_COUNT, [*_period(start, end), most])
    return int(number)


def replayed(start: datetime, end: datetime, labels: Mapping[UUID, str]) -> Iterator[Replayed]:
    """Yield the reports in order of arrival. No transaction outlives a page.

    What belongs to an alert is read from its row: a sender that renames a thing under the same
    key is heard by the newest name.
    """
    after: tuple[datetime, UUID] = (start - _AHEAD, UUID(int=0))
    while True:
        with transaction.atomic():
            rows = bulk.run(_READ, [*_period(start, end), *after, PAGE])
        for row in rows:
            yield _replayed(row, labels)
        if len(rows) < PAGE:
            return
        after = (rows[-1][0], rows[-1][1])


def _period(start: datetime, end: datetime) -> list[object]:
    return [require_tenant_id(), start - _AHEAD, start, end]


def _replayed(row: tuple[Any, ...], labels: Mapping[UUID, str]) -> Replayed:
    (_, event_id, received_at, integration, signal, severity, claimed_at, source, message,
     given, is_touch, sender_id, end, silence, alert_id, fingerprint, alert_type, entity_type,
     entity_id, client, site, device, person, dedup_key) = row  # fmt: skip
    report = Report(
        event_id=event_id.hex,
        integration=integration,
        received_at=received_at,
        alert_type=alert_type,
        status=_SIGNALS[signal],
        severity=_SEVERITIES[severity],
        timestamp=claimed_at,
        source=source,
        client=client,
        site=site,
        entity_type=entity_type,
        entity_id=entity_id,
        device=device,
        person=person,
        message=message,
        dedup_key=dedup_key,
        sender_id=sender_id,
        is_touch=is_touch,
        expires_at=end,
        silence=silence,
        labels=given,
    )
    return Replayed(report, fingerprint, labels.get(alert_id, ""))
