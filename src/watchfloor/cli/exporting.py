"""Rows as they leave the floor in files: what each kind holds, and the forms of file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import msgspec
from django.db.models import F, QuerySet

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.aiops.alerts.report import decode
from watchfloor.aiops.errors import ReportError
from watchfloor.config.metrics import FloorCollector
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.alerts.models import NOCAlertEvent, Report, SeverityLevel, SignalState
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import REPORT_LANES, IntakeRecord
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import require_tenant_id

Row = Mapping[str, Any]
CHUNK = 2_000

_ALERT = (
    "id", "fingerprint", "life", "integration_id", "source", "alert_type", "entity_type",
    "entity_id", "dedup_key", "client_name", "site_name", "device_name", "person_name",
    "client_id", "site_id", "severity", "severity_highest", "signal", "state",
    "is_life_safety", "is_flapping", "suppressed_by", "occurrence_count", "first_seen_at",
    "last_seen_at", "resolved_at", "expires_at", "cluster_id", "bout", "message", "labels",
)  # fmt: skip
_REPORT = (
    "event_id", "sender_id", "received_at", "occurred_at", "claimed_at", "is_clock_suspect",
    "integration_id", "source", "alert_id", "cluster_id", "bout", "signal", "severity",
    "verdict", "is_touch", "suppressed_by", "message", "labels",
)  # fmt: skip
_INCIDENT = (
    "id", "number", "title", "description", "severity", "state", "is_life_safety", "is_listed",
    "cluster_id", "client_id", "site_id", "alert_count", "report_count", "opened_at",
    "last_alert_at", "recovered_at", "acknowledged_at", "acknowledged_by_id", "assigned_to_id",
    "escalated_at", "resolved_at", "resolved_by_kind", "resolution", "disposition",
    "related_incident_id", "opened_by_kind",
)  # fmt: skip
_AUDIT = (
    "id", "at", "actor_kind", "actor_id", "action", "object_kind", "object_id", "before",
    "after", "request_id", "ip",
)  # fmt: skip


def reports(_: datetime) -> Iterator[Row]:
    rows = Report.objects.filter(tenant_id=require_tenant_id())
    for row in _stream(rows.order_by("received_at", "event_id").values(*_REPORT)):
        yield _named(row) | {"verdict": Verdict(row["verdict"]).name.lower()}


def alerts(_: datetime) -> Iterator[Row]:
    return map(_named, _stream(NOCAlertEvent.objects.order_by("id").values(*_ALERT)))


def incidents(_: datetime) -> Iterator[Row]:
    return map(_named, _stream(NOCIncident.objects.order_by("number").values(*_INCIDENT)))


def clusters(_: datetime) -> Iterator[Row]:
    """Yield where each report went, in order of arrival; what is quarantined went nowhere.

    A repeat of a report that was told before is not told again.
    """
    merged = _merged()
    rows = Report.objects.filter(tenant_id=require_tenant_id(), is_touch=False)
    columns = ("sender_id", "event_id", "cluster_id", "suppressed_by")
    for row in _stream(rows.order_by("received_at", "event_id").values(*columns)):
        yield {
            "alert_id": row["sender_id"] or row["event_id"],
            "cluster_id": row["cluster_id"],
            "suppressed": row["suppressed_by"] is not None,
            "merged_into": merged.get(row["cluster_id"], ""),
        }
    yield from _quarantined()


def _merged() -> dict[UUID, UUID]:
    """Return by merged cluster the one that it ended in, over any number of merges."""
    found = AlertCluster.objects.exclude(merged_into=None)
    into: dict[UUID, UUID] = dict(found.values_list("id", "merged_into_id"))
    ends = {}
    for pk in into:
        end = into[pk]
        while end in into:
            end = into[end]
        ends[pk] = end
    return ends


def metrics(now: datetime) -> Iterator[Row]:
    for family in FloorCollector(now).collect():
        for sample in family.samples:
            yield {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}


def audit_trail(_: datetime) -> Iterator[Row]:
    rows = AuditRow.objects.order_by("transaction", "id")
    sealed = {"sequence": F("seal__sequence"), "digest": F("seal__digest")}
    for row in _stream(rows.values(*_AUDIT, **sealed)):
        yield row | {"digest": bytes(row["digest"]).hex() if row["digest"] else None}


_CLUSTER = ("alert_id", "cluster_id", "suppressed", "merged_into")
_METRIC = ("name", "labels", "value")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file of this kind holds. `rows` reads the tenant in scope, as a stream."""

    columns: tuple[str, ...]
    rows: Callable[[datetime], Iterator[Row]]


KINDS: Mapping[str, Kind] = {
    "reports": Kind(_REPORT, reports),
    "alerts": Kind(_ALERT, alerts),
    "clusters": Kind(_CLUSTER, clusters),
    "incidents": Kind(_INCIDENT, incidents),
    "metrics": Kind(_METRIC, metrics),
    "audit": Kind((*_AUDIT, "sequence", "digest"), audit_trail),
}
Writer = Callable[[IO[str], tuple[str, ...], Iterable[Row]], int]


def writer_for(out: Path) -> Writer:
    """Return what writes such a file. Raises: Misuse for an ending that is none of ours."""
    ending = Path(out.stem).suffix if out.suffix == ".gz" else out.suffix
    writers = {".csv": write_csv, ".jsonl": write_lines, ".ndjson": write_lines}
    if ending not in writers:
        raise Misuse(f"{out.name}: name a file that ends in .csv or .jsonl, or in .gz after it")
    return writers[ending]


def write_csv(file: IO[str], columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    """Write a head and the rows; return how many. Yes is 1, no is 0, structures are JSON."""
    writer, count = csv.writer(file, lineterminator="\n"), 0
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
        count += 1
    return count


def write_lines(file: IO[str], columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    """Write one JSON object a line; return how many."""
    count = 0
    for row in rows:
        file.write(msgspec.json.encode({name: row[name] for name in columns}).decode())
        file.write("\n")
        count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value


def _named(row: Row) -> dict[str, Any]:
    """Return the row with the words for its numbers."""
    named = dict(row)
    for column in ("severity", "severity_highest"):
        if column in named:
            named[column] = SeverityLevel(named[column]).name
    if "signal" in named:
        named["signal"] = SignalState(named["signal"]).name.lower()
    return named


def _quarantined() -> Iterator[Row]:
    rows = IntakeRecord.objects.filter(tenant_id=require_tenant_id(), lane__in=REPORT_LANES)
    waiting = rows.exclude(quarantined_at=None).order_by("event_id")
    for event_id, body in waiting.values_list("event_id", "body").iterator(CHUNK):
        yield {
            "alert_id": _sender_id(bytes(body)) or event_id,
            "cluster_id": "",
            "suppressed": False,
            "merged_into": "",
        }


def _sender_id(body: bytes) -> str | None:
    try:
        return decode(body).sender_id
    except ReportError:
        return None


def _stream(rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    """Yield rows by a cursor of the server: the memory is that of a chunk."""
    return rows.iterator(chunk_size=CHUNK)
