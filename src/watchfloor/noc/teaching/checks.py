"""What corrections are about, and when they are refused."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.states import OVER
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.teaching.models import Correction, Kind
from watchfloor.platform.errors import Conflict, NotFound


def incident(pk: UUID) -> NOCIncident:
    found = NOCIncident.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such incident.")
    return found


def cluster_of(incident: NOCIncident) -> AlertCluster:
    if incident.cluster_id is None:
        raise Conflict(f"INC-{incident.number} was opened by hand: it has no alerts to group.")
    return AlertCluster.objects.get(pk=incident.cluster_id)


def alert(pk: UUID) -> NOCAlertEvent:
    found = NOCAlertEvent.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def cluster_id_of(alert: NOCAlertEvent) -> UUID:
    if alert.cluster_id is None:
        raise Conflict("This alert has not been grouped yet.")
    return alert.cluster_id


def refuse_life_safety(*clusters: AlertCluster) -> None:
    if any(one.is_life_safety for one in clusters):
        raise Conflict("Life safety stands alone: it is never merged, split or moved.")


def refuse_merged(*clusters: AlertCluster) -> None:
    for one in clusters:
        if one.merged_into_id is not None:
            numbers = [incident(incident_id(pk)).number for pk in (one.pk, one.merged_into_id)]
            raise Conflict(f"INC-{numbers[0]} was merged into INC-{numbers[1]} already.")


def refuse_over(incident: NOCIncident) -> None:
    if incident.state in OVER:
        message = f"INC-{incident.number} is over: what goes on belongs to one that is open."
        raise Conflict(message, state=incident.state)


def refuse_later(row: Correction) -> None:
    """What was done on top comes off first."""
    touched = {row.source_id, row.target_id}
    later = Correction.objects.filter(
        Q(source_id__in=touched) | Q(target_id__in=touched), undone_at=None, pk__gt=row.pk
    ).exclude(kind=Kind.UNDO)
    found = later.order_by("-id").first()
    if found is not None:
        raise Conflict(
            f"A {found.get_kind_display().lower()} came after it: undo that one first.",
            correction=str(found.pk),
        )
