"""What people, keys and playbooks do with incidents.

Each act is one transaction: the change, its audit row, its line in the timeline, its event. Acts
take the tenant's lock: they wait for a running batch and are never half seen by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    ReopenCluster,
    ResolveCluster,
    UnacknowledgeCluster,
)
from watchfloor.noc.alerts import checks
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.undoing import check_fresh
from watchfloor.noc.clustering import commands
from watchfloor.noc.incidents import ending, gates, past, places, refusing, undoing
from watchfloor.noc.incidents.models import (
    Disposition,
    IncidentState,
    NOCIncident,
    TimelineEntry,
)
from watchfloor.noc.incidents.states import Action
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import NotFound
from watchfloor.platform.states import PAST
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

_MARKS = {Action.ACKNOWLEDGE, Action.ASSIGN, Action.START}
"""Acts by which somebody takes an incident in hand."""
_WORDS = {Action.COMMENT, Action.HAND_OVER}
"""Acts that leave nothing but what somebody wrote."""


def acknowledge(
    incident_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    """Mark that `by` is working on it. Repeating it changes nothing.

    Raises: Conflict if somebody else is, or has acted on it since it had this `version`.
    """
    return _act(incident_id, Action.ACKNOWLEDGE, {}, by=by, now=now, version=version)


@transaction.atomic
def assign(
    incident_id: UUID, user_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    """Give it to a user.

    Raises: Invalid for somebody who cannot sign in here, or may not see all of it.
    """
    incident = _locked(incident_id)
    person = checks.assignee(user_id, places.of([incident.pk])[incident.pk])
    return _act(
        incident_id,
        Action.ASSIGN,
        {"assigned_to_id": person.pk},
        by=by,
        now=now,
        version=version,
        text=f"to {person}",
    )


def start(
    incident_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    """Say that the work has begun."""
    return _act(incident_id, Action.START, {}, by=by, now=now, version=version)


def snooze(
    incident_id: UUID, until: datetime, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    """Let it rest until a time. Life safety is never paused."""
    return _act(
        incident_id,
        Action.SNOOZE,
        {"snoozed_until": checks.snooze_end(until, now)},
        by=by,
        now=now,
        version=version,
        text=f"until {until:%Y-%m-%d %H:%M} UTC",
    )


def escalate(
    incident_id: UUID, reason: str, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    text = checks.text_of(reason, "reason")
    values = {"escalated_at": now}
    return _act(incident_id, Action.ESCALATE, values, by=by, now=now, version=version, text=text)


def comment(incident_id: UUID, text: str, *, by: Actor, now: datetime) -> NOCIncident:
    text = checks.text_of(text, "text")
    return _act(incident_id, Action.COMMENT, {}, by=by, now=now, text=text)


def hand_over(incident_id: UUID, text: str, *, by: Actor, now: datetime) -> NOCIncident:
    """Leave a note for whoever comes next."""
    text = checks.text_of(text, "text")
    return _act(incident_id, Action.HAND_OVER, {}, by=by, now=now, text=text)


def resolve(
    incident_id: UUID,
    resolution: str = "",
    *,
    by: Actor,
    now: datetime,
    disposition: Disposition | None = None,
    version: int | None = None,
) -> NOCIncident:
    """Say that it is over, for its alerts too. What fires again within 15 minutes re-opens it."""
    text = checks.optional_text(resolution, "resolution")
    values = {
        "disposition": disposition or "",
        "resolved_at": now,
        "resolved_by_kind": by.kind,
        "resolved_by_id": by.id,
        "resolution": text,
        "snoozed_until": None,
    }
    return _act(incident_id, Action.RESOLVE, values, by=by, now=now, version=version, text=text)


def close(
    incident_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCIncident:
    """Put a resolved incident away."""
    return _act(incident_id, Action.CLOSE, {}, by=by, now=now, version=version)


@transaction.atomic
def take_back(
    incident_id: UUID,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    is_asked_in_time: bool = False,
) -> NOCIncident:
    """Undo one's own last act while it is fresh: incident and alerts stand as before it.

    `is_asked_in_time`: whoever took back many at once asked for it while all were.
    Raises: Conflict once it is older, is not theirs, or somebody has acted since.
    """
    incident = _locked(incident_id)
    undoing.check(incident, version, by)
    if not is_asked_in_time:
        check_fresh(incident, now)
    last, before = incident.last_act, {"state": incident.state}
    action = Action(last["act"])
    alert_ids = undoing.restore(incident, now=now)
    if action is Action.RESOLVE:
        commands.tell(incident.cluster_id, ReopenCluster, now=now)
    if "acknowledged_at" in last["was"]:
        commands.tell(incident.cluster_id, UnacknowledgeCluster, now=now)
    if action in _WORDS:
        said = TimelineEntry.objects.filter(incident=incident, kind=PAST[action].split()[0])
        said.filter(data__version=last["version"]).delete()
    streams.touch(now)
    after = {"state": incident.state, "act": action}
    audit.record(by, "incident.undone", "incident", incident.pk, at=now, before=before, after=after)
    text = f"{action.replace('_', ' ').capitalize()} taken back"
    tell(incident, "undone", text, by, now, alert_ids)
    return incident


@transaction.atomic
def _act(
    incident_id: UUID,
    action: Action,
    values: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    text: str = "",
) -> NOCIncident:
    incident = _locked(incident_id)
    step = refusing.step(incident, action, by=by, version=version)
    if not step.changes and action in (Action.ACKNOWLEDGE, Action.RESOLVE, Action.CLOSE):
        return incident
    before = {"state": incident.state}
    was: list[ending.Was] = []
    if action is Action.RESOLVE:
        gates.check_resolve(incident, by, now)
        was = ending.resolve_alerts([incident.cluster_id] if incident.cluster_id else [])
    _apply(incident, action, step.to, values, was, by, now)
    commands.touch_cluster(incident.cluster_id, now=now)
    if action is Action.RESOLVE:
        commands.tell(incident.cluster_id, ResolveCluster, now=now)
    if action is Action.SNOOZE:
        streams.touch(now)
    after = {"state": incident.state, "text": text}
    if action is Action.RESOLVE:
        after["disposition"] = incident.disposition
    name = f"incident.{PAST[action].split()[0]}"
    audit.record(by, name, "incident", incident.pk, at=now, before=before, after=after)
    tell(incident, PAST[action].split()[0], text, by, now, [one.id for one in was])
    return incident


def _locked(incident_id: UUID) -> NOCIncident:
    """Return the incident, which nothing else changes until this transaction ends."""
    lock_flow(require_tenant_id())
    incident = NOCIncident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("There is no such incident.")
    return incident


def _apply(
    incident: NOCIncident,
    action: Action,
    to: IncidentState,
    values: Mapping[str, object],
    was: Sequence[ending.Was],
    by: Actor,
    now: datetime,
) -> None:
    changed = dict(values)
    if action in _MARKS and incident.acknowledged_at is None:
        changed["acknowledged_at"] = now
        changed["acknowledged_by_id"] = checks.user_id_of(by)
        commands.tell(incident.cluster_id, AcknowledgeCluster, now=now)
    last_act = undoing.kept(incident, action, to, changed, alerts=was, by=by, now=now)
    for name, value in {**changed, "last_act": last_act}.items():
        setattr(incident, name, value)
    incident.state = to
    incident.version += 1
    incident.updated_at = now
    incident.save(update_fields=[*changed, "last_act", "state", "version", "updated_at"])


def tell(
    incident: NOCIncident,
    kind: str,
    text: str,
    by: Actor,
    now: datetime,
    alert_ids: list[UUID] | None = None,
) -> None:
    """Write a line into the timeline, in the caller's transaction, and let open pages know."""
    TimelineEntry.objects.create(
        incident=incident,
        at=now,
        kind=kind,
        text=text,
        actor_kind=by.kind,
        actor_id=by.id,
        data={"version": incident.version, **past.state(incident.state)},
    )
    announce([incident.pk], alert_ids or (), now=now, is_first=incident.is_life_safety)
