"""The hot reads and writes of incidents: whole batches, one statement each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from watchfloor.noc.clustering.store import ClusterFigures
from watchfloor.noc.incidents import places, titles
from watchfloor.platform import bulk
from watchfloor.platform.accounts.scope import Place
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.ids import derived_uuid7, uuid7
from watchfloor.platform.tenancy.context import require_tenant_id


@lru_cache(maxsize=16_384)
def incident_id(cluster_id: UUID) -> UUID:
    """Return the one id that an incident of this cluster can have."""
    return derived_uuid7(cluster_id, "incident")


@dataclass(frozen=True, slots=True)
class Before:
    """What an incident was before the batch."""

    state: str
    severity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an incident's timeline."""

    incident_id: UUID
    at: datetime
    kind: str
    text: str
    by: Actor = SYSTEM
    data: dict[str, object] = field(default_factory=dict)


def before(ids: Collection[UUID]) -> dict[UUID, Before]:
    if not ids:
        return {}
    rows = bulk.run(
        "SELECT id, state, severity FROM incidents_nocincident"
        " WHERE tenant_id = %b AND id = ANY(%b::uuid[])",
        [require_tenant_id(), list(ids)],
    )
    return {pk: Before(state, severity) for pk, state, severity in rows}


_NEW = bulk.Shape.of(
    """id uuid, number int8, cluster_id uuid, title text, severity int2, is_life_safety bool,
    is_listed bool, client_id uuid, site_id uuid, alert_count int4, report_count int4,
    opened_at timestamptz, last_alert_at timestamptz, related_incident_id uuid"""
)
_INSERT = f"""
INSERT INTO incidents_nocincident ({", ".join(name for name, _ in _NEW.columns)}, tenant_id,
    description, state, resolved_by_kind, resolved_by_id, resolution, notified_severity,
    opened_by_kind, version, updated_at)
SELECT x.*, %b, '', 'NEW', '', '', '', 0, 'system', 1, %b
FROM {_NEW.source()}"""  # noqa: S608  names of our own columns


def insert_incidents(numbered: Sequence[tuple[int, ClusterFigures]], now: datetime) -> None:
    rows = [_new_row(number, one) for number, one in numbered]
    if rows:
        bulk.run(_INSERT, [require_tenant_id(), now, *_NEW.arrays(rows)])


def _new_row(number: int, one: ClusterFigures) -> tuple[object, ...]:
    related = incident_id(one.related_id) if one.related_id else None
    return (
        incident_id(one.id),
        number,
        one.id,
        titles.of(one),
        one.severity,
        one.is_life_safety,
        one.unsuppressed > 0,
        *_place(one),
        one.alerts,
        one.reports,
        one.first_at,
        one.last_at,
        related,
    )


_CHANGED = bulk.Shape.of(
    """id uuid, title text, severity int2, is_listed bool, client_id uuid, site_id uuid,
    alert_count int4, report_count int4, opened_at timestamptz, last_alert_at timestamptz,
    is_firing bool, reopens bool"""
)
# A row that people see stays in their list, even if all its alerts are suppressed later.
_UPDATE = f"""
UPDATE incidents_nocincident i SET
    title = x.title, severity = x.severity, is_listed = i.is_listed OR x.is_listed,
    client_id = x.client_id, site_id = x.site_id, alert_count = x.alert_count,
    report_count = x.report_count, opened_at = least(i.opened_at, x.opened_at),
    last_alert_at = x.last_alert_at,
    recovered_at = CASE WHEN x.is_firing THEN NULL ELSE i.recovered_at END,
    state = CASE WHEN x.reopens THEN 'NEW' ELSE i.state END,
    acknowledged_at = CASE WHEN x.reopens THEN NULL ELSE i.acknowledged_at END,
    acknowledged_by_id = CASE WHEN x.reopens THEN NULL ELSE i.acknowledged_by_id END,
    resolved_at = CASE WHEN x.reopens THEN NULL ELSE i.resolved_at END,
    resolved_by_kind = CASE WHEN x.reopens THEN '' ELSE i.resolved_by_kind END,
    resolved_by_id = CASE WHEN x.reopens THEN '' ELSE i.resolved_by_id END,
    disposition = CASE WHEN x.reopens THEN '' ELSE i.disposition END,
    version = i.version + x.reopens::int, updated_at = %b
FROM {_CHANGED.source()}
WHERE i.id = x.id AND i.tenant_id = %b"""  # noqa: S608  names of our own columns


def update_incidents(changes: Iterable[tuple[ClusterFigures, bool]], now: datetime) -> None:
    """Write figures to incidents, and open those again that are said to."""
    rows = [_changed_row(one, reopens) for one, reopens in changes]
    if rows:
        bulk.run(_UPDATE, [now, *_CHANGED.arrays(rows), require_tenant_id()])


def _changed_row(one: ClusterFigures, reopens: bool) -> tuple[object, ...]:
    return (
        incident_id(one.id),
        titles.of(one),
        one.severity,
        one.unsuppressed > 0,
        *_place(one),
        one.alerts,
        one.reports,
        one.first_at,
        one.last_at,
        one.firing > 0,
        reopens,
    )


def _place(one: ClusterFigures) -> Place:
    """Return client and site where all of it is, of those members whose place is known."""
    known = places.known(one.places)
    return places.common(client for client, _ in known), places.common(site for _, site in known)


_TIMELINE = bulk.Shape.of(
    """id uuid, incident_id uuid, at timestamptz, kind text, text text, actor_kind text,
    actor_id text, data text"""
)
_INSERT_TIMELINE = f"""
INSERT INTO incidents_timelineentry
    (id, tenant_id, incident_id, at, kind, text, actor_kind, actor_id, data)
SELECT x.id, %b, x.incident_id, x.at, x.kind, x.text, x.actor_kind, x.actor_id, x.data::jsonb
FROM {_TIMELINE.source()}"""  # noqa: S608  names of our own columns


def write_timeline(entries: Iterable[Entry]) -> None:
    rows = [
        (
            uuid7(),
            one.incident_id,
            one.at,
            one.kind,
            one.text,
            one.by.kind,
            one.by.id,
            msgspec.json.encode(one.data).decode(),
        )
        for one in entries
    ]
    if rows:
        bulk.run(_INSERT_TIMELINE, [require_tenant_id(), *_TIMELINE.arrays(rows)])
