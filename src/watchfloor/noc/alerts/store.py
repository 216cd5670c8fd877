"""The hot reads and writes of alerts and reports: whole batches, one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from watchfloor.aiops.alerts.lives import Life
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Signal
from watchfloor.noc.alerts.work import Worked, WorkingAlert, suppression_from
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

unpack = msgspec.msgpack.Decoder(Life).decode
"""A life from a row's `machine`."""
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode

_NEWEST = """
SELECT DISTINCT ON (fingerprint) machine, state, replace(cluster_id::text, '-', ''), bout,
    is_life_safety, suppressed_by, extract(epoch FROM suppressed_until)::float8, suppressed_why,
    outlier
FROM alerts_nocalertevent
WHERE tenant_id = %b AND fingerprint = ANY(%b::text[])
ORDER BY fingerprint, life DESC"""


def newest_lives(fingerprints: Iterable[str]) -> dict[str, WorkingAlert]:
    """Return the newest life of each fingerprint that has one."""
    rows = bulk.run(_NEWEST, [require_tenant_id(), list(fingerprints)])
    found = {}
    for machine, state, cluster_id, bout, is_life_safety, *quiet, outlier in rows:
        life = unpack(machine)
        found[life.fingerprint] = WorkingAlert(
            life=life,
            is_new=False,
            is_life_safety=is_life_safety,
            state=state,
            cluster_id=cluster_id,
            bout=bout,
            suppression=suppression_from(*quiet),
            outlier=outlier,
        )
    return found


# What every report changes, of new and known alerts alike.
_MOVING = """id text, severity int2, severity_highest int2, signal int2, state text,
is_flapping bool, is_clock_suspect bool, suppressed_by text, suppressed_until float8,
suppressed_why text, outlier text, cluster_id text, bout int4, occurrence_count int4,
first_seen_at float8, last_seen_at float8, last_received_at float8, resolved_at float8,
settles_at float8, expires_at float8, machine bytea"""
# What the newest firing report says.
_SHOWN = """source text, message text, labels text, severity_given text, dedup_key text,
client_name text, site_name text, device_name text, person_name text,
client_id text, site_id text, device_id text, person_id text"""
# What is fixed when the life begins.
_FIXED = """fingerprint text, life int4, integration_id int8, alert_type text, entity_type text,
entity_id text, is_life_safety bool"""
_TIMES = {
    "suppressed_until", "first_seen_at", "last_seen_at", "last_received_at", "resolved_at",
    "settles_at", "expires_at",
}  # fmt: skip
_UUIDS = {"id", "cluster_id", "client_id", "site_id", "device_id", "person_id"}


def _cast(name: str, row: str = "x") -> str:
    value = f"{row}.{name}"
    if name in _TIMES:
        return f"to_timestamp({value})"
    if name in _UUIDS:
        return f"{value}::uuid"
    return f"{value}::jsonb" if name == "labels" else value


_NEW = bulk.Shape.of(f"{_MOVING}, {_SHOWN}, {_FIXED}")
_KNOWN = bulk.Shape.of(f"{_MOVING}, is_shown bool, is_reopened bool, {_SHOWN}")
_MOVING_NAMES = [name for name, _ in bulk.Shape.of(_MOVING).columns if name != "id"]
_SHOWN_NAMES = [name for name, _ in bulk.Shape.of(_SHOWN).columns]

_INSERT = f"""
INSERT INTO alerts_nocalertevent
    (tenant_id, version, {", ".join(name for name, _ in _NEW.columns)})
SELECT %b, 1, {", ".join(_cast(name) for name, _ in _NEW.columns)}
FROM {_NEW.source()}"""  # noqa: S608  names of our own columns
_UPDATE = f"""
UPDATE alerts_nocalertevent a SET
    {", ".join(f"{name} = {_cast(name)}" for name in _MOVING_NAMES)},
    {
    ", ".join(
        f"{name} = CASE WHEN x.is_shown THEN {_cast(name)} ELSE a.{name} END"
        for name in _SHOWN_NAMES
    )
},
    acknowledged_at = CASE WHEN x.is_reopened THEN NULL ELSE a.acknowledged_at END,
    acknowledged_by_id = CASE WHEN x.is_reopened THEN NULL ELSE a.acknowledged_by_id END,
    version = a.version + x.is_reopened::int
FROM {_KNOWN.source()}
WHERE a.id = x.id::uuid AND a.tenant_id = %b"""  # noqa: S608  names of our own columns


def write_alerts(alerts: Iterable[WorkingAlert]) -> None:
    """Write the rows of all alerts that a batch touched."""
    tenant_id = require_tenant_id()
    fresh, known = [], []
    for alert in alerts:
        if alert.is_new:
            fresh.append((*_moving(alert), *_shown(alert), *_fixed(alert)))
        else:
            said = (alert.shown is not None, alert.is_reopened)
            known.append((*_moving(alert), *said, *_shown(alert)))
    if fresh:
        bulk.run(_INSERT, [tenant_id, *_NEW.arrays(fresh)])
    if known:
        bulk.run(_UPDATE, [*_KNOWN.arrays(known), tenant_id])


def _moving(alert: WorkingAlert) -> tuple[object, ...]:
    life = alert.life
    firing = life.signal is Signal.FIRING
    return (
        life.alert_id,
        int(life.severity),
        int(life.severity_highest),
        int(life.signal),
        str(alert.state),
        life.is_flapping,
        alert.is_clock_suspect,
        alert.suppressed_by,
        alert.suppressed_until,
        alert.suppressed_why,
        alert.outlier,
        alert.cluster_id,
        alert.bout,
        life.count,
        life.first_at,
        life.last_at,
        alert.received_at,
        None if firing else life.ended_at,
        life.settles_at if life.signal is Signal.RESOLVED else None,
        life.expires_at if firing else None,
        _pack(life),
    )


_UNSHOWN = (None,) * len(_SHOWN_NAMES)


def _shown(alert: WorkingAlert) -> tuple[object, ...]:
    report, names = alert.shown, alert.names
    if report is None or names is None:
        return _UNSHOWN
    return (
        report.source,
        report.message,
        _labels(report),
        report.severity_given,
        report.dedup_key,
        report.client,
        report.site,
        report.device,
        report.person,
        *(pk and pk.hex for pk in (names.client_id, names.site_id, names.device_id)),
        names.person_id and names.person_id.hex,
    )


def _fixed(alert: WorkingAlert) -> tuple[object, ...]:
    report = alert.shown
    if report is None:
        raise AssertionError("a new alert shows the report that opened it")
    return (
        alert.life.fingerprint,
        alert.life.life_no,
        report.integration,
        report.alert_type,
        report.entity_type,
        report.entity_id,
        alert.is_life_safety,
    )


def _labels(report: Report) -> str:
    return _json(report.labels).decode() if report.labels else "{}"


_REPORT = bulk.Shape.of(
    """event_id text, received_at float8, occurred_at float8, claimed_at float8,
    is_clock_suspect bool, integration_id int8, sender_id text, alert_id text, cluster_id text,
    bout int4, signal int2, severity int2, verdict int2, is_touch bool, suppressed_by text,
    source text, message text, labels text, announced_end float8, announced_silence float8"""
)
_INSERT_REPORTS = f"""
INSERT INTO alerts_report (tenant_id, {", ".join(name for name, _ in _REPORT.columns)})
SELECT %b, x.event_id::uuid, to_timestamp(x.received_at), to_timestamp(x.occurred_at),
    to_timestamp(x.claimed_at), x.is_clock_suspect, x.integration_id, x.sender_id,
    x.alert_id::uuid, x.cluster_id::uuid, x.bout, x.signal, x.severity, x.verdict, x.is_touch,
    x.suppressed_by, x.source, x.message, x.labels::jsonb, to_timestamp(x.announced_end),
    x.announced_silence
FROM {_REPORT.source()}"""  # noqa: S608  names of our own columns


def write_reports(worked: Sequence[Worked]) -> None:
    """Keep the reports, each with what became of it."""
    if worked:
        rows = [_report_row(one) for one in worked]
        bulk.run(_INSERT_REPORTS, [require_tenant_id(), *_REPORT.arrays(rows)])


def _report_row(one: Worked) -> tuple[object, ...]:
    report = one.report
    return (
        report.event_id,
        report.received_at,
        one.at,
        report.timestamp,
        one.is_clock_suspect,
        report.integration,
        report.sender_id,
        one.alert.life.alert_id,
        one.cluster_id,
        one.bout,
        int(report.status),
        int(report.severity),
        int(one.step.verdict),
        report.is_touch,
        one.suppressed_by,
        report.source,
        report.message,
        _labels(report),
        report.expires_at,
        report.silence,
    )
