"""Alerts that are a set of labels with annotations: Prometheus, Alertmanager, Grafana."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from watchfloor.aiops.alerts.reading import parse_severity
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Seconds, Signal
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import accepted
from watchfloor.noc.intake.fields import KEY_LIMIT, NAME_LIMIT, Fields, as_text, fit, kind_of
from watchfloor.noc.intake.native import ALERT_LIMIT, ITEMS_LIMIT, too_large, too_many
from watchfloor.noc.intake.reads import Read, Reads, malformed, rejected
from watchfloor.platform.ids import uuid7

TYPE_LABELS = ("alert_type", "alertname", "class")
SEVERITY_LABELS = ("severity", "priority")
ENTITY_LABELS = ("entity_id", "instance", "host", "hostname", "node", "server", "pod", "service")
SITE_LABELS = ("site", "location", "building", "facility")
CLIENT_LABELS = ("client", "customer")
DEVICE_LABELS = ("device", "device_id", "sensor")
PERSON_LABELS = ("person", "guard", "employee")
MESSAGE_ANNOTATIONS = ("summary", "message", "description", "title")


def each_object(alerts: object, body: bytes, read: Callable[[dict[str, Any], int], Read]) -> Reads:
    """Yield what `read` makes of each alert of a list, within the limits of our own format."""
    if not isinstance(alerts, list):
        raise malformed(f"the alerts are {kind_of(alerts)}: send an array of objects")
    if len(alerts) > ITEMS_LIMIT:
        raise too_many(len(alerts))
    may_be_large = len(body) > ALERT_LIMIT
    for index, alert in enumerate(alerts):
        if not isinstance(alert, dict):
            yield rejected(index, f"the alert is {kind_of(alert)}: send an object")
        elif may_be_large and (size := len(as_text(alert))) > ALERT_LIMIT:
            yield too_large(index, size)
        else:
            yield read(alert, index)


def first_of(names: Iterable[str], labels: Mapping[str, str]) -> tuple[str, str]:
    """Return name and value of the first label that is there and says something."""
    for name in names:
        if value := labels.get(name):
            return name, value
    return "", ""


def labels_digest(labels: Mapping[str, str]) -> str:
    """Return the identity of a set of labels, for senders that do not compute one themselves."""
    digest = blake2b(digest_size=8)
    for name in sorted(labels):
        digest.update(f"{name}\xff{labels[name]}\xff".encode())
    return digest.hexdigest()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialect says of an alert beside its labels."""

    source: str
    message: str
    key: str
    status: Signal
    timestamp: Seconds | None = None
    identity: str | None = None
    severity: str = ""
    """As spelled; where empty a label says it."""
    entity_id: str = ""
    """Where no label names one."""
    expires_at: Seconds | None = None
    silence: Seconds | None = None


def labelled_report(
    told: Told, labels: dict[str, str], fields: Fields, index: int, arrival: Arrival
) -> Read:
    """Return the report whose names are picked from its labels; all labels are kept.

    Where a person may be in danger, faulty fields do not stop it.
    """
    severity = told.severity or first_of(SEVERITY_LABELS, labels)[1]
    entity_label, entity_id = first_of(ENTITY_LABELS, labels)
    report = Report(
        event_id=uuid7().hex,
        integration=arrival.key.integration_id,
        received_at=arrival.received_at,
        alert_type=fit(first_of(TYPE_LABELS, labels)[1] or "ALERT"),
        status=told.status,
        severity=parse_severity(severity)[0],
        severity_given=severity[:NAME_LIMIT],
        timestamp=told.timestamp,
        source=fit(told.source),
        client=fit(first_of(CLIENT_LABELS, labels)[1]),
        site=fit(first_of(SITE_LABELS, labels)[1]),
        entity_type=fit(labels.get("entity_type") or _entity_type(entity_label)),
        entity_id=fit(entity_id or told.entity_id),
        device=fit(first_of(DEVICE_LABELS, labels)[1]),
        person=fit(first_of(PERSON_LABELS, labels)[1]),
        message=told.message,
        dedup_key=fit(told.key, KEY_LIMIT),
        key_is_identity=True,
        identity=told.identity,
        expires_at=told.expires_at,
        silence=told.silence,
        labels=labels,
    )
    return accepted(report, fields, index, arrival)


def _entity_type(label: str) -> str:
    return "" if label == "entity_id" else label


def take_labels(fields: Fields) -> dict[str, str]:
    """Return the labels of an item; what is no object of names and values is at fault."""
    given = fields.item.get("labels")
    if given is None:
        return {}
    if not isinstance(given, dict):
        fields.fault("labels", given, "are no object: send names and values")
        return {}
    return fields.as_labels(given)


def take_message(fields: Fields, labels: dict[str, str], extra: Iterable[str] = ()) -> str:
    """Return what to tell people; the other annotations and `extra` fields join the labels."""
    given = fields.item.get("annotations") or {}
    if not isinstance(given, dict):
        fields.fault("annotations", given, "are no object: send names and values")
        given = {}
    annotations = fields.as_labels(given)
    name, message = first_of(MESSAGE_ANNOTATIONS, annotations)
    annotations.pop(name, None)
    for name, value in (*annotations.items(), *_extras(fields, extra)):
        labels.setdefault(name, value)
    return message


def _extras(fields: Fields, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    given: dict[str, Any] = {n: fields.item[n] for n in names if fields.item.get(n)}
    return fields.as_labels(given).items()
