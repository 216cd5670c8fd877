"""A tenant's stream: its clock, its place in the log, its incident numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec
import structlog
from django.db import InterfaceError, OperationalError, connections, transaction

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.platform import bulk
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id

T = TypeVar("T")
log = structlog.get_logger(__name__)

_clock = msgspec.msgpack.Decoder(StreamClock).decode
_READ = "SELECT clock, applied_seq, fallbacks FROM alerts_tenantstream WHERE tenant_id = %b"
_WRITE = """
INSERT INTO alerts_tenantstream AS s
    (id, tenant_id, clock, applied_seq, incident_number, fallbacks, updated_at)
VALUES (%b, %b, %b, %b, %b, %b::text::jsonb, %b)
ON CONFLICT (tenant_id) DO UPDATE SET clock = excluded.clock, applied_seq = excluded.applied_seq,
    incident_number = s.incident_number + excluded.incident_number,
    fallbacks = excluded.fallbacks, updated_at = excluded.updated_at
RETURNING incident_number"""


@dataclass(slots=True)
class Stream:
    """Read and written under the tenant's lock."""

    clock: StreamClock
    applied_seq: int = 0
    fallbacks: dict[str, int] = field(default_factory=dict)

    def optional(self, stage: str, work: Callable[[], T], fallback: T) -> T:
        """Return what the stage answers or, if it fails, the fallback, counted and logged.

        The stage runs in a savepoint: what it wrote before it failed is undone, the rest stays.
        """
        try:
            with transaction.atomic():
                return work()
        except (OperationalError, InterfaceError):
            raise  # the database is away; there is nothing to go on with
        except Exception:  # whatever fails here must not stand between a report and its storage
            log.exception("stage fell back", stage=stage, reason="fallback")
            self.fallbacks[stage] = self.fallbacks.get(stage, 0) + 1
            return fallback


@dataclass(frozen=True, slots=True)
class Glance:
    """A tenant's stream as it is seen from outside. `version` differs after each write."""

    tenant_id: int
    version: str
    packed: bytes

    @property
    def clock(self) -> StreamClock:
        """Unpacked only when asked for: one tenant's unreadable clock hides no other tenant."""
        return _clock(self.packed)


_GLANCE = """
SELECT s.tenant_id, s.xmin::text, s.clock FROM alerts_tenantstream s
JOIN tenancy_tenant t ON t.id = s.tenant_id
WHERE t.is_active ORDER BY s.tenant_id"""


def glance() -> list[Glance]:
    """Return the streams of all active tenants in one query. Asked as `system`."""
    with connections["system"].cursor() as cursor:
        cursor.execute(_GLANCE)
        return [Glance(*row) for row in cursor.fetchall()]


def load() -> Stream:
    rows = bulk.run(_READ, [require_tenant_id()])
    if not rows:
        return Stream(StreamClock())
    [(clock, applied_seq, fallbacks)] = rows
    return Stream(_clock(clock), applied_seq, fallbacks)


def touch(now: datetime) -> None:
    """Make the sweeper look at the tenant: an act gave time something to do."""
    bulk.run(
        "UPDATE alerts_tenantstream SET updated_at = %b WHERE tenant_id = %b",
        [now, require_tenant_id()],
    )


def save(stream: Stream, *, now: datetime, incidents: int = 0) -> int:
    """Write the stream; return the last incident number, `incidents` of which are the caller's.

    The row stays locked until the transaction ends: numbers have no gaps and no doubles.
    """
    clock = msgspec.msgpack.encode(stream.clock)
    fallbacks = msgspec.json.encode(stream.fallbacks).decode()
    place = [uuid7(), require_tenant_id(), clock, stream.applied_seq]
    [(number,)] = bulk.run(_WRITE, [*place, incidents, fallbacks, now])
    return int(number)
