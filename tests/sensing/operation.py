"""Events for the tests of sensing, and the ways they take to be worked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from watchfloor.aiops.operation.stored import Arrived, encode, read
from watchfloor.noc.drain import Drain
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.drain import EventDrain

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def at(minute: float = 0.0) -> datetime:
    """Return the moment so many minutes after the start of the test's day."""
    return datetime.fromtimestamp(START.timestamp() + minute * 60, UTC)


def event(stream: str, minute: float, **fields: Any) -> Arrived:
    """Return an event that happened and arrived at `minute`; datetimes may stand in its fields."""
    told = {"ts": at(minute).isoformat(), **fields}
    raw = msgspec.json.encode(told)
    return Arrived(uuid7().hex, stream, 1, at(minute).timestamp(), read(stream, raw))


def store(tenant: Tenant, *events: Arrived, lane: Lane = Lane.EVENT) -> None:
    """Leave events on disk as the intake does."""
    with tenant_scope(tenant.id):
        IntakeRecord.objects.bulk_create(
            IntakeRecord(
                event_id=one.event_id,
                tenant=tenant,
                lane=lane,
                body=encode(one),
                received_at=datetime.fromtimestamp(one.received_at, UTC),
            )
            for one in events
        )


def work(tenant: Tenant, *events: Arrived, minute: float) -> None:
    """Let events pass through the rules and what they raise through the pipeline."""
    store(tenant, *events)
    EventDrain()._work(tenant.id, at(minute))
    drain = Drain()
    while drain._work(tenant.id, at(minute)):
        continue
