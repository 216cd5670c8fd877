"""What every correction leaves: its row, what it teaches, its audit row and its event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.clustering.commands import Teaching
from watchfloor.aiops.errors import CommandError
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering import commands
from watchfloor.noc.clustering import services as clustering
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents import merging
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.teaching import learning, patterns, telling
from watchfloor.noc.teaching.models import Correction, Kind
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict
from watchfloor.platform.ids import uuid7

LONGEST_NOTE = 500
FEATURE = "correction:"
"""Begins the feature that names the correction which put a bout where it is."""


def begin(
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


def keep(
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
    telling.carry([(row.source_id, row.target_id)])
    learning.propose(row, ones, others, links=links, now=now)
    commands.touch(ids, now=now)
    tell(row, row.kind, changed, ids, by, now)
    return row


def tell(
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
    announce([incident_id(one.pk) for one in clusters], alerts, now=now, is_undoable=True)


def open_cluster(pk: UUID, number: int, first: NOCAlertEvent, source: AlertCluster) -> AlertCluster:
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


def command(command: Teaching, now: datetime) -> int:
    """Tell the clusterer; return the number of its newest cluster."""
    try:
        return clustering.tell_now([command], now=now).opened
    except CommandError as error:
        raise Conflict(f"This cannot be done: {error}.") from error


def members(cluster_id: UUID) -> list[NOCAlertEvent]:
    found = NOCAlertEvent.objects.filter(cluster_id=cluster_id).order_by("first_seen_at", "id")
    return list(found[: patterns.MOST_SIGNALS * 4])


def at_now(now: datetime) -> Seconds:
    return streams.load().clock.now(now.timestamp())


def name(row: Correction) -> str:
    return f"{FEATURE}{row.pk.hex}"


def why(note: str) -> str:
    return f": {note.strip()}" if note.strip() else ""


def count(ids: Collection[object]) -> str:
    return "1 alert" if len(ids) == 1 else f"{len(ids)} alerts"
