"""What people do with an alert stands in its incident's timeline as well."""

from __future__ import annotations

from watchfloor.noc.alerts.services import Act
from watchfloor.noc.alerts.states import Action
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents import promote, store
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.incidents.store import incident_id
from watchfloor.platform.states import PAST


def note_act(act: Act) -> None:
    """Write the line in the transaction of the act; list the incident of what was released."""
    cluster_id = act.alert.cluster_id
    if cluster_id is None:
        return
    incident = NOCIncident.objects.filter(pk=incident_id(cluster_id)).first()
    if incident is None:
        return
    if act.action is Action.RELEASE:
        store.write_timeline(promote.refresh(refresh_clusters({cluster_id}), now=act.at))
    what = f"{act.alert.alert_type} {PAST[act.action]}"
    TimelineEntry.objects.create(
        incident=incident,
        at=act.at,
        kind=f"alert {PAST[act.action].split()[0]}",
        text=f"{what}: {act.text}" if act.text else what,
        actor_kind=act.by.kind,
        actor_id=act.by.id,
        data={"alert_id": str(act.alert.pk)},
    )
