"""Grafana's webhook contact point; up to version 8 with a shape of its own."""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.types import Signal
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import identity_of
from watchfloor.noc.intake.fields import Fields
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Reads, malformed
from watchfloor.noc.intake.sources.alertmanager import read_notification
from watchfloor.noc.intake.sources.labelled import Told, labelled_report

_OVER = frozenset({"ok", "paused"})
"""States of an old rule in which nothing is wrong; alerting, no_data and pending are the others."""
_EXTRAS = ("ruleId", "ruleUrl", "imageUrl", "state", "dashboardId", "panelId", "orgId")


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield the reports of one notification. Raises: Refused where it is none."""
    payload = document(body)
    if isinstance(payload, dict) and "ruleId" in payload and "alerts" not in payload:
        return _old_rule(payload, arrival)
    return read_notification(payload, body, arrival, dialect="grafana")


def _old_rule(payload: dict[str, Any], arrival: Arrival) -> Reads:
    """One rule is one alert, whichever of its series matched: `ok` names none of them."""
    fields = Fields(payload)
    name = fields.text("ruleName")
    if not name:
        raise malformed("ruleName is missing: send the payload of Grafana's webhook")
    status = Signal.RESOLVED if payload.get("state") in _OVER else Signal.FIRING
    message = fields.text("message", 1 << 20) or fields.text("title", 1 << 20)
    labels = _old_labels(fields, name)
    scope = ":".join(str(payload.get(part, "")) for part in ("orgId", "dashboardId", "ruleId"))
    told = Told(
        source="grafana",
        message=message,
        key=f"rule:{scope}",
        status=status,
        identity=identity_of(None, status, 0, arrival),
    )
    yield labelled_report(told, labels, fields, 0, arrival)


def _old_labels(fields: Fields, name: str) -> dict[str, str]:
    """Return the rule's tags, those of its first match, and each measured value."""
    payload = fields.item
    labels = {"alertname": name}
    matches = payload.get("evalMatches")
    matches = matches if isinstance(matches, list) else []
    for match in (match for match in matches if isinstance(match, dict)):
        _add(labels, fields, match.get("tags"))
        labels.setdefault(f"value_{match.get('metric')}"[:200], str(match.get("value")))
    _add(labels, fields, payload.get("tags"))
    _add(labels, fields, {extra: payload.get(extra) for extra in _EXTRAS})
    return labels


def _add(labels: dict[str, str], fields: Fields, given: object) -> None:
    if isinstance(given, dict):
        for name, value in fields.as_labels(given).items():
            labels.setdefault(name, value)
