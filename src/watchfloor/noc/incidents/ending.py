"""What resolving an incident does to it and its alerts, and giving them back what they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchfloor.noc.alerts.models import AlertState
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.platform import bulk
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict
from watchfloor.platform.tenancy.context import require_tenant_id

FRESH = timedelta(seconds=15)
"""Ten seconds in which pages offer to take it back, and the way there."""


@dataclass(frozen=True, slots=True)
class Was:
    """What an alert was to people before they were done with its incident."""

    id: UUID
    state: str
    snoozed_until: datetime | None


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


def kept(incident: NOCIncident, alerts: Iterable[Was]) -> dict[str, Any]:
    """Return, for its row, what resolving the incident is about to overwrite."""
    return {
        "state": incident.state,
        "resolution": incident.resolution,
        "disposition": incident.disposition,
        "snoozed_until": _spelt(incident.snoozed_until),
        "alerts": [[one.id.hex, one.state, _spelt(one.snoozed_until)] for one in alerts],
    }


def check_fresh(incident: NOCIncident, by: Actor, now: datetime) -> None:
    """Raise Conflict unless `by` resolved it a moment ago and it stands so still."""
    theirs = (incident.resolved_by_kind, incident.resolved_by_id) == (by.kind, by.id)
    if incident.state != IncidentState.RESOLVED or incident.resolved_at is None or not theirs:
        raise Conflict("There is no resolve of yours to take back.", state=incident.state)
    if incident.resolved_at < now - FRESH:
        message = "It is too late to take this back: what fires again opens it again."
        raise Conflict(message, state=incident.state)


def restore(incident: NOCIncident, *, now: datetime) -> list[UUID]:
    """Give incident and alerts back what `kept` says; return the alerts that changed."""
    was = incident.before_resolve
    incident.state = was["state"]
    incident.resolution, incident.disposition = was["resolution"], was["disposition"]
    incident.snoozed_until = _read(was["snoozed_until"])
    incident.resolved_at, incident.resolved_by_kind, incident.resolved_by_id = None, "", ""
    incident.before_resolve = {}
    incident.version, incident.updated_at = incident.version + 1, now
    incident.save()
    return _restore_alerts([(UUID(pk), state, _read(at)) for pk, state, at in was["alerts"]])


_WAS = bulk.Shape.of("id uuid, state text, snoozed_until timestamptz")
# What has changed since by its own report is left as it is.
_RESTORE = f"""
UPDATE alerts_nocalertevent a SET state = x.state, snoozed_until = x.snoozed_until,
    version = a.version + 1
FROM {_WAS.source()}
WHERE a.tenant_id = %b AND a.id = x.id AND a.state = %b
RETURNING a.id"""  # noqa: S608  names of our own columns


def _restore_alerts(rows: Sequence[tuple[UUID, str, datetime | None]]) -> list[UUID]:
    if not rows:
        return []
    parameters = [*_WAS.arrays(rows), require_tenant_id(), str(AlertState.RESOLVED)]
    return [pk for (pk,) in bulk.run(_RESTORE, parameters)]


def _spelt(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None
