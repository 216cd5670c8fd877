"""What a message says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident

OPENED, RAISED, TEST = "incident.opened", "incident.raised", "watchfloor.test"


def incident_body(incident: NOCIncident, kind: str, at: datetime) -> dict[str, Any]:
    """Return the body of a webhook, from which e-mails are written too."""
    return {
        "type": kind,
        "timestamp": at.isoformat(),
        "data": {
            "id": str(incident.pk),
            "number": incident.number,
            "name": str(incident),
            "title": incident.title,
            "severity": SeverityLevel(incident.severity).name,
            "state": incident.state,
            "is_life_safety": incident.is_life_safety,
            "client": incident.client.name if incident.client else None,
            "site": incident.site.name if incident.site else None,
            "alert_count": incident.alert_count,
            "opened_at": incident.opened_at.isoformat(),
        },
    }


def test_body(at: datetime) -> dict[str, Any]:
    return {
        "type": TEST,
        "timestamp": at.isoformat(),
        "data": {"title": "Watchfloor can reach this target."},
    }


def subject_of(body: dict[str, Any]) -> str:
    """Return one line: what senders put into titles must not become headers."""
    data = body["data"]
    parts = ["LIFE SAFETY" if data.get("is_life_safety") else data.get("severity")]
    parts += [data.get("name"), data["title"]]
    line = " ".join(" ".join(str(part).split()) for part in parts if part)
    return line[:200]


def text_of(body: dict[str, Any]) -> str:
    """Return the plain text of an e-mail, one fact a line."""
    data = body["data"]
    names = ("title", "severity", "state", "client", "site", "alert_count", "opened_at")
    facts = [f"{name.replace('_', ' ')}: {data[name]}" for name in names if data.get(name)]
    heads = {OPENED: "New incident", RAISED: "Severity rose", TEST: "Test message"}
    return "\n".join([heads[body["type"]], "", *facts])
