"""Corrections of grouping by people: in effect at once, and each of them can be undone.

Each act is one transaction under the tenant's lock: the clusterer is told, bouts move, incidents
follow their members, and there are one audit row, one event, and a line in each timeline.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.clustering.commands import MergeClusters, MoveAlert, SplitCluster, UndoMerge
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering import moving
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents import merging
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.teaching import checks, keeping, patterns
from watchfloor.noc.teaching.models import Correction, Kind
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.ids import derived_uuid7, uuid7
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow


@transaction.atomic
def merge(
    incident_id: UUID, into_id: UUID, *, note: str = "", by: Actor, now: datetime
) -> Correction:
    """Make two incidents one: the first is closed as merged, its alerts go on in the other."""
    lock_flow(require_tenant_id())
    incident, into = checks.incident(incident_id), checks.incident(into_id)
    if incident.pk == into.pk:
        raise Conflict("An incident cannot be merged with itself.")
    checks.refuse_over(into)
    source, target = checks.cluster_of(incident), checks.cluster_of(into)
    return _merge(source, target, Kind.MERGE, note, by, now)


@transaction.atomic
def split(
    incident_id: UUID,
    alert_ids: Collection[UUID],
    *,
    note: str = "",
    by: Actor,
    now: datetime,
    kind: Kind = Kind.SPLIT,
) -> Correction:
    """Give some alerts of an incident one of their own."""
    lock_flow(require_tenant_id())
    source = checks.cluster_of(checks.incident(incident_id))
    members = list(NOCAlertEvent.objects.filter(cluster_id=source.pk).order_by("first_seen_at"))
    leaving = [alert for alert in members if alert.pk in alert_ids]
    if len(leaving) != len(set(alert_ids)):
        raise NotFound("Not all of these alerts are in this incident.")
    if not leaving or len(leaving) == len(members):
        raise Conflict("Leave something behind: name some of the alerts, and not all.")
    return _split(source, leaving, members, kind, note, by, now)


@transaction.atomic
def move_out(alert_id: UUID, *, note: str = "", by: Actor, now: datetime) -> Correction:
    """Give an alert an incident of its own."""
    lock_flow(require_tenant_id())
    alert = checks.alert(alert_id)
    pk = incident_id(checks.cluster_id_of(alert))
    return split(pk, [alert.pk], note=note, by=by, now=now, kind=Kind.MOVE_OUT)


@transaction.atomic
def belongs_together(
    alert_id: UUID, with_id: UUID, *, note: str = "", by: Actor, now: datetime
) -> Correction:
    """Put an alert to another one; where they are together already, that is kept as said."""
    lock_flow(require_tenant_id())
    alert, other = checks.alert(alert_id), checks.alert(with_id)
    if alert.pk == other.pk:
        raise Conflict("Name another alert that it belongs to.")
    source = AlertCluster.objects.get(pk=checks.cluster_id_of(alert))
    target = AlertCluster.objects.get(pk=checks.cluster_id_of(other))
    checks.refuse_life_safety(source, target)
    if source.pk == target.pk:
        row = keeping.begin(Kind.BELONGS_TOGETHER, source, target, note, by, now)
        return keeping.keep(row, [alert], [other], links=True, changed=(), now=now)
    checks.refuse_over(checks.incident(incident_id(target.pk)))
    if not NOCAlertEvent.objects.filter(cluster_id=source.pk).exclude(pk=alert.pk).exists():
        return _merge(source, target, Kind.BELONGS_TOGETHER, note, by, now)
    return _move(source, target, alert, other, note, by, now)


@transaction.atomic
def undo(correction_id: UUID, *, by: Actor, now: datetime) -> Correction:
    """Take a correction back, or a merge by machine. Undoing it again changes nothing."""
    lock_flow(require_tenant_id())
    row = Correction.objects.filter(pk=correction_id).first()
    if row is None:
        raise NotFound("There is no such correction.")
    if row.kind == Kind.UNDO:
        raise Conflict("An undo is not undone: do again what it took back.")
    if row.undone_at is not None:
        return row
    checks.refuse_later(row)
    source = AlertCluster.objects.get(pk=row.source_id)
    target = AlertCluster.objects.get(pk=row.target_id)
    alerts = [UUID(one["alert_id"]) for one in row.record.get("memberships", ())]
    if row.source_id != row.target_id:
        _take_back(row, source, target, alerts, by, now)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    Correction.objects.create(
        kind=Kind.UNDO, at=now, actor_kind=by.kind, actor_id=by.id, undoes=row,
        source_id=row.target_id, target_id=row.source_id,
    )  # fmt: skip
    keeping.tell(row, "undone", (source, target), alerts, by, now)
    return row


def _merge(
    source: AlertCluster, target: AlertCluster, kind: Kind, note: str, by: Actor, now: datetime
) -> Correction:
    checks.refuse_life_safety(source, target)
    checks.refuse_merged(source, target)
    row = keeping.begin(kind, source, target, note, by, now)
    leaving, there = keeping.members(source.pk), keeping.members(target.pk)
    keeping.command(MergeClusters(source.number, target.number, keeping.at_now(now)), now)
    was = merging.states_of([source.pk])
    moved = moving.move([(source.pk, target.pk)], decided_by="operator", feature=keeping.name(row))
    row.record = {"memberships": moved[source.pk], "incident": was.get(source.pk)}
    moving.declare_merged([(source.pk, target.pk)])
    merging.close_as_merged([(source.pk, target.pk)], why=keeping.why(note), by=by, now=now)
    return keeping.keep(row, leaving, there, links=True, changed=(source, target), now=now)


def _split(
    source: AlertCluster,
    leaving: Sequence[NOCAlertEvent],
    members: Sequence[NOCAlertEvent],
    kind: Kind,
    note: str,
    by: Actor,
    now: datetime,
) -> Correction:
    checks.refuse_life_safety(source)
    ids = [alert.pk for alert in leaving]
    keys = patterns.keys_of(patterns.views(leaving))
    number = keeping.command(
        SplitCluster(source.number, tuple(pk.hex for pk in ids), keeping.at_now(now), keys), now
    )
    pk = uuid7()
    target = keeping.open_cluster(derived_uuid7(pk, "cluster"), number, leaving[0], source)
    row = keeping.begin(kind, source, target, note, by, now, pk=pk)
    row.opened_target = True
    moved = moving.move(
        [(source.pk, target.pk)], decided_by="operator", feature=keeping.name(row), alerts=ids
    )
    row.record = {"memberships": moved[source.pk]}
    told = streams.save(streams.load(), now=now, incidents=1)
    why, was = keeping.why(note), checks.incident(incident_id(source.pk)).number
    merging.open_for(target, number=told, text=f"Split from INC-{was}{why}", by=by, now=now)
    text = f"{keeping.count(ids)} split off into INC-{told}{why}"
    merging.tell([source.pk], "split", text, by=by, now=now)
    staying = [alert for alert in members if alert.pk not in set(ids)]
    return keeping.keep(row, leaving, staying, links=False, changed=(source, target), now=now)


def _move(
    source: AlertCluster,
    target: AlertCluster,
    alert: NOCAlertEvent,
    other: NOCAlertEvent,
    note: str,
    by: Actor,
    now: datetime,
) -> Correction:
    row = keeping.begin(Kind.BELONGS_TOGETHER, source, target, note, by, now)
    keys = patterns.keys_of(patterns.views([alert]))
    keeping.command(MoveAlert(alert.pk.hex, target.number, keeping.at_now(now), keys), now)
    moved = moving.move(
        [(source.pk, target.pk)],
        decided_by="operator",
        feature=keeping.name(row),
        alerts=[alert.pk],
    )
    row.record = {"memberships": moved[source.pk]}
    left, joined = (checks.incident(incident_id(one.pk)).number for one in (source, target))
    kind, why = alert.alert_type, keeping.why(note)
    merging.tell([source.pk], "moved", f"{kind} moved to INC-{joined}{why}", by=by, now=now)
    merging.tell([target.pk], "moved", f"{kind} came from INC-{left}{why}", by=by, now=now)
    return keeping.keep(row, [alert], [other], links=True, changed=(source, target), now=now)


def _take_back(
    row: Correction,
    source: AlertCluster,
    target: AlertCluster,
    alerts: list[UUID],
    by: Actor,
    now: datetime,
) -> None:
    at, records = keeping.at_now(now), row.record["memberships"]
    if row.record.get("incident"):  # the source was closed as merged
        ids = tuple(pk.hex for pk in alerts)
        keeping.command(UndoMerge(source.number, target.number, ids, at), now)
        moving.declare_merged([(source.pk, None)])
        merging.bring_back(source.pk, row.record["incident"], now=now)
    elif row.opened_target:
        keeping.command(MergeClusters(target.number, source.number, at), now)
        moving.move([(target.pk, source.pk)], decided_by="operator", feature=keeping.name(row))
        moving.declare_merged([(target.pk, source.pk)])
        merging.close_as_merged([(target.pk, source.pk)], why=": taken back", by=by, now=now)
    else:
        _move_commands_back(source, alerts, at, now)
    moving.move_back((target.pk, source.pk), records)
    text = f"A {row.get_kind_display().lower().replace('_', ' ')} was taken back"
    merging.tell([source.pk, target.pk], "undone", text, by=by, now=now)
    merging.refresh([source.pk, target.pk], now=now)


def _move_commands_back(
    source: AlertCluster, alerts: Collection[UUID], at: Seconds, now: datetime
) -> None:
    for alert in NOCAlertEvent.objects.filter(pk__in=alerts):
        keys = patterns.keys_of(patterns.views([alert]))
        keeping.command(MoveAlert(alert.pk.hex, source.number, at, keys), now)
