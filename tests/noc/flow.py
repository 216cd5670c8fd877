"""Reports for the tests of the flow, and the ways they take to be worked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from watchfloor.aiops.alerts.report import Report, encode
from watchfloor.aiops.types import Severity, Signal
from watchfloor.noc.drain import Drain
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.noc.pipeline import BatchReport, process_batch
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

START = datetime(2026, 3, 2, 2, 9, tzinfo=UTC)


def at(minute: float = 0.0) -> datetime:
    """Return the moment so many minutes after the start of the test's night."""
    return datetime.fromtimestamp(START.timestamp() + minute * 60, UTC)


def make_report(minute: float = 0.0, **changes: Any) -> Report:
    """Return a firing report of one camera that happened and arrived at `minute`."""
    moment = at(minute).timestamp()
    fields: dict[str, Any] = {
        "event_id": uuid7().hex,
        "integration": 1,
        "received_at": moment,
        "timestamp": moment,
        "alert_type": "CAMERA_OFFLINE",
        "severity": Severity.HIGH,
        "site": "S1",
        "device": "cam-1",
        "message": "no picture",
    }
    return Report(**(fields | changes))


def make_resolve(minute: float = 0.0, **changes: Any) -> Report:
    return make_report(minute, status=Signal.RESOLVED, **changes)


def work(tenant: Tenant, *reports: Report, minute: float | None = None) -> BatchReport:
    """Work the reports as one batch, at the arrival of the last of them."""
    now = at(minute) if minute is not None else moment(max(r.received_at for r in reports))
    return process_batch(reports, tenant_id=tenant.id, now=now)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def store(tenant: Tenant, reports: Iterable[Report], *, lane: Lane = Lane.NORMAL) -> None:
    """Leave reports on disk as the intake does."""
    with tenant_scope(tenant.id):
        IntakeRecord.objects.bulk_create(
            IntakeRecord(
                event_id=report.event_id,
                tenant=tenant,
                lane=lane,
                body=encode(report),
                received_at=moment(report.received_at),
            )
            for report in reports
        )


def drain(minute: float = 0.0, *, most: int = 1000) -> int:
    """Work until nothing waits that can be worked; return how many reports were."""
    drain, done = Drain(most=most), 0
    while batch := drain.run_once(at(minute)):
        done += batch
    return done


def drain_tenant(tenant: Tenant, *, minute: float = 0.0, batches: int = 1) -> None:
    """Work so many batches of one tenant, whatever waits for others of the same run."""
    drain = Drain()
    for _ in range(batches):
        drain._work(tenant.id, at(minute))
