"""Prometheus itself, as it speaks to an Alertmanager: POST /api/v2/alerts, answered 200 and empty.

A firing alert is sent again and again, with an `endsAt` a few minutes ahead; a resolved one for
another 15 minutes, with an `endsAt` that is past.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from watchfloor.aiops.types import Seconds, Signal
from watchfloor.noc.intake import answers
from watchfloor.noc.intake.answers import Answer, Outcome
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.fields import Fields
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Read, Reads, rejected
from watchfloor.noc.intake.sources.labelled import (
    Told,
    each_object,
    labelled_report,
    labels_digest,
    take_labels,
    take_message,
)

RESOLVE_TIMEOUT: Seconds = 300
"""What ends an alert whose sender names no end: silence for so long."""


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield the reports of one push. Raises: Refused where it is none."""
    return each_object(document(body), body, partial(_read, arrival=arrival))


def _read(alert: dict[str, Any], index: int, *, arrival: Arrival) -> Read:
    fields = Fields(alert)
    labels = take_labels(fields)
    if not labels and not fields.faults:
        return rejected(index, "labels are missing: send at least alertname", "/labels")
    digest = labels_digest(labels)
    started = str(alert.get("startsAt") or "")
    starts_at, ends_at = fields.timestamp("startsAt"), fields.timestamp("endsAt")
    is_over = ends_at is not None and ends_at <= arrival.received_at
    status = Signal.RESOLVED if is_over else Signal.FIRING
    told = Told(
        source=labels.get("source") or "prometheus",
        message=take_message(fields, labels, ("generatorURL",)),
        key=digest,
        status=status,
        timestamp=ends_at if is_over else starts_at,
        identity=f"am:{digest}:{started}:{status.name}" if started else None,
        expires_at=None if is_over else ends_at,
        silence=RESOLVE_TIMEOUT,
    )
    return labelled_report(told, labels, fields, index, arrival)


def answer(outcome: Outcome) -> Answer:
    """Answer as an Alertmanager does; senders log what is not 2xx and drop it."""
    return answers.answer(outcome) if outcome.all_bad else Answer(200)
