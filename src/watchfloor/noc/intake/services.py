"""Changing the templates of `/ingest/json/<name>`; reports put in by the floor itself, or again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.report import Report, encode
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.events import Event
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.noc.intake import selectors
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.catalogue import own_types
from watchfloor.noc.intake.models import OURSELVES, IntakeRecord, Lane, PayloadMapping
from watchfloor.noc.intake.reads import Refused, Rejected
from watchfloor.noc.intake.sources import mapped
from watchfloor.noc.intake.store import channel_of, lane_of
from watchfloor.noc.intake.templates import template_of
from watchfloor.platform.accounts.keys import KeyInfo
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.ids import uuid7
from watchfloor.platform.moments import moment
from watchfloor.platform.tenancy.context import require_tenant_id

MOST_MAPPINGS = 100
_NAME = re.compile(r"(?!preview$)[a-z0-9][a-z0-9_-]{0,59}")
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a body would become, without a trace of it."""

    alerts: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


@transaction.atomic
def save_mapping(
    name: str, *, items: str, fields: Mapping[str, str], by: Actor, now: datetime
) -> PayloadMapping:
    """Keep the template under its name, in the place of the one there was.

    Raises: Invalid, naming every field whose expression cannot be used. Serves all requests
    within 2 s.
    """
    check_name(name)
    template_of(items, fields)
    before = selectors.mappings().filter(name=name).first()
    if before is None and selectors.mappings().count() >= MOST_MAPPINGS:
        raise Conflict(f"There are {MOST_MAPPINGS} templates: remove one first.")
    row, _ = PayloadMapping.objects.update_or_create(
        tenant_id=require_tenant_id(),
        name=name,
        defaults={"items": items, "fields": dict(fields)},
        create_defaults={"items": items, "fields": dict(fields), "created_at": now},
    )
    was = _shown(before) if before else None
    audit.record(by, "mapping.saved", "mapping", row.pk, at=now, before=was, after=_shown(row))
    return row


def check_name(name: str) -> None:
    """Raises: Invalid for a name that cannot stand in an address."""
    if not _NAME.fullmatch(name):
        raise Invalid("The name stands in an address.", fields={"name": "use a-z, 0-9, - and _"})


@transaction.atomic
def delete_mapping(name: str, *, by: Actor, now: datetime) -> None:
    row = selectors.mapping(name)
    audit.record(by, "mapping.deleted", "mapping", row.pk, at=now, before=_shown(row))
    row.delete()


def preview(
    *, items: str, fields: Mapping[str, str], body: bytes, now: datetime, most: int | None = None
) -> Preview:
    """Return what the first `most` alerts of the body would become under a template.

    Raises: Invalid.
    """
    key = KeyInfo(_NOBODY, require_tenant_id(), 0, frozenset())
    arrival = Arrival(key, now.timestamp(), template=template_of(items, fields))
    try:
        reads = list(islice(mapped.parse(body, arrival), most))
    except Refused as refused:
        raise Invalid(refused.message) from None
    return Preview(
        [_as_told(read) for read in reads if isinstance(read, Report)],
        [msgspec.to_builtins(read) for read in reads if isinstance(read, Rejected)],
    )


@transaction.atomic
def replay(event_id: UUID, *, by: Actor, now: datetime) -> None:
    """Put a quarantined report back into the drain's way. Raises: NotFound."""
    row = selectors.quarantined_report(event_id)
    error = row.error
    row.quarantined_at = row.error = None
    row.save(update_fields=["quarantined_at", "error"])
    audit.record(by, "report.replayed", "report", event_id, at=now, before={"error": error})
    _ring(row.lane)


def put(reports: Sequence[Report]) -> None:
    """Leave reports of the floor's own where those of senders wait, in the caller's transaction.

    They are worked like any other, after the commit.
    """
    own = own_types()
    rows = [
        IntakeRecord(
            event_id=report.event_id,
            tenant_id=require_tenant_id(),
            lane=_lane_of(report, own),
            body=encode(report),
            received_at=moment(report.received_at),
        )
        for report in reports
    ]
    IntakeRecord.objects.bulk_create(rows)
    for lane in {row.lane for row in rows}:
        _ring(lane)


def tell(stream: str, event: Event, now: datetime) -> str:
    """Leave one event that somebody told on a page or by API; return its id."""
    event_id = uuid7().hex
    put_events([Arrived(event_id, stream, OURSELVES, now.timestamp(), event)])
    return event_id


def put_events(arrivals: Sequence[Arrived]) -> None:
    """Leave events that people or the floor itself tell where those of senders wait."""
    rows = [
        IntakeRecord(
            event_id=one.event_id,
            tenant_id=require_tenant_id(),
            lane=lane_of(one),
            body=stored.encode(one),
            received_at=moment(one.received_at),
        )
        for one in arrivals
    ]
    IntakeRecord.objects.bulk_create(rows)
    for lane in {row.lane for row in rows}:
        _ring(lane)


def _lane_of(report: Report, own: frozenset[str]) -> Lane:
    protection = protection_of(report.alert_type, report.labels, own)
    return Lane.LIFE_SAFETY if protection is Protection.LIFE_SAFETY else Lane.NORMAL


def _ring(lane: int) -> None:
    call = f"{require_tenant_id()}:{lane}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel_of(lane), call])


def _shown(row: PayloadMapping) -> dict[str, object]:
    return {"name": row.name, "items": row.items, "fields": row.fields}


def _as_told(report: Report) -> dict[str, Any]:
    """Return the fields of a report that a sender would recognise as its own."""
    names = (
        "alert_type", "source", "client", "site", "entity_type", "entity_id", "device", "person",
        "message", "timestamp", "dedup_key", "labels",
    )  # fmt: skip
    told = {name: getattr(report, name) for name in names}
    return {
        **told,
        "id": report.sender_id,
        "severity": report.severity.name,
        "status": report.status.name.lower(),
    }
