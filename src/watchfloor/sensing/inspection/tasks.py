"""The inspections that are due, tenant by tenant."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.platform.jobs.tenants import apart
from watchfloor.sensing.inspection import services
from watchfloor.sensing.inspection.services import RealTimeAuditOrchestrator
from watchfloor.sensing.reactive import store
from watchfloor.sensing.reactive.models import OperationStream

EVERY = timedelta(minutes=1)
"""How often is looked whether a window has ended."""


def run_heartbeat(now: datetime) -> None:
    _run(Cadence.HEARTBEAT, now)


def run_comprehensive(now: datetime) -> None:
    _run(Cadence.COMPREHENSIVE, now)


def run_deep(now: datetime) -> None:
    _run(Cadence.DEEP, now)


def forget_runs(now: datetime) -> None:
    for tenant_id in _watched():
        with apart(tenant_id, "inspections.forget"):
            services.forget(now)


def _run(cadence: Cadence, now: datetime) -> None:
    past = store.replaying(now)
    for tenant_id in (one for one in _watched() if one not in past):
        with apart(tenant_id, f"inspections.{cadence}"):
            RealTimeAuditOrchestrator(now).run_due(cadence)


def _watched() -> list[int]:
    """Return the tenants whose operation has ever told of anything."""
    streams = OperationStream.everybody.using("system").order_by("tenant_id")
    return list(streams.values_list("tenant_id", flat=True))
