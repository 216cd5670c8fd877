"""Incidents that turn out to be one: the first is closed as merged, and can be brought back.

Bringing it back is no act of its own in the table of states: it restores the state that it had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from watchfloor.noc.clustering import moving
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents import past, promote, store
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.incidents.states import MACHINE, Action
from watchfloor.noc.incidents.store import Entry, incident_id
from watchfloor.platform import bulk
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import require_tenant_id

_KEPT = (
    "state", "resolved_at", "resolved_by_kind", "resolved_by_id", "resolution", "disposition",
    "snoozed_until", "recovered_at",
)  # fmt: skip
"""What closing as merged overwrites."""


def states_of(clusters: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return by cluster what closing its incident as merged overwrites."""
    found = NOCIncident.objects.filter(cluster_id__in=clusters).values("cluster_id", *_KEPT)
    return {
        row.pop("cluster_id"): {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in found
    }


def close_as_merged(
    pairs: Sequence[tuple[UUID, UUID]], *, why: str, by: Actor, now: datetime
) -> list[UUID]:
    """Close the incidents of clusters that went into others; return the incidents closed."""
    numbers = dict(
        NOCIncident.objects.filter(
            cluster_id__in={pk for pair in pairs for pk in pair}
        ).values_list("cluster_id", "number")
    )
    closed = [(source, into) for source, into in pairs if source in numbers and into in numbers]
    for source, into in closed:
        text = f"Merged into INC-{numbers[into]}{why}"
        _close(source, text, by, now)
        store.write_timeline([
            Entry(incident_id(source), now, "merged", text, by, past.state(IncidentState.CLOSED)),
            Entry(incident_id(into), now, "merged",
                  f"INC-{numbers[source]} was merged into this one{why}", by),
        ])  # fmt: skip
    return [incident_id(source) for source, _ in closed]


def _close(cluster_id: UUID, text: str, by: Actor, now: datetime) -> None:
    incident = NOCIncident.objects.get(cluster_id=cluster_id)
    incident.state = MACHINE.step(IncidentState(incident.state), Action.MERGE).to
    incident.resolved_at, incident.resolution = now, text
    incident.resolved_by_kind, incident.resolved_by_id = by.kind, by.id
    incident.disposition, incident.snoozed_until = "", None
    incident.version, incident.updated_at = incident.version + 1, now
    incident.save(update_fields=[*_KEPT, "version", "updated_at"])


def bring_back(cluster_id: UUID, was: dict[str, Any], *, now: datetime) -> None:
    """Give an incident back the state that it had before it was closed as merged."""
    incident = NOCIncident.objects.get(cluster_id=cluster_id)
    for name, value in was.items():
        is_time = name.endswith(("_at", "_until")) and value is not None
        setattr(incident, name, datetime.fromisoformat(value) if is_time else value)
    incident.version, incident.updated_at = incident.version + 1, now
    incident.save(update_fields=[*was, "version", "updated_at"])


def open_for(cluster: AlertCluster, *, number: int, text: str, by: Actor, now: datetime) -> UUID:
    """Open an incident for a cluster that a person split off. Its bouts are moved already."""
    [figures] = refresh_clusters([cluster.pk])
    store.insert_incidents([(number, figures)], now)
    pk = incident_id(cluster.pk)
    store.write_timeline([Entry(pk, now, "split", text, by, past.began())])
    return pk


def refresh(clusters: Collection[UUID], *, now: datetime) -> None:
    """Bring clusters and their incidents in line with the bouts that are in them now."""
    store.write_timeline(promote.refresh(refresh_clusters(clusters), now=now))
    gone = moving.empty(clusters)
    if gone:
        bulk.run(
            "UPDATE incidents_nocincident SET alert_count = 0, report_count = 0, updated_at = %b"
            " WHERE tenant_id = %b AND cluster_id = ANY(%b::uuid[])",
            [now, require_tenant_id(), gone],
        )


def tell(clusters: Iterable[UUID], kind: str, text: str, *, by: Actor, now: datetime) -> None:
    """Write a line into the timelines of the clusters' incidents."""
    known = NOCIncident.objects.filter(cluster_id__in=set(clusters)).values_list("pk", "state")
    store.write_timeline(Entry(pk, now, kind, text, by, past.state(state)) for pk, state in known)
