"""The SQL that brings known findings up to date: one statement for a batch."""

from __future__ import annotations

import json
from collections.abc import Iterable

from watchfloor.noc.findings.models import AuditFinding
from watchfloor.platform import bulk
from watchfloor.platform.moments import seconds
from watchfloor.platform.tenancy.context import require_tenant_id

_ROWS = bulk.Shape.of(
    "id uuid, severity int2, title text, evidence text, status text, is_current bool,"
    " found_count int4, last_seen_at float8, gone_at float8, alert_key text, is_told bool,"
    " told_severity int2, ended_at float8, version int4"
)
_UPDATE = f"""
UPDATE findings_auditfinding f SET
    severity = x.severity, title = x.title, evidence = x.evidence::jsonb, status = x.status,
    is_current = x.is_current, found_count = x.found_count,
    last_seen_at = to_timestamp(x.last_seen_at), gone_at = to_timestamp(x.gone_at),
    alert_key = x.alert_key, is_told = x.is_told, told_severity = x.told_severity,
    ended_at = to_timestamp(x.ended_at), version = x.version
FROM {_ROWS.source()}
WHERE f.id = x.id AND f.tenant_id = %b"""  # noqa: S608  names of our own columns


def update(findings: Iterable[AuditFinding]) -> None:
    """Write what a batch may change of a finding."""
    if rows := [_row(one) for one in findings]:
        bulk.run(_UPDATE, [*_ROWS.arrays(rows), require_tenant_id()])


def _row(one: AuditFinding) -> tuple[object, ...]:
    return (
        one.pk,
        one.severity,
        one.title,
        json.dumps(one.evidence),
        str(one.status),
        one.is_current,
        one.found_count,
        seconds(one.last_seen_at),
        seconds(one.gone_at),
        one.alert_key,
        one.is_told,
        one.told_severity,
        seconds(one.ended_at),
        one.version,
    )
