"""What resolving an incident does to its alerts, and giving them back what they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchfloor.noc.alerts.models import AlertState
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id


@dataclass(frozen=True, slots=True)
class Was:
    """What an alert was to people before they were done with its incident."""

    id: UUID
    state: str
    snoozed_until: datetime | None

    def spelt(self) -> list[str | None]:
        at = self.snoozed_until
        return [self.id.hex, self.state, at.isoformat() if at else None]

    @classmethod
    def read(cls, pk: str, state: str, at: str | None) -> Was:
        return cls(UUID(pk), state, datetime.fromisoformat(at) if at else None)


_RESOLVE = """
UPDATE alerts_nocalertevent a SET state = %b, snoozed_until = NULL, version = a.version + 1
FROM (
    SELECT id, state, snoozed_until FROM alerts_nocalertevent
    WHERE tenant_id = %b AND cluster_id = ANY(%b::uuid[]) AND state <> %b
) was
WHERE a.tenant_id = %b AND a.id = was.id
RETURNING was.id, was.state, was.snoozed_until"""


def resolve_alerts(cluster_ids: Iterable[UUID]) -> list[Was]:
    """Let people be done with the alerts of these clusters; return those that changed."""
    wanted, done, tenant_id = list(cluster_ids), str(AlertState.RESOLVED), require_tenant_id()
    if not wanted:
        return []
    return [Was(*row) for row in bulk.run(_RESOLVE, [done, tenant_id, wanted, done, tenant_id])]


_WAS = bulk.Shape.of("id uuid, state text, snoozed_until timestamptz")
# What has changed since by its own report is left as it is.
_RESTORE = f"""
UPDATE alerts_nocalertevent a SET state = x.state, snoozed_until = x.snoozed_until,
    version = a.version + 1
FROM {_WAS.source()}
WHERE a.tenant_id = %b AND a.id = x.id AND a.state = %b
RETURNING a.id"""  # noqa: S608  names of our own columns


def restore_alerts(alerts: Sequence[Was]) -> list[UUID]:
    """Give alerts back what they were; return those that changed."""
    if not alerts:
        return []
    rows = [(one.id, one.state, one.snoozed_until) for one in alerts]
    parameters = [*_WAS.arrays(rows), require_tenant_id(), str(AlertState.RESOLVED)]
    return [pk for (pk,) in bulk.run(_RESTORE, parameters)]
