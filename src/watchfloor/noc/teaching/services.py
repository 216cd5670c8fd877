"""Corrections of grouping by people: in effect at once, and each of them can be undone.

Each act is one transaction under the tenant's lock: the clusterer is told, bouts move, incidents
follow their members, and there are one audit row, one event, and a line in each timeline.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from watchfloor.aiops.clustering.commands import (
    MergeClusters,
    MoveAlert,
    SplitCluster,
    Teaching,
    UndoMerge,
)
from watchfloor.aiops.errors import CommandError
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering import commands, moving
from watchfloor.noc.clustering import services as clustering
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents import merging
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.states import OVER
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.teaching import learning, patterns
from watchfloor.noc.teaching.models import Correction, Kind
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.ids import derived_uuid7, uuid7
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

LONGEST_NOTE = 500
FEATURE = "correction:"
"""Begins the feature that names the correction which put a bout where it is."""


@transaction.atomic
def merge(
    incident_id: UUID, into_id: UUID, *, note: str = "", by: Actor, now: datetime
) -> Correction:
    """Make two incidents one: the first is closed as merged, its alerts go on in the other."""
    lock_flow(require_tenant_id())
    incident, into = _incident(incident_id), _incident(into_id)
    if incident.pk == into.pk:
        raise Conflict("An incident cannot be merged with itself.")
    _refuse_over(into)
    source, target = _cluster_of(incident), _cluster_of(into)
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
    source = _cluster_of(_incident(incident_id))
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
    alert = _alert(alert_id)
    pk = incident_id(_cluster_id(alert))
    return split(pk, [alert.pk], note=note, by=by, now=now, kind=Kind.MOVE_OUT)


@transaction.atomic
def belongs_together(
    alert_id: UUID, with_id: UUID, *, note: str = "", by: Actor, now: datetime
) -> Correction:
    """Put an alert to another one; where they are together already, that is kept as said."""
    lock_flow(require_tenant_id())
    alert, other = _alert(alert_id), _alert(with_id)
    if alert.pk == other.pk:
        raise Conflict("Name another alert that it belongs to.")
    source = AlertCluster.objects.get(pk=_cluster_id(alert))
    target = AlertCluster.objects.get(pk=_cluster_id(other))
    _refuse_life_safety(source, target)
    if source.pk == target.pk:
        row = _correction(Kind.BELONGS_TOGETHER, source, target, note, by, now)
        return _keep(row, [alert], [other], links=True, changed=(), now=now)
    _refuse_over(_incident(incident_id(target.pk)))
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
    _refuse_later(row)
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
    _tell(row, "undone", (source, target), alerts, by, now)
    return row


def note_machine_merges(
    merges: Sequence[tuple[UUID, UUID]], *, now: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Let rows follow merges that the clusterer declared, so that they can be seen and undone.

    Returns the incidents and the alerts that changed.
    """
    if not merges:
        return [], []
    into = dict(merges)
    pairs = [(source, _root(source, into)) for source in into]
    was = merging.states_of(into)
    moved = moving.move(pairs, decided_by="rules", feature="one_fault")
    moving.declare_merged(list(merges))
    merging.close_as_merged(list(merges), why=": they turned out to be one", by=SYSTEM, now=now)
    rows = [
        Correction(
            id=uuid7(), kind=Kind.MERGE, at=now, actor_kind=SYSTEM.kind, source_id=source,
            target_id=target, record={"memberships": moved[source], "incident": was.get(source)},
        )
        for source, target in pairs
    ]  # fmt: skip
    Correction.objects.bulk_create(rows)
    clusters = {pk for pair in pairs for pk in pair} | set(into.values())
    merging.refresh(clusters, now=now)
    alerts = {UUID(one["alert_id"]) for records in moved.values() for one in records}
    return [incident_id(pk) for pk in clusters], sorted(alerts)


def _root(source: UUID, into: dict[UUID, UUID]) -> UUID:
    while source in into:
        source = into[source]
    return source


def _merge(
    source: AlertCluster, target: AlertCluster, kind: Kind, note: str, by: Actor, now: datetime
) -> Correction:
    _refuse_life_safety(source, target)
    _refuse_merged(source, target)
    row = _correction(kind, source, target, note, by, now)
    leaving, there = _members(source.pk), _members(target.pk)
    _command(MergeClusters(source.number, target.number, _at(now)), now)
    was = merging.states_of([source.pk])
    moved = moving.move([(source.pk, target.pk)], decided_by="operator", feature=_name(row))
    row.record = {"memberships": moved[source.pk], "incident": was.get(source.pk)}
    moving.declare_merged([(source.pk, target.pk)])
    merging.close_as_merged([(source.pk, target.pk)], why=_why(note), by=by, now=now)
    return _keep(row, leaving, there, links=True, changed=(source, target), now=now)


def _split(
    source: AlertCluster,
    leaving: Sequence[NOCAlertEvent],
    members: Sequence[NOCAlertEvent],
    kind: Kind,
    note: str,
    by: Actor,
    now: datetime,
) -> Correction:
    _refuse_life_safety(source)
    ids = [alert.pk for alert in leaving]
    keys = patterns.keys_of(patterns.views(leaving))
    number = _command(SplitCluster(source.number, tuple(pk.hex for pk in ids), _at(now), keys), now)
    pk = uuid7()
    target = _open_cluster(derived_uuid7(pk, "cluster"), number, leaving[0], source)
    row = _correction(kind, source, target, note, by, now, pk=pk)
    row.opened_target = True
    moved = moving.move(
        [(source.pk, target.pk)], decided_by="operator", feature=_name(row), alerts=ids
    )
    row.record = {"memberships": moved[source.pk]}
    told = streams.save(streams.load(), now=now, incidents=1)
    text = f"Split from INC-{_incident(incident_id(source.pk)).number}{_why(note)}"
    merging.open_for(target, number=told, text=text, by=by, now=now)
    merging.tell([source.pk], "split", f"{_count(ids)} split off into INC-{told}{_why(note)}",
                 by=by, now=now)  # fmt: skip
    staying = [alert for alert in members if alert.pk not in set(ids)]
    return _keep(row, leaving, staying, links=False, changed=(source, target), now=now)


def _move(
    source: AlertCluster,
    target: AlertCluster,
    alert: NOCAlertEvent,
    other: NOCAlertEvent,
    note: str,
    by: Actor,
    now: datetime,
) -> Correction:
    row = _correction(Kind.BELONGS_TOGETHER, source, target, note, by, now)
    keys = patterns.keys_of(patterns.views([alert]))
    _command(MoveAlert(alert.pk.hex, target.number, _at(now), keys), now)
    moved = moving.move(
        [(source.pk, target.pk)], decided_by="operator", feature=_name(row), alerts=[alert.pk]
    )
    row.record = {"memberships": moved[source.pk]}
    numbers = [_incident(incident_id(one.pk)).number for one in (source, target)]
    merging.tell([source.pk], "moved", f"{alert.alert_type} moved to INC-{numbers[1]}{_why(note)}",
                 by=by, now=now)  # fmt: skip
    merging.tell([target.pk], "moved", f"{alert.alert_type} came from INC-{numbers[0]}{_why(note)}",
                 by=by, now=now)  # fmt: skip
    return _keep(row, [alert], [other], links=True, changed=(source, target), now=now)


def _take_back(
    row: Correction,
    source: AlertCluster,
    target: AlertCluster,
    alerts: list[UUID],
    by: Actor,
    now: datetime,
) -> None:
    at, records = _at(now), row.record["memberships"]
    if row.record.get("incident"):  # the source was closed as merged
        ids = tuple(pk.hex for pk in alerts)
        _command(UndoMerge(source.number, target.number, ids, at), now)
        moving.declare_merged([(source.pk, None)])
        merging.bring_back(source.pk, row.record["incident"], now=now)
    elif row.opened_target:
        _command(MergeClusters(target.number, source.number, at), now)
        moving.move([(target.pk, source.pk)], decided_by="operator", feature=_name(row))
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
        _command(MoveAlert(alert.pk.hex, source.number, at, keys), now)


def _keep(
    row: Correction,
    ones: Sequence[NOCAlertEvent],
    others: Sequence[NOCAlertEvent],
    *,
    links: bool,
    changed: Collection[AlertCluster],
    now: datetime,
) -> Correction:
    """Write the correction with what it teaches, bring rows in line, tell of it."""
    by = Actor(row.actor_kind, row.actor_id)  # type: ignore[arg-type]
    ids, other_ids = [one.pk for one in ones], [one.pk for one in others]
    if ids and other_ids:
        row.pairs = patterns.pairs(ids, other_ids, links=links)
    row.save(force_insert=True)
    merging.refresh([one.pk for one in changed], now=now)
    learning.propose(row, ones, others, links=links, now=now)
    commands.touch(ids, now=now)
    _tell(row, row.kind, changed, ids, by, now)
    return row


def _tell(
    row: Correction,
    what: str,
    clusters: Collection[AlertCluster],
    alerts: Collection[UUID],
    by: Actor,
    now: datetime,
) -> None:
    after = {
        "kind": row.kind,
        "source": str(incident_id(row.source_id)),
        "target": str(incident_id(row.target_id)),
        "alerts": [str(pk) for pk in alerts][:100],
        "note": row.note,
    }
    audit.record(by, f"correction.{what}", "correction", row.pk, at=now, after=after)
    announce([incident_id(one.pk) for one in clusters], alerts, now=now)


def _correction(
    kind: Kind,
    source: AlertCluster,
    target: AlertCluster,
    note: str,
    by: Actor,
    now: datetime,
    *,
    pk: UUID | None = None,
) -> Correction:
    return Correction(
        id=pk or uuid7(), kind=kind, at=now, actor_kind=by.kind, actor_id=by.id,
        note=note.strip()[:LONGEST_NOTE], source_id=source.pk, target_id=target.pk,
    )  # fmt: skip


def _open_cluster(
    pk: UUID, number: int, first: NOCAlertEvent, source: AlertCluster
) -> AlertCluster:
    return AlertCluster.objects.create(
        id=pk,
        number=number,
        cluster_signature=source.cluster_signature,
        primary_alert=first,
        cluster_method="operator",
        combined_severity=first.severity,
        first_alert_at=first.first_seen_at,
        last_alert_at=first.last_seen_at,
    )


def _command(command: Teaching, now: datetime) -> int:
    """Tell the clusterer; return the number of its newest cluster."""
    try:
        return clustering.tell_now([command], now=now).opened
    except CommandError as error:
        raise Conflict(f"This cannot be done: {error}.") from error


def _incident(pk: UUID) -> NOCIncident:
    found = NOCIncident.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such incident.")
    return found


def _cluster_of(incident: NOCIncident) -> AlertCluster:
    if incident.cluster_id is None:
        raise Conflict(f"INC-{incident.number} was opened by hand: it has no alerts to group.")
    return AlertCluster.objects.get(pk=incident.cluster_id)


def _alert(pk: UUID) -> NOCAlertEvent:
    found = NOCAlertEvent.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def _cluster_id(alert: NOCAlertEvent) -> UUID:
    if alert.cluster_id is None:
        raise Conflict("This alert has not been grouped yet.")
    return alert.cluster_id


def _members(cluster_id: UUID) -> list[NOCAlertEvent]:
    found = NOCAlertEvent.objects.filter(cluster_id=cluster_id).order_by("first_seen_at", "id")
    return list(found[: patterns.MOST_SIGNALS * 4])


def _refuse_life_safety(*clusters: AlertCluster) -> None:
    if any(one.is_life_safety for one in clusters):
        raise Conflict("Life safety stands alone: it is never merged, split or moved.")


def _refuse_merged(*clusters: AlertCluster) -> None:
    for one in clusters:
        if one.merged_into_id is not None:
            numbers = [_incident(incident_id(pk)).number for pk in (one.pk, one.merged_into_id)]
            raise Conflict(f"INC-{numbers[0]} was merged into INC-{numbers[1]} already.")


def _refuse_over(incident: NOCIncident) -> None:
    if incident.state in OVER:
        message = f"INC-{incident.number} is over: what goes on belongs to one that is open."
        raise Conflict(message, state=incident.state)


def _refuse_later(row: Correction) -> None:
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


def _at(now: datetime) -> Seconds:
    return streams.load().clock.now(now.timestamp())


def _name(row: Correction) -> str:
    return f"{FEATURE}{row.pk.hex}"


def _why(note: str) -> str:
    return f": {note.strip()}" if note.strip() else ""


def _count(ids: Collection[object]) -> str:
    return "1 alert" if len(ids) == 1 else f"{len(ids)} alerts"
