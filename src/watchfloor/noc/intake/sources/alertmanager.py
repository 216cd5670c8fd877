"""Alertmanager's webhook, version 4. Grafana's unified alerting speaks the same with more fields.

Retries on 5xx only. The same alert comes again at each `repeat_interval`, and once from each peer
of a cluster: its fingerprint, start and status make it the same report.
"""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.types import Signal
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.fields import KEY_LIMIT, Fields, signal_of
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Read, Reads, malformed
from watchfloor.noc.intake.sources.labelled import (
    Told,
    each_object,
    labelled_report,
    labels_digest,
    take_labels,
    take_message,
)

EXTRAS = ("generatorURL", "silenceURL", "dashboardURL", "panelURL", "imageURL", "valueString")


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield the reports of one notification. Raises: Refused where it is none."""
    return read_notification(document(body), body, arrival, dialect="alertmanager")


def read_notification(payload: Any, body: bytes, arrival: Arrival, *, dialect: str) -> Reads:
    if not isinstance(payload, dict) or "alerts" not in payload:
        raise malformed("this is no Alertmanager notification: send an object with `alerts`")

    def read(alert: dict[str, Any], index: int) -> Read:
        return _read(alert, payload, index, arrival, dialect)

    return each_object(payload["alerts"], body, read)


def _read(
    alert: dict[str, Any], payload: dict[str, Any], index: int, arrival: Arrival, dialect: str
) -> Read:
    fields = Fields(alert)
    labels = take_labels(fields)
    fingerprint = fields.text("fingerprint", KEY_LIMIT) or labels_digest(labels)
    status = signal_of(alert.get("status") or payload.get("status")) or Signal.FIRING
    started = str(alert.get("startsAt") or "")
    moment = fields.timestamp("startsAt" if status is Signal.FIRING else "endsAt")
    _add_values(labels, alert.get("values"))
    told = Told(
        source=labels.get("source") or dialect,
        message=take_message(fields, labels, EXTRAS),
        key=fingerprint,
        status=status,
        timestamp=moment,
        identity=f"am:{fingerprint}:{started}:{status.name}" if started else None,
    )
    return labelled_report(told, labels, fields, index, arrival)


def _add_values(labels: dict[str, str], values: object) -> None:
    """Grafana's measured values, by the letter of the query."""
    if isinstance(values, dict):
        for letter, value in values.items():
            labels.setdefault(f"value_{letter}", str(value))
