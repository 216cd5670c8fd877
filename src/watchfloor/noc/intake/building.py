"""From read fields to a report of the key's own: bounds, event id, identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Signal
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.fields import KEY_LIMIT, Fields
from watchfloor.noc.intake.reads import Fault, Rejected
from watchfloor.platform.ids import uuid7

_NOTHING: frozenset[str] = frozenset()


def report_of(item: dict[str, Any], index: int, arrival: Arrival) -> Report | Rejected:
    """Return the report that an object in our own format is. Takes the object apart.

    Where a person may be in danger, a field that cannot be read does not stop the report: it is
    kept as the label `<field>_given`.
    """
    fields = Fields(item)
    text = fields.text
    alert_type = text("alert_type")
    sender_id = text("id", KEY_LIMIT) or None
    status = fields.signal()
    severity, severity_given = fields.severity()
    report = Report(
        event_id=uuid7().hex,
        integration=arrival.key.integration_id,
        received_at=arrival.received_at,
        alert_type=alert_type,
        status=status,
        severity=severity,
        severity_given=severity_given,
        timestamp=fields.timestamp(),
        source=text("source"),
        client=text("client"),
        site=text("site"),
        entity_type=text("entity_type"),
        entity_id=text("entity_id"),
        device=text("device"),
        person=text("person"),
        message=text("message", 1 << 20),
        dedup_key=text("dedup_key", KEY_LIMIT),
        sender_id=sender_id,
        identity=identity_of(sender_id, status, index, arrival),
        labels=fields.labels(),
    )
    if not alert_type.strip():
        fields.faults.insert(0, Fault("/alert_type", "alert_type is missing: send any name"))
        return Rejected(index, fields.faults)
    return accepted(report, fields, index, arrival)


def accepted(report: Report, fields: Fields, index: int, arrival: Arrival) -> Report | Rejected:
    """Return the report, or its rejection for faulty fields or for being outside its key."""
    if fields.faults:
        if not is_life_safety(report.alert_type, report.labels, arrival):
            return Rejected(index, fields.faults)
        report.labels.update(fields.kept)
    return bounded(report, index, arrival)


def identity_of(sender_id: str | None, status: Signal, index: int, arrival: Arrival) -> str | None:
    """Return what makes a second delivery the same report, or None where each is a new one.

    A sender that names the end of an alert with the id of its beginning means two reports.
    """
    if sender_id is not None:
        return f"id:{sender_id}" if status is Signal.FIRING else f"id:{sender_id}:resolved"
    if arrival.idempotency_key:
        return f"key:{arrival.idempotency_key}:{index}"
    return None


def is_life_safety(alert_type: str, labels: Mapping[str, str], arrival: Arrival) -> bool:
    return protection_of(alert_type, labels, arrival.own_types) is Protection.LIFE_SAFETY


def bounded(report: Report, index: int, arrival: Arrival) -> Report | Rejected:
    """Return the report, or its rejection where it lies outside what its key may speak of."""
    key = arrival.key
    if not (key.sources or key.clients or key.sites):
        return report
    faults = [
        Fault(f"/{name}", f"{name} {given!r} is outside this key: send one of {_listed(allowed)}")
        for name, given, allowed, more in (
            ("source", report.source, key.sources, _NOTHING),
            ("client", report.client, key.clients, _NOTHING),
            ("site", report.site, key.sites, key.below),
        )
        if allowed and given.strip() not in allowed and given.strip() not in more
    ]
    return Rejected(index, faults) if faults else report


def _listed(names: frozenset[str]) -> str:
    shown = sorted(names)[:5]
    return ", ".join(shown) + (", ..." if len(names) > 5 else "")
