"""What people do with an alert stands in its incident's timeline as well."""

from __future__ import annotations

from datetime import datetime

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
    heard = False
    if act.action is Action.RELEASE:
        figures = refresh_clusters({cluster_id})
        heard = any(one.unsuppressed for one in figures)
        store.write_timeline(promote.refresh(figures, now=act.at))
    if act.undoes is None:
        _note(act, incident)
    else:
        _note_undo(act, incident, of=act.undoes, heard=heard)


def _note(act: Act, incident: NOCIncident) -> None:
    what = f"{act.alert.alert_type} {PAST[act.action]}"
    text = f"{what}: {act.text}" if act.text else what
    data: dict[str, object] = {"alert_id": str(act.alert.pk)}
    if act.action is Action.RELEASE:
        data["was_listed"] = incident.is_listed
    _write(act, incident, PAST[act.action], text, data)


def _note_undo(act: Act, incident: NOCIncident, *, of: datetime, heard: bool) -> None:
    """Write the line; what only the act had listed, or put into words, goes with it.

    `of`: when the act was; `heard`: another alert of the incident is one that people hear of.
    """
    entries = TimelineEntry.objects.filter(
        incident=incident, at=of, data__alert_id=str(act.alert.pk)
    )
    if act.action is Action.RELEASE and not heard and entries.filter(data__was_listed=False):
        NOCIncident.objects.filter(pk=incident.pk).update(is_listed=False)
    if act.action is Action.COMMENT:
        entries.filter(kind="alert commented", actor_id=act.by.id).delete()
    text = f"{act.alert.alert_type}: {act.action} taken back"
    _write(act, incident, "undone", text, {"alert_id": str(act.alert.pk)})


def _write(act: Act, incident: NOCIncident, did: str, text: str, data: dict[str, object]) -> None:
    TimelineEntry.objects.create(
        incident=incident,
        at=act.at,
        kind=f"alert {did.split()[0]}",
        text=text,
        actor_kind=act.by.kind,
        actor_id=act.by.id,
        data=data,
    )
