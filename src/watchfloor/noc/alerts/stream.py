"""A tenant's stream: its clock, its place in the log, its incident numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.platform import bulk
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id

_READ = "SELECT clock, applied_seq FROM alerts_tenantstream WHERE tenant_id = %b"
_WRITE = """
INSERT INTO alerts_tenantstream AS s
    (id, tenant_id, clock, applied_seq, incident_number, updated_at)
VALUES (%b, %b, %b, %b, %b, %b)
ON CONFLICT (tenant_id) DO UPDATE SET clock = excluded.clock, applied_seq = excluded.applied_seq,
    incident_number = s.incident_number + excluded.incident_number,
    updated_at = excluded.updated_at
RETURNING incident_number"""


@dataclass(slots=True)
class Stream:
    """Read and written under the tenant's lock."""

    clock: StreamClock
    applied_seq: int = 0


def load() -> Stream:
    rows = bulk.run(_READ, [require_tenant_id()])
    if not rows:
        return Stream(StreamClock())
    [(clock, applied_seq)] = rows
    return Stream(msgspec.msgpack.decode(clock, type=StreamClock), applied_seq)


def save(stream: Stream, *, now: datetime, incidents: int = 0) -> int:
    """Write the stream; return the last incident number, `incidents` of which are the caller's.

    The row stays locked until the transaction ends: numbers have no gaps and no doubles.
    """
    clock = msgspec.msgpack.encode(stream.clock)
    [(number,)] = bulk.run(
        _WRITE, [uuid7(), require_tenant_id(), clock, stream.applied_seq, incidents, now]
    )
    return int(number)
